// Which rows of a table a snapshot sees.
#include "visible_rows.hpp"

namespace leadscore {

namespace {

// As the visibility map lays out its pages: two bits for each page of the table.
constexpr BlockNumber blocks_of_a_byte = 4;
constexpr BlockNumber blocks_of_a_map = (BLCKSZ - MAXALIGN(SizeOfPageHeaderData)) * blocks_of_a_byte;
constexpr int bits = 64;
constexpr int words = MaxHeapTuplesPerPage / bits + 1;
// Some 15 MB.
constexpr int64 most_pages = 200000;

// A page that was looked at: a bit for each place from which a row is seen.
struct SeenPage {
    BlockNumber block; // the key
    uint64 seen[words];
};

// Under a lock, so nothing here may wait. Rows that no index leads to are behind those it does.
void look_at(const VisibleRows *rows, SeenPage *found, Buffer buffer) {
    Page page = BufferGetPage(buffer);
    const OffsetNumber last = PageGetMaxOffsetNumber(page);
    for (OffsetNumber offset = FirstOffsetNumber; offset <= last; ++offset) {
        ItemId item = PageGetItemId(page, offset);
        const bool leads_on = ItemIdIsRedirected(item);
        if (!leads_on &&
            (!ItemIdIsNormal(item) || HeapTupleHeaderIsHeapOnly(reinterpret_cast<HeapTupleHeader>(PageGetItem(page, item))))) {
            continue;
        }
        ItemPointerData place;
        ItemPointerSet(&place, found->block, offset);
        HeapTupleData row;
        if (heap_hot_search_buffer(&place, rows->table, buffer, rows->snapshot, &row, nullptr, true)) {
            found->seen[offset / bits] |= static_cast<uint64>(1) << (offset % bits);
        }
    }
}

SeenPage *page_of(VisibleRows *rows, BlockNumber block) {
    bool known = false;
    auto *page = static_cast<SeenPage *>(hash_search(rows->pages, &block, HASH_ENTER, &known));
    if (!known) {
        memset(page->seen, 0, sizeof page->seen);
        Buffer buffer = ReadBuffer(rows->table, block);
        LockBuffer(buffer, BUFFER_LOCK_SHARE);
        look_at(rows, page, buffer);
        UnlockReleaseBuffer(buffer);
    }
    return page;
}

// As VM_ALL_VISIBLE(), without its calls where the page of the map is in hand.
bool is_all_visible(VisibleRows *rows, BlockNumber block) {
    const BlockNumber number = block / blocks_of_a_map;
    VisibleRows::Map *map = &rows->maps[number % VisibleRows::map_count];
    if (map->buffer == InvalidBuffer || map->number != number) {
        const bool vouched = VM_ALL_VISIBLE(rows->table, block, &map->buffer);
        map->number = number;
        return vouched;
    }
    const auto *bytes = reinterpret_cast<const uint8 *>(PageGetContents(BufferGetPage(map->buffer)));
    const BlockNumber place = block % blocks_of_a_map;
    return (bytes[place / blocks_of_a_byte] >> (place % blocks_of_a_byte * BITS_PER_HEAPBLOCK) & VISIBILITYMAP_ALL_VISIBLE) != 0;
}

bool fetch(VisibleRows *rows, ItemPointer place) {
    if (rows->fetch == nullptr) {
        rows->slot = table_slot_create(rows->table, nullptr);
        rows->fetch = table_index_fetch_begin(rows->table);
    }
    ItemPointerData from = *place;
    bool again = false;
    const bool seen = table_index_fetch_tuple(rows->fetch, &from, rows->snapshot, rows->slot, &again, nullptr);
    ExecClearTuple(rows->slot);
    return seen;
}

} // namespace

void open_visible_rows(VisibleRows *rows, Relation table, Snapshot snapshot) {
    *rows = {};
    rows->table = table;
    rows->snapshot = snapshot;
    rows->must_tell = IsolationIsSerializable();
    rows->context = AllocSetContextCreate(CurrentMemoryContext, "leadscore visible rows", ALLOCSET_DEFAULT_SIZES);
    if (table->rd_tableam == GetHeapamTableAmRoutine() && IsMVCCSnapshot(snapshot)) {
        HASHCTL control = {};
        control.keysize = sizeof(BlockNumber);
        control.entrysize = sizeof(SeenPage);
        control.hcxt = rows->context;
        rows->pages = hash_create("leadscore pages", 1024, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    }
}

bool is_seen(VisibleRows *rows, ItemPointer place) {
    const BlockNumber block = ItemPointerGetBlockNumber(place);
    if (is_all_visible(rows, block)) {
        if (rows->must_tell) {
            PredicateLockPage(rows->table, block, rows->snapshot);
        }
        return true;
    }
    if (rows->pages == nullptr || hash_get_num_entries(rows->pages) >= most_pages) {
        return fetch(rows, place);
    }
    const OffsetNumber offset = ItemPointerGetOffsetNumber(place);
    const uint64 bit = static_cast<uint64>(1) << (offset % bits);
    return offset < words * bits && (page_of(rows, block)->seen[offset / bits] & bit) != 0;
}

void close_visible_rows(VisibleRows *rows) {
    for (const VisibleRows::Map &map : rows->maps) {
        if (map.buffer != InvalidBuffer) {
            ReleaseBuffer(map.buffer);
        }
    }
    if (rows->fetch != nullptr) {
        table_index_fetch_end(rows->fetch);
        ExecDropSingleTupleTableSlot(rows->slot);
    }
    MemoryContextDelete(rows->context);
}

} // namespace leadscore
