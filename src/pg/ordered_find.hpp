// Rows of many keys, found by a unique index in the order of the keys.
//
// A search from the root of the index for each costs more than all else about a row that is only looked at. Keys that follow each other in the
// index, as those of all leads do, are found by stepping on; where the next row is another's, it is searched for as ever, and stepping rests.
#pragma once

#include "server.hpp"

namespace leadscore {

// Plain data; all zero at first. One for each scan.
struct OrderedFind {
    IndexScanDesc scan; // null: not begun
    bool asked;         // these are known
    bool can_step;
    ScanKeyData from;   // this key or one behind it
    FmgrInfo *order;
    bool stepping;      // the scan stands at the row of the last key, and goes on from there
    int resting;        // so many keys yet to be searched for
};

// Whether the row of a key is there, in `slot` then. `keys` say what the columns of the index equal; `column`: the first of them in the
// table. Another scan than last time is begun anew; who ends a scan sets `scan` to null.
bool find_in_order(OrderedFind *find, IndexScanDesc scan, ScanKey keys, int key_count, AttrNumber column, TupleTableSlot *slot);

} // namespace leadscore
