// In which order leads tables are brought up to date.
#include "turns.hpp"

namespace leadscore {

namespace {

bool looks_at(const Model *model, Oid table) {
    for (int i = 0; i < model->event_source_count; ++i) {
        if (model->event_sources[i].via == table) {
            return true;
        }
    }
    for (int i = 0; i < model->attribute_source_count; ++i) {
        if (model->attribute_sources[i].table == table) {
            return true;
        }
    }
    return false;
}

} // namespace

ModelWork *take_group(ModelWork **left) {
    Oid leads = InvalidOid;
    for (int strict = 1; strict >= 0 && leads == InvalidOid; --strict) {
        for (ModelWork *one = *left; one != nullptr; one = one->next) {
            bool must_wait = false;
            for (ModelWork *other = *left; strict && other != nullptr; other = other->next) {
                must_wait = must_wait || (other->model->leads != one->model->leads && looks_at(one->model, other->model->leads));
            }
            if (!must_wait && (leads == InvalidOid || one->model->leads < leads)) {
                leads = one->model->leads;
            }
        }
    }
    ModelWork *group = nullptr;
    ModelWork **end = &group;
    for (ModelWork **link = left; *link != nullptr;) {
        ModelWork *work = *link;
        if (work->model->leads == leads) {
            *link = work->next;
            work->next = nullptr;
            *end = work;
            end = &work->next;
        } else {
            link = &work->next;
        }
    }
    return group;
}

} // namespace leadscore
