// Work that can be taken back without an error.
#include "subtransaction.hpp"

namespace leadscore {

bool keep_if(bool (*work)(void *argument), void *argument) {
    MemoryContext context = CurrentMemoryContext;
    ResourceOwner owner = CurrentResourceOwner;
    Oid user = InvalidOid;
    int security = 0;
    GetUserIdAndSecContext(&user, &security);
    volatile bool good = false;
    BeginInternalSubTransaction(nullptr);
    MemoryContextSwitchTo(context);
    PG_TRY();
    { good = work(argument); }
    PG_CATCH();
    {
        // An error must not leave the client in a subtransaction that it knows nothing of.
        MemoryContextSwitchTo(context);
        ErrorData *error = CopyErrorData();
        FlushErrorState();
        RollbackAndReleaseCurrentSubTransaction();
        MemoryContextSwitchTo(context);
        CurrentResourceOwner = owner;
        SetUserIdAndSecContext(user, security);
        ReThrowError(error);
    }
    PG_END_TRY();
    if (good) {
        ReleaseCurrentSubTransaction();
    } else {
        RollbackAndReleaseCurrentSubTransaction();
    }
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    SetUserIdAndSecContext(user, security);
    return good;
}

} // namespace leadscore
