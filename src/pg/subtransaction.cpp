// Work that can be taken back.
#include "subtransaction.hpp"

namespace leadscore {

bool try_keep_if(KeepWork work, void *argument, ErrorData **error) {
    MemoryContext context = CurrentMemoryContext;
    ResourceOwner owner = CurrentResourceOwner;
    Oid user = InvalidOid;
    int security = 0;
    GetUserIdAndSecContext(&user, &security);
    volatile bool good = false;
    ErrorData *volatile caught = nullptr;
    BeginInternalSubTransaction(nullptr);
    MemoryContextSwitchTo(context);
    PG_TRY();
    {
        good = work(argument);
        if (good) {
            ReleaseCurrentSubTransaction();
        }
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(context);
        caught = CopyErrorData();
        FlushErrorState();
        good = false;
    }
    PG_END_TRY();
    if (!good) {
        RollbackAndReleaseCurrentSubTransaction();
    }
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    SetUserIdAndSecContext(user, security);
    *error = caught;
    return good;
}

bool keep_if(KeepWork work, void *argument) {
    ErrorData *error = nullptr;
    const bool good = try_keep_if(work, argument, &error);
    if (error != nullptr) {
        // The client must not be left in a subtransaction that it knows nothing of: so not before it is gone.
        ReThrowError(error);
    }
    return good;
}

} // namespace leadscore
