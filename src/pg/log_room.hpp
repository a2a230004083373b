// Room in the logs of a tally (src/core/tally_log.hpp), which allocate nothing themselves.
#pragma once

#include "../core/tally_log.hpp"
#include "server.hpp"

namespace leadscore {

// Room for `wanted` more entries, in the context. `inside`: first entries that were not allocated by themselves, or null.
template <typename Entry>
void make_room_in(MemoryContext context, Log<Entry> &log, size_t wanted, const Entry *inside = nullptr) {
    if (wanted <= log.capacity - log.used) {
        return;
    }
    // A short log just grows: ordering it would find little to add up.
    constexpr size_t short_log = 64;
    const bool ordered = log.capacity >= short_log;
    if (ordered) {
        order(log);
    }
    // Growing unless half of it came free keeps the work per append constant.
    size_t capacity = log.capacity;
    while (capacity < 4 || log.used + wanted > (ordered ? capacity / 2 + 1 : capacity)) {
        capacity = capacity < 4 ? 4 : capacity * 2;
    }
    if (capacity <= log.capacity) {
        return;
    }
    if (capacity > UINT32_MAX) {
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("a tally has too many cells")));
    }
    auto *entries = static_cast<Entry *>(MemoryContextAllocExtended(context, capacity * sizeof(Entry), MCXT_ALLOC_HUGE));
    if (log.used > 0) {
        memcpy(static_cast<void *>(entries), log.entries, log.used * sizeof(Entry));
    }
    if (log.entries != nullptr && log.entries != inside) {
        pfree(log.entries);
    }
    log.entries = entries;
    log.capacity = static_cast<uint32>(capacity);
}

} // namespace leadscore
