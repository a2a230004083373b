// The leaves of a btree, page by page.
#include "leaf_pages.hpp"

namespace leadscore {

namespace {

// The leftmost leaf or the one right of the page in hand, locked; invalid: there is none.
Buffer lock_next(LeafPages *pages) {
    if (!pages->is_begun) {
        pages->is_begun = true;
        return LEADSCORE_FIRST_LEAF(pages->index);
    }
    if (!BufferIsValid(pages->buffer)) {
        return InvalidBuffer;
    }
    // As it was when the page was copied: what a split has put between since then came from that page.
    const auto *ends = reinterpret_cast<BTPageOpaque>(PageGetSpecialPointer(static_cast<Page>(pages->page.data)));
    if (P_RIGHTMOST(ends)) {
        return InvalidBuffer;
    }
    Buffer next = ReadBuffer(pages->index, ends->btpo_next);
    LockBuffer(next, BT_READ);
    _bt_checkpage(pages->index, next);
    return next;
}

// Pages that were split are half empty.
void copy_used(Page from, char *to) {
    const PageHeader head = reinterpret_cast<PageHeader>(from);
    memcpy(to, from, head->pd_lower);
    memcpy(to + head->pd_upper, from + head->pd_upper, BLCKSZ - head->pd_upper);
}

void let_go(LeafPages *pages) {
    if (BufferIsValid(pages->buffer)) {
        ReleaseBuffer(pages->buffer);
        pages->buffer = InvalidBuffer;
    }
}

} // namespace

void open_leaf_pages(LeafPages *pages, Relation index, Snapshot snapshot) {
    pages->index = index;
    pages->buffer = InvalidBuffer;
    pages->is_begun = false;
    // What is known to be gone on another server may be seen here.
    pages->skips_dead = !snapshot->takenDuringRecovery;
    PredicateLockRelation(index, snapshot);
    pgstat_count_index_scan(index);
}

bool next_leaf(LeafPages *pages, Leaf *leaf) {
    for (;;) {
        CHECK_FOR_INTERRUPTS();
        Buffer next = lock_next(pages);
        let_go(pages);
        if (!BufferIsValid(next)) {
            return false;
        }
        copy_used(BufferGetPage(next), pages->page.data);
        LockBuffer(next, BUFFER_LOCK_UNLOCK);
        pages->buffer = next;
        Page page = pages->page.data;
        const auto *ends = reinterpret_cast<BTPageOpaque>(PageGetSpecialPointer(page));
        const OffsetNumber last = PageGetMaxOffsetNumber(page);
        if (!P_IGNORE(ends) && last >= P_FIRSTDATAKEY(ends)) {
            *leaf = {page, P_FIRSTDATAKEY(ends), last};
            return true;
        }
    }
}

IndexTuple entry_at(const Leaf &leaf, OffsetNumber place) {
    return reinterpret_cast<IndexTuple>(PageGetItem(leaf.page, PageGetItemId(leaf.page, place)));
}

IndexTuple next_entry(const LeafPages *pages, Leaf *leaf) {
    while (leaf->first <= leaf->last) {
        const OffsetNumber place = leaf->first++;
        if (!pages->skips_dead || !ItemIdIsDead(PageGetItemId(leaf->page, place))) {
            return entry_at(*leaf, place);
        }
    }
    return nullptr;
}

void close_leaf_pages(LeafPages *pages) {
    let_go(pages);
}

} // namespace leadscore
