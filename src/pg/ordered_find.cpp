// Rows of many keys, found by a unique index in the order of the keys.
#include "ordered_find.hpp"

namespace leadscore {

namespace {

// After a step that did not lead to the wanted row.
constexpr int rest = 16;

// Not in an index that runs backwards; nor in one without WAL, whose pages a scan keeps pinned.
void ask_index(OrderedFind *find, ScanKey key, int key_count) {
    Relation index = find->scan->indexRelation;
    find->asked = true;
    find->can_step = key_count == 1 && (index->rd_indoption[0] & INDOPTION_DESC) == 0 && RelationNeedsWAL(index);
    if (!find->can_step) {
        return;
    }
    const Oid type = index->rd_opcintype[0];
    const Oid not_less = get_opfamily_member(index->rd_opfamily[0], type, type, BTGreaterEqualStrategyNumber);
    find->can_step = OidIsValid(not_less);
    if (find->can_step) {
        ScanKeyInit(&find->from, 1, BTGreaterEqualStrategyNumber, get_opcode(not_less), static_cast<Datum>(0));
        find->from.sk_collation = key->sk_collation;
        find->order = index_getprocinfo(index, 1, BTORDER_PROC);
    }
}

bool is_row_of(const OrderedFind *find, ScanKey key, AttrNumber column, TupleTableSlot *slot) {
    bool is_null = false;
    const Datum value = slot_getattr(slot, column, &is_null);
    return !is_null && DatumGetInt32(FunctionCall2Coll(find->order, key->sk_collation, value, key->sk_argument)) == 0;
}

bool next_row(IndexScanDesc scan, TupleTableSlot *slot) {
    return index_getnext_slot(scan, ForwardScanDirection, slot);
}

} // namespace

bool find_in_order(OrderedFind *find, IndexScanDesc scan, ScanKey keys, int key_count, AttrNumber column, TupleTableSlot *slot) {
    if (find->scan != scan) {
        *find = {};
        find->scan = scan;
        find->resting = 1; // one key alone is searched for as ever
    } else if (find->stepping) {
        if (next_row(scan, slot) && is_row_of(find, keys, column, slot)) {
            return true;
        }
        find->stepping = false;
        find->resting = rest;
    }
    if (find->resting == 0 && !find->asked) {
        ask_index(find, keys, key_count);
    }
    if (find->resting > 0 || !find->can_step) {
        find->resting -= find->resting > 0 ? 1 : 0;
        index_rescan(scan, keys, key_count, nullptr, 0);
        const bool found = next_row(scan, slot);
        // Not from within rows that are gone: a step goes over all of them, so it is taken once for a row of them at most.
        if (!found && find->resting == 0) {
            find->resting = 1;
        }
        return found;
    }
    find->from.sk_argument = keys->sk_argument;
    index_rescan(scan, &find->from, 1, nullptr, 0);
    find->stepping = next_row(scan, slot) && is_row_of(find, keys, column, slot);
    find->resting = find->stepping ? 0 : rest;
    return find->stepping;
}

} // namespace leadscore
