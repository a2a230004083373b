// The score row of a key as it was before the running transaction.
#include "row_before.hpp"

namespace leadscore {

namespace {

// Changed or deleted by us, and made by somebody else: there is one such version at most. What a subtransaction did that was rolled back
// is not ours.
bool is_before(TupleTableSlot *slot) {
    const Buffer buffer = reinterpret_cast<BufferHeapTupleTableSlot *>(slot)->buffer;
    HeapTupleHeader row = ExecFetchSlotHeapTuple(slot, false, nullptr)->t_data;
    HeapTupleHeaderData seen;
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    memcpy(static_cast<void *>(&seen), row, offsetof(HeapTupleHeaderData, t_bits));
    LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
    if ((seen.t_infomask & HEAP_XMAX_INVALID) != 0 || HEAP_XMAX_IS_LOCKED_ONLY(seen.t_infomask) || HEAP_LOCKED_UPGRADED(seen.t_infomask)) {
        return false;
    }
    return !TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(&seen)) &&
           TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetUpdateXid(&seen));
}

} // namespace

bool find_row_before(ScoreRows *rows, const Datum *key, ScoreRow *row) {
    if (rows->table->rd_tableam != GetHeapamTableAmRoutine()) {
        return false;
    }
    const int key_count = rows->model->key_count;
    for (int i = 0; i < key_count; ++i) {
        rows->scan_keys[i].sk_argument = key[i];
    }
    IndexScanDesc scan = LEADSCORE_INDEX_BEGINSCAN(rows->table, rows->index, SnapshotAny, key_count);
    index_rescan(scan, rows->scan_keys, key_count, nullptr, 0);
    bool found = false;
    while (!found && index_getnext_slot(scan, ForwardScanDirection, rows->found)) {
        CHECK_FOR_INTERRUPTS();
        found = is_before(rows->found);
    }
    if (found) {
        take_found(rows, row);
        row->locked = false;
    }
    ExecClearTuple(rows->found);
    index_endscan(scan);
    return found;
}

} // namespace leadscore
