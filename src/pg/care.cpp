// Work that may fail without its failure being that of the statement it serves.
#include "care.hpp"

namespace leadscore {

bool is_of_server(int sqlstate) {
    switch (ERRCODE_TO_CATEGORY(sqlstate)) {
    case ERRCODE_TO_CATEGORY(ERRCODE_TRANSACTION_ROLLBACK):
    case ERRCODE_TO_CATEGORY(ERRCODE_INSUFFICIENT_RESOURCES):
    case ERRCODE_TO_CATEGORY(ERRCODE_OPERATOR_INTERVENTION):
    case ERRCODE_TO_CATEGORY(ERRCODE_SYSTEM_ERROR):
        return true;
    default:
        // A circle of triggers through us that never ends: to try again at each of its levels would take for ever.
        if (sqlstate == ERRCODE_STATEMENT_TOO_COMPLEX) {
            return true;
        }
        return sqlstate == ERRCODE_LOCK_NOT_AVAILABLE || sqlstate == ERRCODE_DATA_CORRUPTED ||
               sqlstate == ERRCODE_INDEX_CORRUPTED;
    }
}

bool run_with_care(CareWork work, void *argument, const char **message) {
    MemoryContext context = CurrentMemoryContext;
    ResourceOwner owner = CurrentResourceOwner;
    Oid user = InvalidOid;
    int security = 0;
    GetUserIdAndSecContext(&user, &security);
    ErrorData *volatile error = nullptr;
    BeginInternalSubTransaction(nullptr);
    MemoryContextSwitchTo(context);
    PG_TRY();
    {
        work(argument);
        ReleaseCurrentSubTransaction();
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(context);
        error = CopyErrorData();
        FlushErrorState();
        RollbackAndReleaseCurrentSubTransaction();
    }
    PG_END_TRY();
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    SetUserIdAndSecContext(user, security);
    if (error == nullptr) {
        return true;
    }
    if (is_of_server(error->sqlerrcode)) {
        ReThrowError(error);
    }
    *message = error->message;
    return false;
}

} // namespace leadscore
