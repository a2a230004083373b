// What the firings of upkeep() of one statement found, model by model, and how it becomes scores.
#include "upkeep_work.hpp"

#include "apply.hpp"
#include "care.hpp"
#include "changed_rows.hpp"
#include "joint_locks.hpp"
#include "mirror_write.hpp"
#include "via.hpp"

namespace leadscore {

namespace {

TableColumns *find_columns(const UpkeepCall *call) {
    const Oid table = RelationGetRelid(call->trigger->tg_relation);
    TupleDesc row = RelationGetDescr(call->trigger->tg_relation);
    switch (call->part) {
    case Part::leads:
        return lead_columns(call->model, table, row);
    case Part::events:
        return event_columns(call->model, call->events, table, row);
    case Part::attributes:
        return related_columns(call->model, call->attributes, table, row);
    case Part::via:
        return contact_columns(call->model, call->events, table, row);
    }
    return nullptr;
}

void collect_rows(const UpkeepCall *call, Collector *collector) {
    collector->columns = find_columns(call);
    if (collector->columns == nullptr) {
        return;
    }
    if (collector->columns->unusable != nullptr) {
        elog(DEBUG1, "leadscore: model \"%s\" cannot use column \"%s\" of table \"%s\"", call->model->name,
             collector->columns->unusable, RelationGetRelationName(call->trigger->tg_relation));
        return;
    }
    switch (call->part) {
    case Part::leads:
        collector->own_write = is_mirror_write(call->model->leads);
        each_changed_row(call->trigger, collector, collect_lead);
        break;
    case Part::events:
        each_changed_row(call->trigger, collector, collect_event);
        break;
    case Part::attributes:
        each_changed_row(call->trigger, collector, collect_related);
        break;
    case Part::via:
        each_changed_row(call->trigger, collector, collect_contact);
        break;
    }
}

const char *table_name(const UpkeepCall *call) {
    switch (call->part) {
    case Part::leads:
        return call->model->leads_name;
    case Part::events:
        return call->events->table_name;
    default:
        return quote_qualified_identifier(get_namespace_name(get_rel_namespace(call->table)), get_rel_name(call->table));
    }
}

const char *statement_name(const TriggerData *trigger) {
    if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event)) {
        return "insert";
    }
    if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event)) {
        return "update";
    }
    return TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? "delete" : "truncate";
}

// What was gathered by other rules or columns means nothing now: it only tells the leads.
void forget_difference(Batch *batch) {
    size_t count = 0;
    Touched **touched = touched_that_matter(batch, true, &count);
    for (size_t i = 0; i < count; ++i) {
        touched[i]->delta = {};
    }
}

// Something changed the model in the middle of the statement. It may have counted what the statement wrote: that is counted anew, for what
// was gathered would come on top of it.
void change_model(ModelWork *work, Model *fresh) {
    work->recount = true;
    forget_difference(work->leads);
    for (Gathered *gathered = work->gathered; gathered != nullptr; gathered = gathered->next) {
        if (gathered->collector.batch != nullptr) {
            forget_difference(gathered->collector.batch);
        }
    }
    work->model = fresh;
    work->leads->model = fresh;
    work->leads->keys = fresh->keys;
    work->leads->rules_change = work->leads->rules_change || fresh->rules_change;
}

ModelWork *work_of(Works *works, Model *model) {
    ModelWork **link = &works->first;
    while (*link != nullptr && strcmp((*link)->model->name, model->name) != 0) {
        link = &(*link)->next;
    }
    ModelWork *work = *link;
    if (work == nullptr) {
        work = static_cast<ModelWork *>(MemoryContextAllocZero(works->memory, sizeof(ModelWork)));
        work->model = model;
        work->leads = make_batch(model, works->memory);
        *link = work;
    } else if (work->model != model) {
        change_model(work, model);
    }
    return work;
}

// Events are collected by lead; those that come through contacts by contact.
void make_batches(Gathered *gathered, ModelWork *work, MemoryContext memory) {
    const UpkeepCall &call = gathered->call;
    Collector &collector = gathered->collector;
    KeyColumn *contact_keys = call.events != nullptr ? call.events->via_keys : nullptr;
    const bool truncates = TRIGGER_FIRED_BY_TRUNCATE(call.trigger->tg_event);
    const bool by_contact = contact_keys != nullptr && call.part == Part::events && !truncates;
    collector.batch = by_contact ? make_batch_by(call.model, contact_keys, call.events->lead_count, memory) : work->leads;
    if (contact_keys != nullptr && call.part == Part::via && !truncates) {
        collector.contacts = make_batch_by(call.model, contact_keys, call.events->lead_count, memory);
    }
    collector.refusals.memory = memory;
}

// What one part of the work is called with.
struct Step {
    Works *works;
    ModelWork *work;
    Gathered *gathered;
};

void collect(void *argument) {
    auto *step = static_cast<Step *>(argument);
    ModelWork *work = step->work;
    const UpkeepCall *call = &step->gathered->call;
    Collector *collector = &step->gathered->collector;
    make_batches(step->gathered, work, step->works->memory);
    if (!TRIGGER_FIRED_BY_TRUNCATE(call->trigger->tg_event)) {
        collect_rows(call, collector);
    } else {
        collect_truncated(call, collector);
        if (collector->batch != work->leads) { // what was read before, by the model as it was then
            work->leads = collector->batch;
            work->model = collector->batch->model;
        }
    }
    work->moved = work->moved || collector->moved;
}

// Leads that rows of other tables lead to. With SPI connected, as the owner of the leads table.
void find_leads(ModelWork *work, Gathered *gathered) {
    Collector *collector = &gathered->collector;
    const UpkeepCall &call = gathered->call;
    if (call.part == Part::attributes) {
        touch_related_leads(collector, call.attributes);
    }
    if (collector->batch != work->leads) {
        spread_over_leads(call.events, collector->batch, work->leads);
    } else if (collector->contacts != nullptr) {
        recount_leads_of_contacts(call.events, collector->contacts);
    }
    note_refusals(work->model, work->table_name, &collector->refusals);
}

bool is_anything(const Gathered *gathered) {
    const Collector &collector = gathered->collector;
    return collector.batch->count > 0 || collector.related_count > 0 || collector.refusals.first != nullptr;
}

void find_all_leads(void *argument) {
    const auto *step = static_cast<const Step *>(argument);
    SPI_connect();
    const OwnerRights rights = become_owner(step->work->model);
    for (Gathered *gathered = step->work->gathered; gathered != nullptr; gathered = gathered->next) {
        if (is_anything(gathered)) {
            find_leads(step->work, gathered);
        }
    }
    if (step->work->recount || is_counted_since(step->work->model, step->works->begun)) {
        size_t count = 0;
        Touched **touched = touched_that_matter(step->work->leads, true, &count);
        for (size_t i = 0; i < count; ++i) {
            touched[i]->recount = true;
        }
    }
    become_self(rights);
    SPI_finish();
}

void apply(void *argument) {
    const ModelWork *work = static_cast<const Step *>(argument)->work;
    if (work->leads->count == 0) {
        return;
    }
    ApplyOptions options = {psprintf("%s on %s", work->why, work->table_name), GetCurrentTransactionStartTimestamp()};
    options.moved = work->moved;
    SPI_connect();
    const OwnerRights rights = become_owner(work->model);
    if (work->model->queued) {
        queue_batch(work->leads, options);
    } else {
        apply_batch(work->leads, options);
    }
    become_self(rights);
    SPI_finish();
}

void do_all(void *argument) {
    collect(argument);
    find_all_leads(argument);
    apply(argument);
}

struct Failure {
    ModelWork *work;
    const char *message;
};

void note_failure(void *argument) {
    const auto *failure = static_cast<const Failure *>(argument);
    Model *model = failure->work->model;
    SPI_connect();
    const OwnerRights rights = become_owner(model);
    note_refused(model, failure->work->table_name, psprintf("scores not kept: %s", failure->message), 1);
    become_self(rights);
    SPI_finish();
}

// Where something is known that may make upkeep fail, its failure is not that of the write: the status tells of it. What nobody thought of
// fails once, and is known then.
void run(CareWork what, Step *step) {
    ModelWork *work = step->work;
    Model *model = work->model;
    if (model->doubts == nullptr) {
        PG_TRY();
        { what(step); }
        PG_CATCH();
        {
            if (!is_of_server(geterrcode())) {
                model->doubts = "it failed before";
            }
            PG_RE_THROW();
        }
        PG_END_TRY();
        return;
    }
    Failure failure = {work, nullptr};
    if (run_with_care(what, step, &failure.message)) {
        return;
    }
    work->failed = true;
    const char *again = nullptr;
    const bool noted = run_with_care(note_failure, &failure, &again);
    ereport(LOG, (errmsg("leadscore: model \"%s\" could not keep scores after a write to %s: %s", model->name, work->table_name, failure.message),
                  noted ? 0 : errdetail("Its table of refused events could not be written either: %s", again)));
}

Step prepare(Works *works, const UpkeepCall *call) {
    ModelWork *work = work_of(works, call->model);
    auto *gathered = static_cast<Gathered *>(MemoryContextAllocZero(works->memory, sizeof(Gathered)));
    gathered->call = *call;
    gathered->next = work->gathered;
    work->gathered = gathered;
    work->why = statement_name(call->trigger);
    work->table_name = table_name(call);
    return {works, work, gathered};
}

// Those of the models that lock the same leads as this one; null if another one before it has done so.
Batch **locked_together(const Step *step, size_t *count) {
    size_t most = 0;
    for (ModelWork *work = step->works->first; work != nullptr; work = work->next) {
        ++most;
    }
    auto **batches = static_cast<Batch **>(palloc(sizeof(Batch *) * most));
    *count = 0;
    for (ModelWork *work = step->works->first; work != nullptr; work = work->next) {
        if (work->failed || !are_locked_together(step->work->model, work->model)) {
            continue;
        }
        if (*count == 0 && work != step->work) {
            return nullptr;
        }
        batches[(*count)++] = work->leads;
    }
    return batches;
}

void lock_leads_of_several(void *argument) {
    const auto *step = static_cast<const Step *>(argument);
    size_t count = 0;
    Batch **batches = locked_together(step, &count);
    if (batches == nullptr || count < 2) {
        return;
    }
    SPI_connect();
    const OwnerRights rights = become_owner(step->work->model);
    lock_together(batches, count);
    become_self(rights);
    SPI_finish();
}

// One part of the work, model by model.
void run_each(CareWork what, Works *works) {
    for (ModelWork *work = works->first; work != nullptr; work = work->next) {
        Step step = {works, work, nullptr};
        if (!work->failed) {
            run(what, &step);
        }
    }
}

void renew_stale(ModelWork *work) {
    const char *why = nullptr;
    Model *fresh = find_model(work->model->name, &why);
    work->failed = work->failed || fresh == nullptr || fresh->paused;
    if (!work->failed) {
        change_model(work, fresh);
    }
}

} // namespace

void gather(Works *works, const UpkeepCall *call) {
    MemoryContext old = MemoryContextSwitchTo(works->memory);
    Step step = prepare(works, call);
    if (!step.work->failed) {
        run(collect, &step);
    }
    MemoryContextSwitchTo(old);
}

void bring_up_to_date(Works *works) {
    MemoryContext old = MemoryContextSwitchTo(works->memory);
    for (ModelWork *work = works->first; work != nullptr; work = work->next) {
        if (work->model->stale) {
            renew_stale(work);
        }
    }
    run_each(find_all_leads, works);
    if (works->first != nullptr && works->first->next != nullptr) {
        run_each(lock_leads_of_several, works);
    }
    run_each(apply, works);
    MemoryContextSwitchTo(old);
}

void gather_and_bring(Works *works, const UpkeepCall *call) {
    MemoryContext old = MemoryContextSwitchTo(works->memory);
    Step step = prepare(works, call);
    run(do_all, &step);
    MemoryContextSwitchTo(old);
}

} // namespace leadscore
