// A new version of a row, written without SQL.
#include "row_write.hpp"

namespace leadscore {

namespace {

bool is_unchanged(const IndexInfo *index, const Bitmapset *columns) {
    for (int i = 0; i < index->ii_NumIndexKeyAttrs; ++i) {
        if (bms_is_member(index->ii_IndexAttrNumbers[i], columns)) {
            return false;
        }
    }
    Bitmapset *read = nullptr;
    pull_varattnos(reinterpret_cast<Node *>(index->ii_Expressions), 1, &read);
    for (int column = -1; (column = bms_next_member(read, column)) >= 0;) {
        const int number = column + FirstLowInvalidHeapAttributeNumber;
        if (number <= 0 || bms_is_member(number, columns)) {
            return false;
        }
    }
    return true;
}

// Where a unique index stays as it is, the version before holds the place of its values: there is nothing to check.
bool is_plain(Relation index, const IndexInfo *info, bool unchanged) {
    return info->ii_Predicate == NIL && info->ii_ExclusionOps == nullptr && (unchanged || !info->ii_Unique) && index->rd_index->indimmediate;
}

// As ExecInsertIndexTuples() does, but for the check of unique indexes, whose columns did not change; and what is told to an index of
// whether its columns did is true, while that function takes all for unchanged where no statement tells what is updated. Told so, an index
// looks for old versions to clear away before it splits a page: of no use where this very transaction has made most of them old.
void add_entries(const RowWrites *writes, TupleTableSlot *fresh) {
    const ResultRelInfo *result = writes->result;
    GetPerTupleExprContext(writes->estate)->ecxt_scantuple = fresh;
    for (int i = 0; i < result->ri_NumIndices; ++i) {
        IndexInfo *info = result->ri_IndexRelationInfo[i];
        if (!info->ii_ReadyForInserts) {
            continue;
        }
        Datum values[INDEX_MAX_KEYS];
        bool nulls[INDEX_MAX_KEYS];
        FormIndexDatum(info, fresh, writes->estate, values, nulls);
        index_insert(result->ri_IndexRelationDescs[i], values, nulls, &fresh->tts_tid, result->ri_RelationDesc, UNIQUE_CHECK_NO,
                     writes->unchanged[i] && !writes->many, info);
    }
}

void let_indexes_follow(RowWrites *writes, TupleTableSlot *fresh, LEADSCORE_UPDATED_INDEXES updated) {
    open_written_indexes(writes);
    if (writes->plain && !LEADSCORE_ONLY_SUMMARIES(updated)) {
        add_entries(writes, fresh);
    } else {
        LEADSCORE_UPDATE_INDEXES(writes->result, fresh, writes->estate, updated);
    }
    ResetPerTupleExprContext(writes->estate);
}

} // namespace

void open_written_indexes(RowWrites *writes) {
    ResultRelInfo *result = writes->result;
    if (result->ri_NumIndices > 0) {
        return;
    }
    MemoryContext old = MemoryContextSwitchTo(writes->memory);
    ExecOpenIndices(result, false);
    writes->unchanged = static_cast<bool *>(palloc0(sizeof(bool) * static_cast<size_t>(result->ri_NumIndices + 1)));
    writes->plain = true;
    for (int i = 0; i < result->ri_NumIndices; ++i) {
        const IndexInfo *info = result->ri_IndexRelationInfo[i];
        writes->unchanged[i] = is_unchanged(info, writes->columns);
        writes->plain = writes->plain && is_plain(result->ri_IndexRelationDescs[i], info, writes->unchanged[i]);
    }
    MemoryContextSwitchTo(old);
}

void close_written_indexes(RowWrites *writes) {
    if (writes->result->ri_NumIndices > 0) {
        ExecCloseIndices(writes->result);
    }
}

TM_Result write_row(RowWrites *writes, ItemPointer place, TupleTableSlot *fresh) {
    Relation table = writes->result->ri_RelationDesc;
    CheckCmdReplicaIdentity(table, CMD_UPDATE);
    if (!writes->unchecked && RelationGetDescr(table)->constr != nullptr) {
        ExecConstraints(writes->result, fresh, writes->estate);
    }
    TM_FailureData failure;
    LockTupleMode mode;
    LEADSCORE_UPDATED_INDEXES updated;
    const TM_Result result = table_tuple_update(table, place, fresh, GetCurrentCommandId(true), InvalidSnapshot, InvalidSnapshot, true,
                                                &failure, &mode, &updated);
    if (result == TM_Ok && LEADSCORE_MUST_UPDATE_INDEXES(updated)) {
        let_indexes_follow(writes, fresh, updated);
    }
    return result;
}

} // namespace leadscore
