// Which rows of a table a snapshot sees, asked for many of them in an order of their own. A page that the visibility map does not
// vouch for is looked at once, and not again for each of its rows.
#pragma once

#include "server.hpp"

namespace leadscore {

// Plain data; made by open_visible_rows(), let go by close_visible_rows(). Not beyond the snapshot.
struct VisibleRows {
    // Rows lie all over the table: a page of the map, once pinned, is needed again and again.
    static constexpr int map_count = 16;
    struct Map {
        BlockNumber number; // of the buffer, if there is one
        Buffer buffer;
    };

    Relation table;
    Snapshot snapshot;
    MemoryContext context;
    bool must_tell; // the transaction is serializable: which pages were read
    HTAB *pages;    // null: the table is no heap, or has too many pages that must be looked at
    Map maps[map_count];
    IndexFetchTableData *fetch; // null until a row has to be fetched
    TupleTableSlot *slot;       // made with it
};

void open_visible_rows(VisibleRows *rows, Relation table, Snapshot snapshot);

// Of a place that an index leads to.
bool is_seen(VisibleRows *rows, ItemPointer place);

void close_visible_rows(VisibleRows *rows);

} // namespace leadscore
