// From the rows that one firing of upkeep() is about to what they mean for a model.
#include "gather.hpp"

#include "changed_model.hpp"
#include "changed_rows.hpp"
#include "mirror_write.hpp"
#include "model_load.hpp"
#include "owner_rights.hpp"
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

const char *name_of_table(const UpkeepCall *call) {
    switch (call->part) {
    case Part::leads:
        return call->model->leads_name;
    case Part::events:
        return call->events->table_name;
    default:
        return table_name(call->table);
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

// In one order, whatever fires first: models of different leads tables wait for each other else.
bool comes_before(const Model *one, const Model *other) {
    return strcmp(one->name, other->name) < 0;
}

ModelWork *work_of(Works *works, Model *model) {
    ModelWork **link = &works->first;
    while (*link != nullptr && comes_before((*link)->model, model)) {
        link = &(*link)->next;
    }
    ModelWork *work = *link;
    if (work == nullptr || strcmp(work->model->name, model->name) != 0) {
        work = static_cast<ModelWork *>(MemoryContextAllocZero(works->memory, sizeof(ModelWork)));
        work->model = model;
        work->leads = make_batch(model, works->memory);
        work->next = *link;
        *link = work;
    } else if (work->model != model) {
        take_model(work, model);
    }
    return work;
}

// Events are collected by lead; those that come through contacts by contact.
void make_batches(Gathered *gathered, ModelWork *work, MemoryContext memory, bool late) {
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
    collector.late = late;
}

// What was read before TRUNCATE, by the model as it was then.
void take_kept(ModelWork *work, Collector *collector) {
    Batch *kept = collector->batch;
    if (kept == work->leads) {
        return;
    }
    if (!collector->late) {
        work->leads = kept;
        work->model = kept->model;
        return;
    }
    if (!have_same_keys(kept->model, work->model)) {
        work->failed = true;
        return;
    }
    const bool same = means_the_same(kept->model, work->model);
    Touched **touched = touched_in_order(kept);
    for (size_t i = 0; i < kept->count; ++i) {
        Touched *lead = touch(work->leads, touched[i]->key, nullptr);
        if (lead != nullptr && same) {
            add_difference(work->leads, lead, touched[i]);
        } else if (lead != nullptr) {
            lead->recount = true;
        }
    }
    collector->batch = work->leads;
}

} // namespace

void collect(void *argument) {
    auto *step = static_cast<Step *>(argument);
    ModelWork *work = step->work;
    const UpkeepCall *call = &step->gathered->call;
    Collector *collector = &step->gathered->collector;
    make_batches(step->gathered, work, step->works->memory, step->late);
    // Casts of the owner's, as from the column of an event to a key, are no more than his.
    const bool careful = call->model->runs_users_code;
    const OwnerRights rights = careful ? become_owner(call->model) : OwnerRights();
    if (!TRIGGER_FIRED_BY_TRUNCATE(call->trigger->tg_event)) {
        collect_rows(call, collector);
    } else {
        collect_truncated(call, collector);
        const bool by_contact = call->events != nullptr && OidIsValid(call->events->via);
        if (!by_contact) {
            take_kept(work, collector);
        }
    }
    if (careful) {
        become_self(rights, true);
    }
    work->moved = work->moved || collector->moved;
}

Step prepare(Works *works, const UpkeepCall *call) {
    ModelWork *work = work_of(works, call->model);
    auto *gathered = static_cast<Gathered *>(MemoryContextAllocZero(works->memory, sizeof(Gathered)));
    gathered->call = *call;
    gathered->emptied = TRIGGER_FIRED_BY_TRUNCATE(call->trigger->tg_event) ? RelationGetRelid(call->trigger->tg_relation) : InvalidOid;
    gathered->next = work->gathered;
    work->gathered = gathered;
    work->why = statement_name(call->trigger);
    work->table_name = name_of_table(call);
    work->foreign = work->foreign || !has_power(call->model->owner, call->trigger->tg_relation->rd_rel->relowner);
    return {works, work, gathered, false};
}

} // namespace leadscore
