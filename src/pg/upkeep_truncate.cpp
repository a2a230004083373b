// What TRUNCATE takes away, which no transition table tells.
//
// Leads are brought up to date after it, when upkeep no longer finds the rows. Events have to be read before, and what they make
// is kept till then: were it applied at once, a trigger of the user on the lead rows could write events that TRUNCATE takes
// uncounted.
#include "apply.hpp"
#include "changed_model.hpp"
#include "changed_rows.hpp"
#include "model_tables.hpp"
#include "trigger_kinds.hpp"
#include "upkeep_call.hpp"

namespace leadscore {

namespace {

// What BEFORE TRUNCATE read of one table, until AFTER TRUNCATE of it comes. In memory of the transaction.
struct Truncated {
    Truncated *next;
    MemoryContext memory;
    SubTransactionId subtransaction;
    Oid table;
    char model[NAMEDATALEN];
    int source;
    Collector collector;
};
Truncated *truncated = nullptr; // the latest first

void transaction_ends(XactEvent event, void *) {
    if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE) {
        truncated = nullptr;
    }
}

void subtransaction_ends(SubXactEvent event, SubTransactionId gone, SubTransactionId, void *) {
    while (event == SUBXACT_EVENT_ABORT_SUB && truncated != nullptr && truncated->subtransaction >= gone) {
        Truncated *next = truncated->next;
        MemoryContextDelete(truncated->memory);
        truncated = next;
    }
}

// Whether a partition has both triggers that do the same as ours for itself.
bool has_own_triggers(Relation partition, const Trigger *ours) {
    const TriggerDesc *triggers = partition->trigdesc;
    bool before = false;
    bool after = false;
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; ++i) {
        const Trigger *other = &triggers->triggers[i];
        if (TRIGGER_FOR_TRUNCATE(other->tgtype) && fires(other) && is_same_call(other, ours)) {
            before = before || TRIGGER_FOR_BEFORE(other->tgtype);
            after = after || TRIGGER_FOR_AFTER(other->tgtype);
        }
    }
    return before && after;
}

void collect_events_of(const UpkeepCall *call, Collector *collector, Relation table) {
    collector->columns = event_columns(call->model, call->events, RelationGetRelid(table), RelationGetDescr(table));
    if (collector->columns->unusable == nullptr) {
        each_row(table, collector, collect_event);
    }
}

void collect_all_events(const UpkeepCall *call, Collector *collector) {
    Relation table = call->trigger->tg_relation;
    if (table->rd_rel->relkind != RELKIND_PARTITIONED_TABLE) {
        collect_events_of(call, collector, table);
        return;
    }
    // TRUNCATE of a partitioned table fires the triggers of its partitions too.
    ListCell *cell = nullptr;
    foreach (cell, find_all_inheritors(RelationGetRelid(table), AccessShareLock, nullptr)) {
        Relation partition = table_open(lfirst_oid(cell), NoLock);
        if (!has_own_triggers(partition, call->trigger->tg_trigger)) {
            collect_events_of(call, collector, partition);
        }
        table_close(partition, NoLock);
    }
}

// A row of the score table: the key comes first, `present` behind it.
void touch_present(Collector *collector, TupleTableSlot *row, TupleTableSlot *) {
    const int key_count = collector->batch->model->key_count;
    Datum key[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    bool is_null = false;
    if (!DatumGetBool(slot_getattr(row, key_count + 1, &is_null))) {
        return;
    }
    for (int i = 0; i < key_count; ++i) {
        key[i] = slot_getattr(row, i + 1, &nulls[i]);
    }
    if (Touched *touched = touch(collector->batch, key, nulls); touched != nullptr) {
        touched->input_changed = true;
    }
}

void collect_scores(const Model *model, Collector *collector, CollectRow collect) {
    Relation scores = table_open(model->scores, AccessShareLock);
    require_score_columns(model, scores);
    for (int i = 0; i < model->key_count; ++i) {
        collector->stored_keys[i] = static_cast<AttrNumber>(i + 1);
    }
    each_row(scores, collector, collect);
    table_close(scores, NoLock);
}

void collect_all_scored(const UpkeepCall *call, Collector *collector) {
    collect_scores(call->model, collector, touch_present);
}

// A row of the score table or the queue: its lead is to be counted anew.
void touch_for_recount(Collector *collector, TupleTableSlot *row, TupleTableSlot *) {
    Datum key[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    for (int i = 0; i < collector->batch->key_count; ++i) {
        key[i] = slot_getattr(row, collector->stored_keys[i], &nulls[i]);
    }
    if (Touched *touched = touch(collector->batch, key, nulls); touched != nullptr) {
        touched->recount = true;
    }
}

// The owner may have made the table himself, with the columns in another order.
void collect_queue(const Model *model, Collector *collector) {
    Relation queue = table_open(model->companions[queue_companion], AccessShareLock);
    for (int i = 0; i < model->key_count; ++i) {
        collector->stored_keys[i] = require_column(queue, NameStr(model->keys[i].stored_name), model->keys[i].type);
    }
    each_row(queue, collector, touch_for_recount);
    table_close(queue, NoLock);
}

// What is known of a lead may be in the queue alone.
void collect_all_for_recount(const UpkeepCall *call, Collector *collector) {
    collect_scores(call->model, collector, touch_for_recount);
    if (call->model->queued) {
        collect_queue(call->model, collector);
    }
}

void collect_all_pointing(const UpkeepCall *call, Collector *collector) {
    collector->pointing_by = call->attributes;
    ListCell *cell = nullptr;
    foreach (cell, find_all_inheritors(call->model->leads, AccessShareLock, nullptr)) {
        Relation leads = table_open(lfirst_oid(cell), NoLock);
        collector->columns = lead_columns(call->model, RelationGetRelid(leads), RelationGetDescr(leads));
        if (collector->columns->unusable == nullptr) {
            each_row(leads, collector, touch_pointing_lead);
        }
        table_close(leads, NoLock);
    }
}

// Those of which TRUNCATE took events: which leads they are of is looked up afterwards, when others may have moved them.
void recount_kept_contacts(const UpkeepCall *call, Collector *collector, Batch *contacts) {
    // TRUNCATE makes the server, and so us, load anew what is known of the table.
    if (!means_the_same(contacts->model, call->model)) {
        collect_all_for_recount(call, collector);
        return;
    }
    Touched **all = touched_in_order(contacts);
    for (size_t i = 0; i < contacts->count; ++i) {
        all[i]->recount = true;
    }
    collector->batch = contacts;
}

void collect_kept(const UpkeepCall *call, Collector *collector) {
    for (Truncated **link = &truncated; *link != nullptr; link = &(*link)->next) {
        Truncated *kept = *link;
        if (kept->table != RelationGetRelid(call->trigger->tg_relation) || kept->source != call->source ||
            strcmp(kept->model, call->model->name) != 0) {
            continue;
        }
        collector->refusals = kept->collector.refusals;
        if (OidIsValid(call->events->via)) {
            recount_kept_contacts(call, collector, kept->collector.batch);
        } else {
            collector->batch = kept->collector.batch;
        }
        *link = kept->next;
        return;
    }
    if (OidIsValid(call->events->via)) {
        collect_all_for_recount(call, collector);
    }
}

} // namespace

void keep_truncated(const UpkeepCall *call) {
    static bool registered = false;
    if (!registered) {
        RegisterXactCallback(transaction_ends, nullptr);
        RegisterSubXactCallback(subtransaction_ends, nullptr);
        registered = true;
    }
    MemoryContext memory = AllocSetContextCreate(TopTransactionContext, "leadscore truncated", ALLOCSET_DEFAULT_SIZES);
    auto *kept = static_cast<Truncated *>(MemoryContextAllocZero(memory, sizeof(Truncated)));
    kept->memory = memory;
    kept->subtransaction = GetCurrentSubTransactionId();
    kept->table = RelationGetRelid(call->trigger->tg_relation);
    namestrcpy(reinterpret_cast<NameData *>(kept->model), call->model->name);
    kept->source = call->source;
    const EventSource *source = call->events;
    kept->collector.batch = source->via_keys != nullptr ? make_batch_by(call->model, source->via_keys, source->lead_count, memory)
                                                        : make_batch(call->model, memory);
    kept->collector.refusals.memory = memory;
    collect_all_events(call, &kept->collector);
    kept->next = truncated;
    truncated = kept;
}

void collect_truncated(const UpkeepCall *call, Collector *collector) {
    switch (call->part) {
    case Part::leads:
        collect_all_scored(call, collector);
        break;
    case Part::events:
        collect_kept(call, collector);
        break;
    case Part::attributes:
        collect_all_pointing(call, collector);
        break;
    case Part::via:
        collect_all_for_recount(call, collector);
        break;
    }
}

} // namespace leadscore
