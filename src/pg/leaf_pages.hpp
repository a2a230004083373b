// The leaves of a btree from the first to the last, page by page: where all entries are read, asking for one after the other takes
// half as long again.
#pragma once

#include "server.hpp"

namespace leadscore {

// Plain data; made by open_leaf_pages(), let go by close_leaf_pages().
struct LeafPages {
    Relation index;
    Buffer buffer; // of the page in hand, pinned
    bool is_begun;
    bool skips_dead; // entries whose row is known to be gone for all
    PGAlignedBlock page;
};

// A copy of a leaf's entries lies in LeafPages.page: those from first to last.
struct Leaf {
    Page page;
    OffsetNumber first;
    OffsetNumber last;
};

// The whole index is read by this snapshot, as serializable transactions have to know.
void open_leaf_pages(LeafPages *pages, Relation index, Snapshot snapshot);

// The next leaf with entries, false behind the last one. The page stays pinned until the call after, and so places that its entries
// lead to are not given to other rows: see "index-only scans" in the server's notes on btrees.
bool next_leaf(LeafPages *pages, Leaf *leaf);

// Whether or not its row is known to be gone.
IndexTuple entry_at(const Leaf &leaf, OffsetNumber place);

// The next entry from here on; null: the leaf has no more.
IndexTuple next_entry(const LeafPages *pages, Leaf *leaf);

void close_leaf_pages(LeafPages *pages);

} // namespace leadscore
