// The firings of upkeep() that belong to one statement.
#include "firings.hpp"

#include "trigger_kinds.hpp"

namespace leadscore {

struct Firings {
    Firings *next;
    MemoryContext statement;
    MemoryContextCallback ends;
    int announced;
    int taken;
    uint64 begun;
    bool takes_events;
    Works works;
};

namespace {

Firings *all_firings = nullptr; // the innermost statement first

void forget(void *gone) {
    for (Firings **link = &all_firings; *link != nullptr; link = &(*link)->next) {
        if (*link == gone) {
            *link = (*link)->next;
            return;
        }
    }
}

Firings *firings_in(MemoryContext statement) {
    Firings *found = all_firings;
    while (found != nullptr && found->statement != statement) {
        found = found->next;
    }
    return found;
}

// COPY and TRUNCATE have their executor in the memory in which they fire triggers at their end.
Firings *firings_below(MemoryContext memory) {
    Firings *found = all_firings;
    while (found != nullptr && MemoryContextGetParent(found->statement) != memory) {
        found = found->next;
    }
    return found;
}

ExecutorFinish_hook_type finish_before = nullptr;

// A firing that was announced may not come: a statement stopped after some rows, a trigger made or silenced on the way.
void finish(QueryDesc *query) {
    if (finish_before != nullptr) {
        finish_before(query);
    } else {
        standard_ExecutorFinish(query);
    }
    Firings *firings = all_firings != nullptr ? firings_in(query->estate->es_query_cxt) : nullptr;
    if (firings == nullptr || firings->works.first == nullptr || firings->taken >= firings->announced) {
        return;
    }
    firings->taken = firings->announced;
    MemoryContext memory = AllocSetContextCreate(query->estate->es_query_cxt, "leadscore finish", ALLOCSET_DEFAULT_SIZES);
    MemoryContext old = MemoryContextSwitchTo(memory);
    bring_up_to_date(&firings->works);
    MemoryContextSwitchTo(old);
    MemoryContextDelete(memory);
}

Firings *make_firings(MemoryContext statement) {
    static bool hooked = false;
    if (!hooked) {
        finish_before = ExecutorFinish_hook;
        ExecutorFinish_hook = finish;
        hooked = true;
    }
    auto *fresh = static_cast<Firings *>(MemoryContextAllocZero(statement, sizeof(Firings)));
    fresh->statement = statement;
    fresh->begun = counts_so_far();
    fresh->ends = {forget, fresh, nullptr};
    MemoryContextRegisterResetCallback(statement, &fresh->ends);
    fresh->next = all_firings;
    all_firings = fresh;
    return fresh;
}

// Whether the trigger that does the same after the statement is there and enabled.
bool will_fire(const TriggerData *trigger) {
    const TriggerDesc *triggers = trigger->tg_relation->trigdesc;
    const int16 event = TRIGGER_FIRED_BY_INSERT(trigger->tg_event)   ? TRIGGER_TYPE_INSERT
                        : TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? TRIGGER_TYPE_UPDATE
                        : TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? TRIGGER_TYPE_DELETE
                                                                     : TRIGGER_TYPE_TRUNCATE;
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; ++i) {
        const Trigger *other = &triggers->triggers[i];
        if (other->tgtype == event && fires(other) && is_same_call(other, trigger->tg_trigger)) {
            return true;
        }
    }
    return false;
}

bool takes_events(const TriggerData *trigger) {
    const Trigger *ours = trigger->tg_trigger;
    return !TRIGGER_FIRED_BY_INSERT(trigger->tg_event) && ours->tgnargs > 1 && strcmp(ours->tgargs[1], part_names[static_cast<int>(Part::events)]) == 0;
}

} // namespace

void announce_firing(const TriggerData *trigger) {
    if (!will_fire(trigger)) {
        return;
    }
    MemoryContext statement = MemoryContextGetParent(CurrentMemoryContext);
    Firings *firings = firings_in(statement);
    firings = firings != nullptr ? firings : make_firings(statement);
    ++firings->announced;
    firings->takes_events = firings->takes_events || takes_events(trigger);
}

bool is_taking_events(const Works *but) {
    const Firings *firings = all_firings;
    while (firings != nullptr && (!firings->takes_events || firings->works.memory == but->memory)) {
        firings = firings->next;
    }
    return firings != nullptr;
}

Firings *take_firing(const TriggerData *trigger, uint64 *begun) {
    *begun = any_count;
    if (!TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event)) {
        return nullptr;
    }
    MemoryContext memory = MemoryContextGetParent(CurrentMemoryContext);
    Firings *firings = firings_in(memory);
    firings = firings != nullptr ? firings : firings_below(memory);
    if (firings == nullptr) {
        return nullptr;
    }
    ++firings->taken;
    *begun = firings->begun;
    return firings->announced > 1 && firings->taken <= firings->announced ? firings : nullptr;
}

bool is_last_firing(const Firings *firings) {
    return firings->taken == firings->announced;
}

Works *works_of(Firings *firings) {
    if (firings->works.memory == nullptr) {
        firings->works.memory = AllocSetContextCreate(firings->statement, "leadscore statement", ALLOCSET_DEFAULT_SIZES);
        firings->works.begun = firings->begun;
    }
    return &firings->works;
}

} // namespace leadscore
