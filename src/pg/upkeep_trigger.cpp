// upkeep(): the trigger on leads, events and related rows that keeps scores current.
#include "apply.hpp"
#include "care.hpp"
#include "changed_rows.hpp"
#include "mirror_write.hpp"
#include "upkeep_call.hpp"
#include "via.hpp"

namespace leadscore {

namespace {

// The registered table that the trigger's table is or is a partition of; invalid if the part has no such source.
Oid table_of_part(UpkeepCall *call) {
    Model *model = call->model;
    switch (call->part) {
    case Part::leads:
        return model->leads;
    case Part::events:
    case Part::via:
        for (int i = 0; i < model->event_source_count; ++i) {
            if (model->event_sources[i].number == call->source) {
                call->events = &model->event_sources[i];
                return call->part == Part::via ? call->events->via : call->events->table;
            }
        }
        break;
    case Part::attributes:
        for (int i = 0; i < model->attribute_source_count; ++i) {
            if (model->attribute_sources[i].number == call->source) {
                call->attributes = &model->attribute_sources[i];
                return call->attributes->table;
            }
        }
        break;
    }
    return InvalidOid;
}

bool is_part_of(Relation relation, Oid table) {
    if (RelationGetRelid(relation) == table) {
        return true;
    }
    return relation->rd_rel->relispartition && list_member_oid(get_partition_ancestors(RelationGetRelid(relation)), table);
}

bool read_arguments(UpkeepCall *call, const char **model) {
    const Trigger *trigger = call->trigger->tg_trigger;
    if (trigger->tgnargs != 3) {
        return false;
    }
    *model = trigger->tgargs[0];
    call->source = atoi(trigger->tgargs[2]);
    return read_part(trigger->tgargs[1], &call->part);
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

// False, and a word in the log, if there is nothing this trigger could do: a write must not fail because its scores cannot be
// kept.
bool find_call(UpkeepCall *call) {
    const char *name = nullptr;
    if (!read_arguments(call, &name)) {
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("leadscore.upkeep() was called with other arguments than a model, a part and a number"),
                        errhint("Its triggers are made by create_model(), add_events() and add_attributes().")));
    }
    const char *why = nullptr;
    call->model = find_model(name, &why);
    if (call->model == nullptr) {
        elog(DEBUG1, "leadscore: model \"%s\" is not kept: %s", name, why);
        return false;
    }
    if (call->model->paused) {
        return false;
    }
    call->table = table_of_part(call);
    // So a trigger on a table of somebody else, or on one that was a partition, changes nothing.
    if (!OidIsValid(call->table) || !is_part_of(call->trigger->tg_relation, call->table)) {
        elog(DEBUG1, "leadscore: table \"%s\" is no part of model \"%s\"", RelationGetRelationName(call->trigger->tg_relation),
             name);
        return false;
    }
    if ((call->events != nullptr && !call->events->usable) || (call->attributes != nullptr && !call->attributes->usable)) {
        elog(DEBUG1, "leadscore: model \"%s\" cannot use the columns of table \"%s\"", name,
             RelationGetRelationName(call->trigger->tg_relation));
        return false;
    }
    return true;
}

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

// Events are collected by lead; those that come through contacts by contact.
void make_batches(const UpkeepCall *call, Collector *collector, MemoryContext memory) {
    KeyColumn *contact_keys = call->events != nullptr ? call->events->via_keys : nullptr;
    const bool by_contact = contact_keys != nullptr && call->part == Part::events && !TRIGGER_FIRED_BY_TRUNCATE(call->trigger->tg_event);
    collector->batch =
        by_contact ? make_batch_by(call->model, contact_keys, call->events->lead_count, memory) : make_batch(call->model, memory);
    if (contact_keys != nullptr && call->part == Part::via && !TRIGGER_FIRED_BY_TRUNCATE(call->trigger->tg_event)) {
        collector->contacts = make_batch_by(call->model, contact_keys, call->events->lead_count, memory);
    }
}

// From what was collected to scores, as the owner of the leads table.
void bring_up_to_date(const UpkeepCall *call, Collector *collector, const char *table_name) {
    Model *model = collector->batch->model;
    if (collector->batch->count == 0 && collector->related_count == 0 && collector->refusals.first == nullptr) {
        return;
    }
    ApplyOptions options = {psprintf("%s on %s", statement_name(call->trigger), table_name),
                            GetCurrentTransactionStartTimestamp()};
    options.moved = collector->moved;
    SPI_connect();
    const OwnerRights rights = become_owner(model);
    if (call->part == Part::attributes) {
        touch_related_leads(collector, call->attributes);
    }
    Batch *leads = collector->batch;
    if (collector->batch->keys != model->keys) {
        leads = make_batch(model, CurrentMemoryContext);
        leads->rules_change = collector->batch->rules_change;
        spread_over_leads(call->events, collector->batch, leads);
    } else if (collector->contacts != nullptr) {
        recount_leads_of_contacts(call->events, collector->contacts);
    }
    note_refusals(model, table_name, &collector->refusals);
    if (model->queued) {
        queue_batch(leads, options);
    } else {
        apply_batch(leads, options);
    }
    become_self(rights);
    SPI_finish();
}

struct Bringing {
    const UpkeepCall *call;
    const char *table_name;
    MemoryContext memory;
    const char *message;
};

// From the rows of a statement to scores.
void bring(void *argument) {
    const auto *bringing = static_cast<const Bringing *>(argument);
    const UpkeepCall *call = bringing->call;
    Collector collector = {};
    make_batches(call, &collector, bringing->memory);
    collector.refusals.memory = bringing->memory;
    if (TRIGGER_FIRED_BY_TRUNCATE(call->trigger->tg_event)) {
        collect_truncated(call, &collector);
    } else {
        collect_rows(call, &collector);
    }
    bring_up_to_date(call, &collector, bringing->table_name);
}

void note_failure(void *argument) {
    const auto *bringing = static_cast<const Bringing *>(argument);
    Model *model = bringing->call->model;
    SPI_connect();
    const OwnerRights rights = become_owner(model);
    note_refused(model, bringing->table_name, psprintf("scores not kept: %s", bringing->message), 1);
    become_self(rights);
    SPI_finish();
}

// Where something is known that may make upkeep fail, its failure is not that of the write: the status tells of it. What nobody thought of
// fails once, and is known then.
void bring_with_care(const UpkeepCall *call, const char *table_name, MemoryContext memory) {
    Model *model = call->model;
    Bringing bringing = {call, table_name, memory, nullptr};
    if (model->doubts == nullptr) {
        PG_TRY();
        { bring(&bringing); }
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
    if (run_with_care(bring, &bringing, &bringing.message)) {
        return;
    }
    const char *again = nullptr;
    const bool noted = run_with_care(note_failure, &bringing, &again);
    ereport(LOG, (errmsg("leadscore: model \"%s\" could not keep scores after a write to %s: %s", model->name, table_name, bringing.message),
                  noted ? 0 : errdetail("Its table of refused events could not be written either: %s", again)));
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

void upkeep(const TriggerData *trigger) {
    UpkeepCall call = {};
    call.trigger = trigger;
    if (is_empty(trigger) || !find_call(&call)) {
        return;
    }
    if (TRIGGER_FIRED_BEFORE(trigger->tg_event)) {
        if (TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event) && call.part == Part::events) {
            keep_truncated(&call);
        }
        return;
    }
    MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "leadscore upkeep", ALLOCSET_DEFAULT_SIZES);
    MemoryContext old = MemoryContextSwitchTo(memory);
    bring_with_care(&call, table_name(&call), memory);
    MemoryContextSwitchTo(old);
    MemoryContextDelete(memory);
}

} // namespace

bool read_part(const char *name, Part *part) {
    for (size_t i = 0; i < lengthof(part_names); ++i) {
        if (strcmp(name, part_names[i]) == 0) {
            *part = static_cast<Part>(i);
            return true;
        }
    }
    return false;
}

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_upkeep);

Datum leadscore_upkeep(PG_FUNCTION_ARGS) {
    if (!CALLED_AS_TRIGGER(fcinfo)) {
        ereport(ERROR,
                (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED), errmsg("leadscore.upkeep() must be called as a trigger")));
    }
    upkeep(reinterpret_cast<const TriggerData *>(fcinfo->context));
    return PointerGetDatum(nullptr);
}
}
