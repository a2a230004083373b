// A new version of a row, written without SQL.
#pragma once

#include "server.hpp"

namespace leadscore {

// Where rows are written. Its indexes are opened when a write first needs them, in `memory`, and closed by close_written_indexes().
struct RowWrites {
    ResultRelInfo *result;
    EState *estate;
    MemoryContext memory;
    Bitmapset *columns; // that writes may change
    bool unchecked;     // no constraint of the table can be violated
    bool many;          // so many rows in one go that the versions before cannot be gone yet
    // Of the open indexes.
    bool plain;      // nothing but an entry in each follows a new version
    bool *unchanged; // by index: its columns stay as they are
};

// Replaces the row at `place` by what is in `fresh`, and lets its indexes follow. Triggers and generated columns are left to the caller.
// Waits for whoever writes the row; whatever but TM_Ok comes of it, nothing is written.
TM_Result write_row(RowWrites *writes, ItemPointer place, TupleTableSlot *fresh);

void open_written_indexes(RowWrites *writes);
void close_written_indexes(RowWrites *writes);

} // namespace leadscore
