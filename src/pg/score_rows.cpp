// Rows of a model's score table: found by key, locked, changed.
#include "score_rows.hpp"

namespace leadscore {

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
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("score table %s was altered", model->scores_name), errhint("Drop the model and create it again.")));
    }
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

void make_scan_keys(const ScoreRows *rows, const Datum *key, ScanKey out) {
    for (int i = 0; i < rows->model->key_count; ++i) {
        const Oid family = rows->index->rd_opfamily[i];
        const Oid type = rows->index->rd_opcintype[i];
        // The columns of the primary key are the first ones of the table, in this order.
        const RegProcedure equal = get_opcode(get_opfamily_member(family, type, type, BTEqualStrategyNumber));
        ScanKeyInit(&out[i], static_cast<AttrNumber>(i + 1), BTEqualStrategyNumber, equal, key[i]);
        out[i].sk_collation = rows->index->rd_indcollation[i];
    }
}

// The newest version of the row, locked, in rows->found.
TM_Result lock_found(ScoreRows *rows, Snapshot snapshot) {
    TM_FailureData failure;
    ItemPointerData tid = rows->found->tts_tid;
    return table_tuple_lock(rows->table, &tid, snapshot, rows->found, GetCurrentCommandId(false), LockTupleNoKeyExclusive, LockWaitBlock,
                            TUPLE_LOCK_FLAG_FIND_LAST_VERSION, &failure);
}

} // namespace

void fail_serialization(const char *detail) {
    ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE), errmsg("could not serialize access due to concurrent update"),
                    errdetail("%s", detail), errhint("The transaction might succeed if retried.")));
    abort();
}

bool lock_score_row(ScoreRows *rows, const Datum *key, ScoreRow *row) {
    ScanKeyData scan_keys[INDEX_MAX_KEYS];
    make_scan_keys(rows, key, scan_keys);
    for (;;) {
        CHECK_FOR_INTERRUPTS();
        // As of this moment, not of the transaction: the lock tells whether the transaction may go on from there.
        Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
        IndexScanDesc scan = LEADSCORE_INDEX_BEGINSCAN(rows->table, rows->index, snapshot, rows->model->key_count);
        index_rescan(scan, scan_keys, rows->model->key_count, nullptr, 0);
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
        if (IsolationUsesXactSnapshot() &&
            !table_tuple_satisfies_snapshot(rows->table, rows->found, GetTransactionSnapshot())) {
            fail_serialization("Another transaction changed the score of a lead.");
        }
        break;
    }
    row->tuple = ExecCopySlotHeapTuple(rows->found);
    row->tuple->t_self = rows->found->tts_tid;
    for (int i = 0; i < score_column_count; ++i) {
        row->values[i] = heap_getattr(row->tuple, rows->model->key_count + i + 1, RelationGetDescr(rows->table), &row->nulls[i]);
    }
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
