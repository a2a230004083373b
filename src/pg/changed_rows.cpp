// The rows a statement wrote, one by one.
#include "changed_rows.hpp"

namespace leadscore {

namespace {

MemoryContext make_row_memory() {
    return AllocSetContextCreate(CurrentMemoryContext, "leadscore row", ALLOCSET_DEFAULT_SIZES);
}

// In memory that is emptied behind it. Only this: a slot may own the row it was given, and frees it with the next.
void collect_row(Collector *collector, CollectRow collect, TupleTableSlot *before, TupleTableSlot *after, MemoryContext memory) {
    CHECK_FOR_INTERRUPTS();
    MemoryContext old = MemoryContextSwitchTo(memory);
    collect(collector, before, after);
    MemoryContextSwitchTo(old);
    MemoryContextReset(memory);
}

// A transition table from its first row on; null if there is none.
TupleTableSlot *open_rows(const TriggerData *trigger, Tuplestorestate *rows) {
    if (rows == nullptr) {
        return nullptr;
    }
    tuplestore_select_read_pointer(rows, 0);
    tuplestore_rescan(rows);
    return MakeSingleTupleTableSlot(RelationGetDescr(trigger->tg_relation), &TTSOpsMinimalTuple);
}

// The slot with the next row; null behind the last.
TupleTableSlot *next_of(Tuplestorestate *rows, TupleTableSlot *slot) {
    return slot != nullptr && tuplestore_gettupleslot(rows, true, false, slot) ? slot : nullptr;
}

void collect_one(const TriggerData *trigger, Collector *collector, CollectRow collect, MemoryContext memory) {
    if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event)) {
        collect_row(collector, collect, trigger->tg_trigslot, trigger->tg_newslot, memory);
    } else if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event)) {
        collect_row(collector, collect, nullptr, trigger->tg_trigslot, memory);
    } else {
        collect_row(collector, collect, trigger->tg_trigslot, nullptr, memory);
    }
}

} // namespace

bool is_empty(const TriggerData *trigger) {
    if (!TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event) || TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event)) {
        return false;
    }
    const bool no_old = trigger->tg_oldtable == nullptr || tuplestore_tuple_count(trigger->tg_oldtable) == 0;
    const bool no_new = trigger->tg_newtable == nullptr || tuplestore_tuple_count(trigger->tg_newtable) == 0;
    return no_old && no_new;
}

void each_changed_row(const TriggerData *trigger, Collector *collector, CollectRow collect) {
    MemoryContext memory = make_row_memory();
    if (TRIGGER_FIRED_FOR_ROW(trigger->tg_event)) {
        collect_one(trigger, collector, collect, memory);
        MemoryContextDelete(memory);
        return;
    }
    TupleTableSlot *old_slot = open_rows(trigger, trigger->tg_oldtable);
    TupleTableSlot *new_slot = open_rows(trigger, trigger->tg_newtable);
    for (;;) {
        TupleTableSlot *before = next_of(trigger->tg_oldtable, old_slot);
        TupleTableSlot *after = next_of(trigger->tg_newtable, new_slot);
        if (before == nullptr && after == nullptr) {
            break;
        }
        collect_row(collector, collect, before, after, memory);
    }
    for (TupleTableSlot *slot : {old_slot, new_slot}) {
        if (slot != nullptr) {
            ExecDropSingleTupleTableSlot(slot);
        }
    }
    MemoryContextDelete(memory);
}

void each_row(Relation table, Collector *collector, CollectRow collect) {
    const char kind = table->rd_rel->relkind;
    if (kind != RELKIND_RELATION && kind != RELKIND_MATVIEW) {
        return;
    }
    // Not the transaction's snapshot: in REPEATABLE READ others may have written since.
    Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
    TupleTableSlot *slot = table_slot_create(table, nullptr);
    TableScanDesc scan = table_beginscan(table, snapshot, 0, nullptr);
    MemoryContext memory = make_row_memory();
    while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
        collect_row(collector, collect, slot, nullptr, memory);
    }
    table_endscan(scan);
    ExecDropSingleTupleTableSlot(slot);
    UnregisterSnapshot(snapshot);
    MemoryContextDelete(memory);
}

} // namespace leadscore
