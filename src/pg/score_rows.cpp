// Rows of a model's score table: found by key, locked, changed.
#include "score_rows.hpp"

#include "model_tables.hpp"
#include "row_holder.hpp"

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

bool has_generated_columns(Relation table) {
    const TupleConstr *constraints = RelationGetDescr(table)->constr;
    return constraints != nullptr && (constraints->has_generated_stored || LEADSCORE_HAS_VIRTUAL_COLUMNS(RelationGetDescr(table)));
}

// NOT NULL, which is ours and kept, is none.
bool has_checks(Relation table) {
    const TupleConstr *constraints = RelationGetDescr(table)->constr;
    return constraints != nullptr && constraints->num_check > 0;
}

// All columns but those of the key, if that can be written in one way only.
Bitmapset *changing_columns(const ScoreRows *rows) {
    Bitmapset *columns = nullptr;
    for (int i = rows->model->one_spelling ? rows->model->key_count + 1 : 1; i <= RelationGetNumberOfAttributes(rows->table); ++i) {
        columns = bms_add_member(columns, i);
    }
    return columns;
}

// Whether anything follows writes to the model's tables, or may: see find_doubts().
bool may_have_triggers(const ScoreRows *rows) {
    return rows->writes.result->ri_TrigDesc != nullptr || rows->model->doubts != nullptr;
}

// As a statement that changes all columns of ours: a trigger may be OF some.
void hold_triggers(const ScoreRows *rows) {
    EState *estate = rows->writes.estate;
    Bitmapset *updated = nullptr;
    for (int i = rows->model->key_count + 1; i <= rows->model->key_count + score_column_count; ++i) {
        updated = bms_add_member(updated, i - FirstLowInvalidHeapAttributeNumber);
    }
    auto *entry = makeNode(RangeTblEntry);
    entry->rtekind = RTE_RELATION;
    entry->relid = RelationGetRelid(rows->table);
    entry->relkind = rows->table->rd_rel->relkind;
    entry->rellockmode = RowExclusiveLock;
    LEADSCORE_INIT_RANGE_TABLE(estate, entry, updated);
    rows->writes.result->ri_RangeTableIndex = 1;
    AfterTriggerBeginQuery();
}

// They see all that was written, and may write what brings these very leads up to date again.
void run_triggers(const ScoreRows *rows) {
    CommandCounterIncrement();
    AfterTriggerEndQuery(rows->writes.estate);
    ExecCloseResultRelations(rows->writes.estate); // tables that were opened for them
    ExecResetTupleTable(rows->writes.estate->es_tupleTable, false);
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
    if (!has_score_key(rows->table, model->key_count)) {
        ereport(ERROR,
                (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("score table %s was altered", model->scores_name),
                 errhint("Drop the model and create it again.")));
    }
    require_score_columns(model, rows->table);
    rows->plain = rows->table->trigdesc == nullptr && !has_generated_columns(rows->table);
    rows->memory = CurrentMemoryContext;
    make_scan_keys(rows);
    const auto columns = static_cast<size_t>(RelationGetNumberOfAttributes(rows->table));
    rows->values = static_cast<Datum *>(palloc(sizeof(Datum) * columns));
    rows->nulls = static_cast<bool *>(palloc(sizeof(bool) * columns));
    rows->writes.estate = CreateExecutorState();
    rows->writes.memory = rows->memory;
    rows->writes.columns = changing_columns(rows);
    rows->writes.unchecked = !has_checks(rows->table);
    rows->writes.result = makeNode(ResultRelInfo);
    InitResultRelInfo(rows->writes.result, rows->table, 0, nullptr, 0);
    rows->holds_triggers = may_have_triggers(rows);
    if (rows->holds_triggers) {
        hold_triggers(rows);
    }
    rows->found = table_slot_create(rows->table, nullptr);
    rows->fresh = table_slot_create(rows->table, nullptr);
    return rows;
}

void close_score_rows(ScoreRows *rows) {
    if (rows->holds_triggers) {
        run_triggers(rows);
    }
    ExecDropSingleTupleTableSlot(rows->found);
    ExecDropSingleTupleTableSlot(rows->fresh);
    close_written_indexes(&rows->writes);
    FreeExecutorState(rows->writes.estate);
    index_close(rows->index, NoLock);
    table_close(rows->table, NoLock);
}

namespace {

// As of this moment, not of the transaction: what is found tells whether the transaction may go on from there. A scan that is open is of
// this moment as long as nobody's transaction ends.
void look_as_of_now(ScoreRows *rows) {
    Snapshot now = GetLatestSnapshot();
    const uint64 ended = now->snapXactCompletionCount;
    if (rows->scan != nullptr && ended == rows->transactions_ended && now->curcid == rows->snapshot->curcid) {
        return;
    }
    end_finding(rows);
    rows->snapshot = RegisterSnapshot(now);
    rows->transactions_ended = ended;
    rows->scan = LEADSCORE_INDEX_BEGINSCAN(rows->table, rows->index, rows->snapshot, rows->model->key_count);
}

// The newest version of the row, locked, in rows->found.
TM_Result lock_found(ScoreRows *rows) {
    TM_FailureData failure;
    ItemPointerData tid = rows->found->tts_tid;
    // No page must stay pinned while others are waited for: of an index without WAL one would.
    if (RelationNeedsWAL(rows->index)) {
        table_index_fetch_reset(rows->scan->xs_heapfetch);
    } else {
        index_rescan(rows->scan, rows->scan_keys, rows->model->key_count, nullptr, 0);
    }
    return table_tuple_lock(rows->table, &tid, rows->snapshot, rows->found, GetCurrentCommandId(false), LockTupleNoKeyExclusive, LockWaitBlock,
                            TUPLE_LOCK_FLAG_FIND_LAST_VERSION, &failure);
}

} // namespace

void fail_serialization(const char *detail) {
    ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE), errmsg("could not serialize access due to concurrent update"),
                    errdetail("%s", detail), errhint("The transaction might succeed if retried.")));
    abort();
}

namespace {

void set_key(ScoreRows *rows, const Datum *key) {
    for (int i = 0; i < rows->model->key_count; ++i) {
        rows->scan_keys[i].sk_argument = key[i];
    }
}

// The version that is there now, in rows->found.
bool find_now(ScoreRows *rows) {
    CHECK_FOR_INTERRUPTS();
    look_as_of_now(rows);
    return find_in_order(&rows->find, rows->scan, rows->scan_keys, rows->model->key_count, 1, rows->found);
}

} // namespace

bool await_one_score(ScoreRows *rows, const Datum *const *keys, size_t count) {
    TransactionId holder = InvalidTransactionId;
    ItemPointerData place;
    for (size_t i = 0; i < count && !TransactionIdIsValid(holder); ++i) {
        set_key(rows, keys[i]);
        if (find_now(rows)) {
            place = rows->found->tts_tid;
            holder = holder_of_row(rows->found);
        }
    }
    end_finding(rows);
    if (TransactionIdIsValid(holder)) {
        XactLockTableWait(holder, rows->table, &place, XLTW_Lock);
    }
    return TransactionIdIsValid(holder);
}

bool find_score_row(ScoreRows *rows, const Datum *key, bool locked, ScoreRow *row) {
    set_key(rows, key);
    for (;;) {
        if (!find_now(rows)) {
            return false;
        }
        const TM_Result result = locked ? lock_found(rows) : TM_Ok;
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
    take_found(rows, row);
    row->locked = locked;
    return true;
}

void take_found(ScoreRows *rows, ScoreRow *row) {
    row->tuple = ExecCopySlotHeapTuple(rows->found);
    row->tuple->t_self = rows->found->tts_tid;
    // In one go: most columns lie behind others of any length.
    heap_deform_tuple(row->tuple, RelationGetDescr(rows->table), rows->values, rows->nulls);
    memcpy(row->values, rows->values + rows->model->key_count, sizeof row->values);
    memcpy(row->nulls, rows->nulls + rows->model->key_count, sizeof row->nulls);
}

void end_finding(ScoreRows *rows) {
    if (rows->scan != nullptr) {
        index_endscan(rows->scan);
        UnregisterSnapshot(rows->snapshot);
        rows->scan = nullptr;
        rows->find.scan = nullptr;
    }
    ExecClearTuple(rows->found);
}

namespace {

void fill_fresh(ScoreRows *rows, const ScoreRow *old, const Datum *key, const Datum *values, const bool *nulls) {
    TupleTableSlot *fresh = rows->fresh;
    ExecClearTuple(fresh);
    TupleDesc columns = RelationGetDescr(rows->table);
    if (columns->natts > rows->model->key_count + score_column_count) {
        heap_deform_tuple(old->tuple, columns, fresh->tts_values, fresh->tts_isnull); // somebody added some
    } else {
        for (int i = 0; i < rows->model->key_count; ++i) {
            fresh->tts_values[i] = heap_getattr(old->tuple, i + 1, columns, &fresh->tts_isnull[i]);
        }
    }
    if (key != nullptr) {
        memcpy(fresh->tts_values, key, sizeof(Datum) * static_cast<size_t>(rows->model->key_count));
    }
    memcpy(fresh->tts_values + rows->model->key_count, values, sizeof(Datum) * score_column_count);
    memcpy(fresh->tts_isnull + rows->model->key_count, nulls, sizeof(bool) * score_column_count);
    ExecStoreVirtualTuple(fresh);
}

void forget_row(TupleTableSlot *slot) {
    if (slot != nullptr) {
        ExecClearTuple(slot);
    }
}

// Changes the row to what is in rows->fresh, or deletes it; whatever somebody has put on the score table follows.
void write_with_triggers(ScoreRows *rows, const ScoreRow *old, CmdType command) {
    EState *estate = rows->writes.estate;
    ResultRelInfo *result = rows->writes.result;
    open_written_indexes(&rows->writes);
    ExecForceStoreHeapTuple(old->tuple, rows->found, false);
    rows->found->tts_tid = old->tuple->t_self;
    estate->es_output_cid = GetCurrentCommandId(true); // by which a trigger's look at the row tells what was before
    EPQState recheck;
    LEADSCORE_EVAL_PLAN_QUAL_INIT(&recheck, estate);
    MemoryContext old_context = MemoryContextSwitchTo(estate->es_query_cxt); // what is known of a trigger's function is kept for the next row
    if (command == CMD_DELETE) {
        ExecSimpleRelationDelete(result, estate, &recheck, rows->found);
    } else {
        ExecSimpleRelationUpdate(result, estate, &recheck, rows->found, rows->fresh);
    }
    MemoryContextSwitchTo(old_context);
    EvalPlanQualEnd(&recheck);
    // No page must stay pinned while others are waited for.
    forget_row(result->ri_TrigOldSlot);
    forget_row(result->ri_TrigNewSlot);
    ResetPerTupleExprContext(estate);
}

} // namespace

bool update_score_row(ScoreRows *rows, const ScoreRow *old, const Datum *key, const Datum *values, const bool *nulls) {
    fill_fresh(rows, old, key, values, nulls);
    if (!rows->plain) {
        write_with_triggers(rows, old, CMD_UPDATE);
        return true;
    }
    const TM_Result result = write_row(&rows->writes, &old->tuple->t_self, rows->fresh);
    if ((result == TM_Updated || result == TM_Deleted) && !old->locked) {
        if (IsolationUsesXactSnapshot()) {
            fail_serialization("Another transaction changed the score of a lead.");
        }
        return false;
    }
    if (result != TM_Ok) {
        elog(ERROR, "leadscore: unexpected state %d of a score row", result);
    }
    return true;
}

void delete_score_row(ScoreRows *rows, const ScoreRow *old) {
    write_with_triggers(rows, old, CMD_DELETE);
}

} // namespace leadscore
