// A new version of a row, written without SQL.
#include "row_write.hpp"

namespace leadscore {

void open_written_indexes(const RowWrites &writes) {
    if (writes.result->ri_NumIndices == 0) {
        MemoryContext old = MemoryContextSwitchTo(writes.memory);
        ExecOpenIndices(writes.result, false);
        MemoryContextSwitchTo(old);
    }
}

void close_written_indexes(const RowWrites &writes) {
    if (writes.result->ri_NumIndices > 0) {
        ExecCloseIndices(writes.result);
    }
}

TM_Result write_row(const RowWrites &writes, ItemPointer place, TupleTableSlot *fresh) {
    Relation table = writes.result->ri_RelationDesc;
    CheckCmdReplicaIdentity(table, CMD_UPDATE);
    if (RelationGetDescr(table)->constr != nullptr) {
        ExecConstraints(writes.result, fresh, writes.estate);
    }
    TM_FailureData failure;
    LockTupleMode mode;
    LEADSCORE_UPDATED_INDEXES updated;
    const TM_Result result = table_tuple_update(table, place, fresh, GetCurrentCommandId(true), InvalidSnapshot, InvalidSnapshot, true,
                                                &failure, &mode, &updated);
    if (result == TM_Ok && LEADSCORE_MUST_UPDATE_INDEXES(updated)) {
        open_written_indexes(writes);
        LEADSCORE_UPDATE_INDEXES(writes.result, fresh, writes.estate, updated);
        ResetPerTupleExprContext(writes.estate);
    }
    return result;
}

} // namespace leadscore
