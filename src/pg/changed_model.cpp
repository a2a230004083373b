// A model that something changed in the middle of a statement whose rows have been gathered for it.
#include "changed_model.hpp"

namespace leadscore {

namespace {

// What was gathered by other rules or columns means nothing now: it only tells the leads.
void forget_difference(Batch *batch) {
    size_t count = 0;
    Touched **touched = touched_that_matter(batch, true, &count);
    for (size_t i = 0; i < count; ++i) {
        touched[i]->delta = {};
    }
}

bool have_same_types(const KeyColumn *one, const KeyColumn *other, int count) {
    for (int i = 0; i < count; ++i) {
        if (one[i].type != other[i].type || one[i].collation != other[i].collation) {
            return false;
        }
    }
    return true;
}

bool have_same_keys(const Model *one, const Model *other) {
    return one->key_count == other->key_count && have_same_types(one->keys, other->keys, one->key_count);
}

bool have_same_contacts(const EventSource *one, const EventSource *other) {
    if (one->via_keys == nullptr || other->via_keys == nullptr) {
        return one->via_keys == other->via_keys && OidIsValid(one->via) == OidIsValid(other->via);
    }
    return one->lead_count == other->lead_count && have_same_types(one->via_keys, other->via_keys, one->lead_count);
}

// The source of the firing in the model as it is now. False if it is gone, or can no longer be read as it was.
bool find_source_again(UpkeepCall *call, Model *fresh) {
    call->model = fresh;
    for (int i = 0; call->events != nullptr && i < fresh->event_source_count; ++i) {
        EventSource *source = &fresh->event_sources[i];
        if (source->number == call->source) {
            const bool same = source->usable && have_same_contacts(source, call->events);
            call->events = source;
            return same;
        }
    }
    for (int i = 0; call->attributes != nullptr && i < fresh->attribute_source_count; ++i) {
        AttributeSource *source = &fresh->attribute_sources[i];
        if (source->number == call->source) {
            const bool same = source->usable && source->column_count == call->attributes->column_count;
            call->attributes = source;
            return same;
        }
    }
    return call->events == nullptr && call->attributes == nullptr;
}

} // namespace

void change_model(ModelWork *work, Model *fresh) {
    work->failed = work->failed || fresh == nullptr || fresh->paused || !have_same_keys(work->model, fresh);
    if (work->failed) {
        return;
    }
    work->recount = true;
    forget_difference(work->leads);
    for (Gathered *gathered = work->gathered; gathered != nullptr; gathered = gathered->next) {
        if (gathered->collector.batch != nullptr) {
            forget_difference(gathered->collector.batch);
        }
    }
    for (Gathered *gathered = work->gathered; gathered != nullptr; gathered = gathered->next) {
        gathered->gone = gathered->gone || !find_source_again(&gathered->call, fresh);
    }
    work->model = fresh;
    work->leads->model = fresh;
    work->leads->keys = fresh->keys;
    work->leads->rules_change = work->leads->rules_change || fresh->rules_change;
}

void renew_stale(ModelWork *work) {
    if (!work->model->stale || work->failed) {
        return;
    }
    const char *why = nullptr;
    Model *fresh = find_model(work->model->name, &why);
    change_model(work, fresh);
}

} // namespace leadscore
