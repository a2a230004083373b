// upkeep(): the trigger on leads, events and related rows that keeps scores current.
#include "changed_rows.hpp"
#include "firings.hpp"
#include "missed_writes.hpp"

namespace leadscore {

namespace {

constexpr const char *who_makes_triggers = "Its triggers are made by create_model(), add_events() and add_attributes().";

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

// False, and a word in the log, if there is nothing this trigger could do: a write must not fail because its scores cannot be
// kept. That they were not is noted.
bool find_call(UpkeepCall *call) {
    const char *name = nullptr;
    if (!read_arguments(call, &name)) {
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("leadscore.upkeep() was called with other arguments than a model, a part and a number"),
                        errhint("%s", who_makes_triggers)));
    }
    const char *why = nullptr;
    call->model = find_model(name, &why);
    if (call->model == nullptr) {
        elog(DEBUG1, "leadscore: model \"%s\" is not kept: %s", name, why);
        note_missed(name, call->part, call->source, RelationGetRelid(call->trigger->tg_relation));
        return false;
    }
    if (call->model->paused) {
        return false;
    }
    note_disabled(call->model, call->trigger->tg_trigger->tgfoid);
    call->table = table_of_part(call);
    // So a trigger on a table of somebody else, or on one that was a partition, changes nothing.
    if (!OidIsValid(call->table) || !is_part_of(call->trigger->tg_relation, call->table)) {
        elog(DEBUG1, "leadscore: table \"%s\" is no part of model \"%s\"", RelationGetRelationName(call->trigger->tg_relation),
             name);
        return false;
    }
    // Queued writers do not score, but what they leave unnoted, for these rules do not look at it, new ones must not miss.
    if (call->model->queued && call->events == nullptr) {
        call->model->rules_change = must_mark(call->model);
    }
    if ((call->events != nullptr && !call->events->usable) || (call->attributes != nullptr && !call->attributes->usable)) {
        elog(DEBUG1, "leadscore: model \"%s\" cannot use the columns of table \"%s\"", name,
             RelationGetRelationName(call->trigger->tg_relation));
        note_missed(name, call->part, call->source, RelationGetRelid(call->trigger->tg_relation));
        return false;
    }
    return true;
}

void run(const UpkeepCall *call, Firings *firings, uint64 begun) {
    if (firings != nullptr) {
        gather(works_of(firings), call);
        return;
    }
    Works works = {AllocSetContextCreate(CurrentMemoryContext, "leadscore upkeep", ALLOCSET_DEFAULT_SIZES), begun, nullptr};
    gather_and_bring(&works, call);
    MemoryContextDelete(works.memory);
}

void upkeep_before(const TriggerData *trigger) {
    announce_firing(trigger);
    UpkeepCall call = {};
    call.trigger = trigger;
    if (!TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event)) {
        if (trigger->tg_trigger->tgnargs == 3) {
            lock_before_statement(trigger->tg_trigger->tgargs[0]);
        }
    } else if (find_call(&call) && call.part == Part::events) {
        keep_truncated(&call);
    }
}

void upkeep_after(const TriggerData *trigger) {
    uint64 begun = any_count;
    Firings *firings = take_firing(trigger, &begun);
    UpkeepCall call = {};
    call.trigger = trigger;
    if (!is_empty(trigger) && find_call(&call)) {
        run(&call, firings, begun);
    }
    if (firings != nullptr && is_last_firing(firings)) {
        bring_up_to_date(works_of(firings));
    }
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
    const auto *trigger = reinterpret_cast<const TriggerData *>(fcinfo->context);
    if (TRIGGER_FIRED_INSTEAD(trigger->tg_event) || (TRIGGER_FIRED_BEFORE(trigger->tg_event) && TRIGGER_FIRED_FOR_ROW(trigger->tg_event))) {
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED), errmsg("leadscore.upkeep() must not be called before a row is written, or instead"),
                        errhint("%s", who_makes_triggers)));
    }
    if (TRIGGER_FIRED_BEFORE(trigger->tg_event)) {
        upkeep_before(trigger);
    } else {
        upkeep_after(trigger);
    }
    return PointerGetDatum(nullptr);
}
}
