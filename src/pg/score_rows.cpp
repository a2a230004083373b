// Rows of a model's score table: found by key, locked, changed.
#include "score_rows.hpp"

namespace leadscore {

namespace {

// The columns of the primary key are the first ones of the table, in this order.
void make_scan_keys(ScoreRows *rows) {
    for (int i = 0; i < rows->model->key_count; ++i) {
        const Oid type = rows->index->rd_opcintype[i];
        const RegProcedure equal =
            get_opcode(get_opfamily_member(rows->index->rd_opfamily[i], type, type, BTEqualStrategyNumber));
        ScanKeyInit(&rows->scan_keys[i], static_cast<AttrNumber>(i + 1), BTEqualStrategyNumber, equal, static_cast<Datum>(0));
        rows->scan_keys[i].sk_collation = rows->index->rd_indcollation[i];
    }
}

} // namespace

ScoreRows *open_score_rows(Model *model) {
    auto *rows = static_cast<ScoreRows *>(palloc0(sizeof(ScoreRows)));
    rows->model = model;
    rows->table = table_open(model->scores, RowExclusiveLock);
    const Oid primary_key = LEADSCORE_PRIMARY_KEY_INDEX(rows->table);
    if (!OidIsValid(primary_key)) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("score table %s has lost its primary key", model->scores_name),
                        errhint("Drop the model and create it again.")));
    }
    rows->index = index_open(primary_key, RowExclusiveLock);
    if (rows->index->rd_index->indnkeyatts != model->key_count ||
        RelationGetNumberOfAttributes(rows->table) < model->key_count + score_column_count) {
        ereport(ERROR,
                (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("score table %s was altered", model->scores_name),
                 errhint("Drop the model and create it again.")));
    }
    make_scan_keys(rows);
    const auto columns = static_cast<size_t>(RelationGetNumberOfAttributes(rows->table));
    rows->values = static_cast<Datum *>(palloc(sizeof(Datum) * columns));
    rows->nulls = static_cast<bool *>(palloc(sizeof(bool) * columns));
    rows->estate = CreateExecutorState();
    rows->result = makeNode(ResultRelInfo);
    InitResultRelInfo(rows->result, rows->table, 0, nullptr, 0);
    ExecOpenIndices(rows->result, false);
    rows->found = table_slot_create(rows->table, nullptr);
    rows->fresh = table_slot_create(rows->table, nullptr);
    return rows;
}

void close_score_rows(ScoreRows *rows) {
    ExecDropSingleTupleTableSlot(rows->found);
    ExecDropSingleTupleTableSlot(rows->fresh);
    ExecCloseIndices(rows->result);
    FreeExecutorState(rows->estate);
    index_close(rows->index, NoLock);
    table_close(rows->table, NoLock);
}

namespace {

// The newest version of the row, locked, in rows->found.
TM_Result lock_found(ScoreRows *rows, Snapshot snapshot) {
    TM_FailureData failure;
    ItemPointerData tid = rows->found->tts_tid;
    return table_tuple_lock(rows->table, &tid, snapshot, rows->found, GetCurrentCommandId(false), LockTupleNoKeyExclusive,
                            LockWaitBlock, TUPLE_LOCK_FLAG_FIND_LAST_VERSION, &failure);
}

} // namespace

void fail_serialization(const char *detail) {
    ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE), errmsg("could not serialize access due to concurrent update"),
                    errdetail("%s", detail), errhint("The transaction might succeed if retried.")));
    abort();
}

bool lock_score_row(ScoreRows *rows, const Datum *key, ScoreRow *row) {
    for (int i = 0; i < rows->model->key_count; ++i) {
        rows->scan_keys[i].sk_argument = key[i];
    }
    for (;;) {
        CHECK_FOR_INTERRUPTS();
        // As of this moment, not of the transaction: the lock tells whether the transaction may go on from there.
        Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
        IndexScanDesc scan = LEADSCORE_INDEX_BEGINSCAN(rows->table, rows->index, snapshot, rows->model->key_count);
        index_rescan(scan, rows->scan_keys, rows->model->key_count, nullptr, 0);
        const bool there = index_getnext_slot(scan, ForwardScanDirection, rows->found);
        index_endscan(scan);
        TM_Result result = TM_Deleted;
        if (there) {
            result = lock_found(rows, snapshot);
        }
        UnregisterSnapshot(snapshot);
        if (!there) {
            return false;
        }
        if (result == TM_Deleted) {
            if (IsolationUsesXactSnapshot()) {
                fail_serialization("Another transaction changed the score of a lead.");
            }
            continue; // look again: somebody may have made it anew
        }
        if (result != TM_Ok) {
            elog(ERROR, "leadscore: unexpected state %d of a locked score row", result);
        }
        if (IsolationUsesXactSnapshot() && !table_tuple_satisfies_snapshot(rows->table, rows->found, GetTransactionSnapshot())) {
            fail_serialization("Another transaction changed the score of a lead.");
        }
        break;
    }
    row->tuple = ExecCopySlotHeapTuple(rows->found);
    row->tuple->t_self = rows->found->tts_tid;
    // In one go: most columns lie behind others of any length.
    heap_deform_tuple(row->tuple, RelationGetDescr(rows->table), rows->values, rows->nulls);
    memcpy(row->values, rows->values + rows->model->key_count, sizeof row->values);
    memcpy(row->nulls, rows->nulls + rows->model->key_count, sizeof row->nulls);
    return true;
}

void release_found_row(ScoreRows *rows) {
    ExecClearTuple(rows->found);
}

void update_score_row(ScoreRows *rows, const ScoreRow *old, const Datum *values, const bool *nulls) {
    const int keys = rows->model->key_count;
    ExecForceStoreHeapTuple(old->tuple, rows->found, false);
    rows->found->tts_tid = old->tuple->t_self;
    slot_getallattrs(rows->found);
    ExecClearTuple(rows->fresh);
    const int columns = RelationGetNumberOfAttributes(rows->table);
    for (int i = 0; i < columns; ++i) {
        const int column = i - keys;
        const bool ours = column >= 0 && column < score_column_count;
        rows->fresh->tts_values[i] = ours ? values[column] : rows->found->tts_values[i];
        rows->fresh->tts_isnull[i] = ours ? nulls[column] : rows->found->tts_isnull[i];
    }
    ExecStoreVirtualTuple(rows->fresh);
    EPQState recheck;
    LEADSCORE_EVAL_PLAN_QUAL_INIT(&recheck, rows->estate);
    ExecSimpleRelationUpdate(rows->result, rows->estate, &recheck, rows->found, rows->fresh);
    EvalPlanQualEnd(&recheck);
    ResetPerTupleExprContext(rows->estate);
}

void delete_score_row(ScoreRows *rows, const ScoreRow *old) {
    ExecForceStoreHeapTuple(old->tuple, rows->found, false);
    rows->found->tts_tid = old->tuple->t_self;
    EPQState recheck;
    LEADSCORE_EVAL_PLAN_QUAL_INIT(&recheck, rows->estate);
    ExecSimpleRelationDelete(rows->result, rows->estate, &recheck, rows->found);
    EvalPlanQualEnd(&recheck);
}

} // namespace leadscore
