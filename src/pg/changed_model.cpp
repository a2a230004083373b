// A model that something changed in the middle of a statement whose rows have been gathered for it.
#include "changed_model.hpp"

#include "missed_writes.hpp"

namespace leadscore {

namespace {

// What was gathered by other rules or columns means nothing now: it only tells the leads.
void forget_difference(Batch *batch) {
    Touched **touched = touched_in_order(batch);
    for (size_t i = 0; i < batch->count; ++i) {
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

bool same_names(const NameData *one, const NameData *other, int count) {
    for (int i = 0; i < count; ++i) {
        if (strcmp(NameStr(one[i]), NameStr(other[i])) != 0) {
            return false;
        }
    }
    return true;
}

bool same_text(const char *one, const char *other) {
    return one == nullptr || other == nullptr ? one == other : strcmp(one, other) == 0;
}

bool is_same_source(const EventSource &one, const EventSource &other) {
    return one.number == other.number && one.table == other.table && one.via == other.via && one.via_many == other.via_many && one.usable == other.usable &&
           one.lead_count == other.lead_count && one.has_properties == other.has_properties && one.may_be_deleted == other.may_be_deleted && same_text(one.table_name, other.table_name) &&
           same_text(one.kind, other.kind) && same_names(one.lead, other.lead, one.lead_count) && same_names(&one.at, &other.at, 1) &&
           same_names(&one.kind_from, &other.kind_from, 1) && same_names(&one.properties, &other.properties, 1) &&
           same_names(&one.deleted, &other.deleted, 1) &&
           same_names(one.via_key, other.via_key, OidIsValid(one.via) ? one.lead_count : 0) && have_same_contacts(&one, &other);
}

bool is_same_source(const AttributeSource &one, const AttributeSource &other) {
    return one.number == other.number && one.table == other.table && one.usable == other.usable && one.column_count == other.column_count &&
           same_names(one.on, other.on, one.column_count) && same_names(one.key, other.key, one.column_count);
}

// Whether both read the same tables in the same way.
bool read_the_same(const Model *one, const Model *other) {
    bool same = one->event_source_count == other->event_source_count && one->attribute_source_count == other->attribute_source_count &&
                same_text(one->leads_name, other->leads_name) && same_text(one->scores_name, other->scores_name);
    for (int i = 0; same && i < one->key_count; ++i) {
        same = same_names(&one->keys[i].name, &other->keys[i].name, 1);
    }
    for (int i = 0; same && i < one->event_source_count; ++i) {
        same = is_same_source(one->event_sources[i], other->event_sources[i]);
    }
    for (int i = 0; same && i < one->attribute_source_count; ++i) {
        same = is_same_source(one->attribute_sources[i], other->attribute_sources[i]);
    }
    return same;
}

// Whether what was gathered for the model can be gone on with at all.
bool is_usable(const ModelWork *work, const Model *fresh) {
    return !work->failed && fresh != nullptr && !fresh->paused && have_same_keys(work->model, fresh);
}

// What was gathered will not be made use of. While a model is paused nothing has to be told: all is counted when it goes on.
void give_up(ModelWork *work, const Model *fresh) {
    work->failed = true;
    for (const Gathered *gathered = work->gathered; gathered != nullptr && (fresh == nullptr || !fresh->paused); gathered = gathered->next) {
        note_missed(work->model->name, gathered->call.part, gathered->call.source, gathered->call.table);
    }
}

void set_model(ModelWork *work, Model *fresh) {
    work->model = fresh;
    work->leads->model = fresh;
    work->leads->keys = fresh->keys;
    work->leads->rules_change = work->leads->rules_change || fresh->rules_change;
}

void begin_anew(ModelWork *work, Model *fresh) {
    work->recount = true;
    forget_difference(work->leads);
    for (Gathered *gathered = work->gathered; gathered != nullptr; gathered = gathered->next) {
        if (gathered->collector.batch != nullptr) {
            forget_difference(gathered->collector.batch);
        }
        if (!gathered->gone && !find_source_again(&gathered->call, fresh)) {
            gathered->gone = true;
            note_missed(fresh->name, gathered->call.part, gathered->call.source, gathered->call.table);
        }
    }
    set_model(work, fresh);
}

} // namespace

bool have_same_keys(const Model *one, const Model *other) {
    return one->key_count == other->key_count && have_same_types(one->keys, other->keys, one->key_count);
}

bool means_the_same(const Model *then, const Model *now) {
    return then == now || (!now->changed_here && now->evidence == then->evidence && have_same_keys(then, now) && read_the_same(then, now));
}

void take_model(ModelWork *work, Model *fresh) {
    if (!is_usable(work, fresh)) {
        give_up(work, fresh);
    } else if (!means_the_same(work->model, fresh)) {
        begin_anew(work, fresh);
    } else {
        set_model(work, fresh);
    }
}

void renew_stale(ModelWork *work) {
    if (!work->model->stale || work->failed) {
        return;
    }
    const char *why = nullptr;
    Model *fresh = find_model(work->model->name, &why);
    if (!is_usable(work, fresh)) {
        give_up(work, fresh);
    } else if (fresh->changed_here || !read_the_same(work->model, fresh)) {
        begin_anew(work, fresh);
    }
}

} // namespace leadscore
