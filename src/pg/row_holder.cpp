// Who has a row.
#include "row_holder.hpp"

namespace leadscore {

namespace {

// Foreign keys lock rows FOR KEY SHARE, which nobody here minds.
bool is_in_the_way(MultiXactStatus status) {
    return status != MultiXactStatusForKeyShare;
}

bool is_of_others(TransactionId one) {
    return !TransactionIdIsCurrentTransactionId(one) && TransactionIdIsInProgress(one);
}

TransactionId holder_among(MultiXactId many, bool only_locked) {
    MultiXactMember *members = nullptr;
    const int count = GetMultiXactIdMembers(many, &members, false, only_locked);
    TransactionId holder = InvalidTransactionId;
    for (int i = 0; i < count && !TransactionIdIsValid(holder); ++i) {
        if (is_in_the_way(members[i].status) && is_of_others(members[i].xid)) {
            holder = members[i].xid;
        }
    }
    if (count > 0) {
        pfree(members);
    }
    return holder;
}

} // namespace

TransactionId holder_of_row(TupleTableSlot *slot) {
    const Buffer buffer = reinterpret_cast<BufferHeapTupleTableSlot *>(slot)->buffer;
    HeapTupleHeader row = ExecFetchSlotHeapTuple(slot, false, nullptr)->t_data;
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    const uint16 flags = row->t_infomask;
    const TransactionId last = HeapTupleHeaderGetRawXmax(row);
    LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
    if ((flags & HEAP_XMAX_INVALID) != 0 || (flags & HEAP_XMAX_COMMITTED) != 0 || HEAP_LOCKED_UPGRADED(flags)) {
        return InvalidTransactionId;
    }
    const bool only_locked = HEAP_XMAX_IS_LOCKED_ONLY(flags);
    if ((flags & HEAP_XMAX_IS_MULTI) != 0) {
        return holder_among(last, only_locked);
    }
    return !(only_locked && HEAP_XMAX_IS_KEYSHR_LOCKED(flags)) && is_of_others(last) ? last : InvalidTransactionId;
}

} // namespace leadscore
