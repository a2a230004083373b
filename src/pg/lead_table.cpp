// Lead rows of plain tables: found by key, locked, read and written without SQL.
#include "lead_table.hpp"

#include "lead_ways.hpp"
#include "ordered_find.hpp"
#include "row_holder.hpp"

namespace leadscore {

struct LeadTable {
    MemoryContext memory; // of the batch; what is called later may run in that of a part of it
    Model *model;
    const LeadWays *ways;
    Relation table;
    Relation index;
    TupleTableSlot *found;
    // For writing, made when it first comes to that.
    RowWrites writes;
    TupleTableSlot *fresh;
};

namespace {

// Rights that come by way of another role are lost without a word to the table's cache.
bool has_rights(const Model *model) {
    constexpr AclMode needed = ACL_SELECT | ACL_UPDATE;
    return pg_class_aclmask(model->leads, model->owner, needed, ACLMASK_ALL) == needed;
}

// Rows may have had versions that the index does not lead to; a statement would not use it yet either.
bool is_index_too_young(Relation index) {
    return index->rd_index->indcheckxmin && !TransactionIdPrecedes(HeapTupleHeaderGetXmin(index->rd_indextuple->t_data), TransactionXmin);
}

// A model that goes stale while its table is locked was changed before: what is known of it holds no longer.
const LeadWays *ways_now(Model *model, Relation table) {
    if (model->stale) {
        return nullptr;
    }
    const LeadWays *ways = lead_ways(model, table);
    return ways->find && !model->stale && (!ways->has_grants || has_rights(model)) ? ways : nullptr;
}

// True unless the row is gone, or no longer the one that was looked for.
bool lock_found(LeadTable *table, Snapshot moment) {
    TM_FailureData failure;
    ItemPointerData place = table->found->tts_tid;
    const bool follow = !IsolationUsesXactSnapshot();
    const int flags = TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS | (follow ? TUPLE_LOCK_FLAG_FIND_LAST_VERSION : 0);
    const TM_Result result = table_tuple_lock(table->table, &place, moment, table->found, GetCurrentCommandId(false),
                                              LockTupleNoKeyExclusive, LockWaitBlock, static_cast<uint8>(flags), &failure);
    switch (result) {
    case TM_Ok:
        return true;
    case TM_SelfModified:
        return false;
    case TM_Updated:
    case TM_Deleted:
        if (!follow) {
            ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE), errmsg("could not serialize access due to concurrent update")));
        }
        return false;
    default:
        elog(ERROR, "leadscore: unexpected state %d of a locked lead row", result);
    }
    return false;
}

// The version that was locked may have another key than the one that was found.
bool has_key(const LeadTable *table, ScanKey keys) {
    for (int i = 0; i < table->model->key_count; ++i) {
        bool is_null = false;
        const Datum value = slot_getattr(table->found, table->ways->column_of[i], &is_null);
        if (is_null || !DatumGetBool(FunctionCall2Coll(&keys[i].sk_func, keys[i].sk_collation, value, keys[i].sk_argument))) {
            return false;
        }
    }
    return true;
}

void set_keys(const LeadTable *table, const Datum *key, ScanKey keys) {
    const int count = table->model->key_count;
    memcpy(keys, table->ways->scan_keys, sizeof(ScanKeyData) * static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) {
        keys[i].sk_argument = key[table->ways->key_of[i]];
    }
}

HeapTuple find_row(LeadTable *table, OrderedFind *find, IndexScanDesc scan, const Datum *key, bool locked, Snapshot moment) {
    ScanKeyData keys[INDEX_MAX_KEYS];
    const int count = table->model->key_count;
    set_keys(table, key, keys);
    HeapTuple row = nullptr;
    if (find_in_order(find, scan, keys, count, table->ways->column_of[0], table->found) &&
        (!locked || (lock_found(table, moment) && has_key(table, keys)))) {
        row = ExecCopySlotHeapTuple(table->found);
        row->t_self = table->found->tts_tid;
        row->t_tableOid = RelationGetRelid(table->table);
    }
    ExecClearTuple(table->found); // a page must not stay pinned while others are waited for
    return row;
}

// False if the table was changed meanwhile.
bool prepare_write(LeadTable *table) {
    if (table->writes.result == nullptr) {
        MemoryContext old = MemoryContextSwitchTo(table->memory);
        table->fresh = table_slot_create(table->table, nullptr);
        // No more of it: its triggers, which would be copied, have nothing to do.
        auto *result = makeNode(ResultRelInfo);
        result->ri_RelationDesc = table->table;
        table->writes.result = result;
        table->writes.columns = bms_add_member(bms_make_singleton(table->ways->score), table->ways->stage);
        MemoryContextSwitchTo(old);
    }
    return !table->model->stale;
}

// As the row was but for the score columns.
void fill_fresh(LeadTable *table, const LeadRow &row, const LeadScore &score) {
    TupleTableSlot *fresh = table->fresh;
    ExecClearTuple(fresh);
    const auto count = static_cast<size_t>(RelationGetNumberOfAttributes(table->table));
    memcpy(fresh->tts_values, row.values, sizeof(Datum) * count);
    memcpy(fresh->tts_isnull, row.nulls, sizeof(bool) * count);
    fresh->tts_values[table->ways->score - 1] = score.score;
    fresh->tts_isnull[table->ways->score - 1] = score.score_null;
    fresh->tts_values[table->ways->stage - 1] = score.stage;
    fresh->tts_isnull[table->ways->stage - 1] = score.stage_null;
    ExecStoreVirtualTuple(fresh);
}

} // namespace

LeadTable *open_lead_table(Model *model, const RowWrites &writes) {
    // Whoever asks for rights in their own way, and whatever may fail, has its statement.
    if (model->doubts != nullptr || XactReadOnly || ExecutorCheckPerms_hook != nullptr) {
        return nullptr;
    }
    Relation table = try_relation_open(model->leads, leads_lock(model));
    if (table == nullptr) {
        return nullptr;
    }
    const LeadWays *ways = ways_now(model, table);
    Relation index = ways != nullptr ? index_open(ways->index, AccessShareLock) : nullptr;
    if (index == nullptr || is_index_too_young(index)) {
        if (index != nullptr) {
            index_close(index, NoLock);
        }
        relation_close(table, NoLock);
        return nullptr;
    }
    auto *opened = static_cast<LeadTable *>(palloc0(sizeof(LeadTable)));
    opened->memory = CurrentMemoryContext;
    opened->model = model;
    opened->ways = ways;
    opened->table = table;
    opened->index = index;
    opened->found = table_slot_create(table, nullptr);
    opened->writes.estate = writes.estate;
    opened->writes.many = writes.many;
    opened->writes.memory = opened->memory;
    return opened;
}

void close_lead_table(LeadTable *table) {
    ExecDropSingleTupleTableSlot(table->found);
    if (table->writes.result != nullptr) {
        ExecDropSingleTupleTableSlot(table->fresh);
        close_written_indexes(&table->writes);
    }
    index_close(table->index, NoLock);
    relation_close(table->table, NoLock);
}

size_t find_lead_rows(LeadTable *table, const Datum *const *keys, size_t count, Finding finding, HeapTuple *rows) {
    // As a statement would: what this one did is seen, and in READ COMMITTED what others have committed.
    CommandCounterIncrement();
    Snapshot moment = RegisterSnapshot(GetTransactionSnapshot());
    IndexScanDesc scan = LEADSCORE_INDEX_BEGINSCAN(table->table, table->index, moment, table->model->key_count);
    OrderedFind find = {};
    size_t found = 0;
    while (found < count) {
        CHECK_FOR_INTERRUPTS();
        rows[found] = find_row(table, &find, scan, keys[found], finding != Finding::read, moment);
        if (rows[found] == nullptr && finding == Finding::locked_until_absent) {
            break;
        }
        ++found;
    }
    index_endscan(scan);
    UnregisterSnapshot(moment);
    return found;
}

bool await_one_lead(LeadTable *table, const Datum *const *keys, size_t count) {
    Snapshot moment = RegisterSnapshot(GetTransactionSnapshot());
    IndexScanDesc scan = LEADSCORE_INDEX_BEGINSCAN(table->table, table->index, moment, table->model->key_count);
    OrderedFind find = {};
    TransactionId holder = InvalidTransactionId;
    ItemPointerData place;
    for (size_t i = 0; i < count && !TransactionIdIsValid(holder); ++i) {
        ScanKeyData key[INDEX_MAX_KEYS];
        set_keys(table, keys[i], key);
        if (find_in_order(&find, scan, key, table->model->key_count, table->ways->column_of[0], table->found)) {
            place = table->found->tts_tid;
            holder = holder_of_row(table->found);
        }
    }
    ExecClearTuple(table->found);
    index_endscan(scan);
    UnregisterSnapshot(moment);
    if (TransactionIdIsValid(holder)) {
        XactLockTableWait(holder, table->table, &place, XLTW_Lock);
    }
    return TransactionIdIsValid(holder);
}

LeadPlaces places_of(const LeadTable *table) {
    return {table->ways->score, table->ways->stage, table->ways->fields};
}

LeadRow columns_of(const LeadTable *table, HeapTuple row) {
    TupleDesc columns = RelationGetDescr(table->table);
    const auto count = static_cast<size_t>(columns->natts);
    LeadRow all = {row, static_cast<Datum *>(palloc((sizeof(Datum) + sizeof(bool)) * count)), nullptr};
    all.nulls = reinterpret_cast<bool *>(all.values + count);
    heap_deform_tuple(row, columns, all.values, all.nulls);
    return all;
}

bool write_lead_row(LeadTable *table, const LeadRow &row, const LeadScore &score) {
    // The check that a foreign key owes for a row that came in this transaction is of its last version: the statement passes it on.
    if (!table->ways->write ||
        (table->ways->has_foreign_keys && TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(row.tuple->t_data))) ||
        !prepare_write(table)) {
        return false;
    }
    fill_fresh(table, row, score);
    // Else this transaction wrote the row since it was locked.
    return write_row(&table->writes, &row.tuple->t_self, table->fresh) == TM_Ok;
}

} // namespace leadscore
