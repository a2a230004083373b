// What an index can hold of a key.
//
// An event may name anything as its lead. A key that no index holds is no lead's, and must not stop the event.
#pragma once

#include "server.hpp"

namespace leadscore {

// Keys with no more than this in their parts of any length need no further look.
constexpr size_t always_fitting_bytes = 2000;

// More than this no index holds, however alike its bytes are: a row of an index has some 2,700 bytes, and the best that compression makes of
// one is 91 (pglz: 273 in 3) or 255 (lz4: a byte says 255 more). So it is not even read.
constexpr size_t most_raw_bytes = 1024 * 1024;

// BTMaxItemSize(), which takes a page until 17 and none from 18 on.
constexpr size_t most_index_row_bytes =
    MAXALIGN_DOWN((BLCKSZ - MAXALIGN(SizeOfPageHeaderData + 3 * sizeof(ItemIdData)) - MAXALIGN(sizeof(BTPageOpaqueData))) / 3) -
    MAXALIGN(sizeof(ItemPointerData));

// Other indexes of a model have a score (numeric(28,6)) or a moment beside the key.
constexpr size_t most_score_key_bytes = most_index_row_bytes - 24;

// Bytes of a row of an index with these values, which are neither compressed nor stored elsewhere: what long ones compress to counts, as there.
size_t index_row_size(const Oid *types, const Datum *values, int count);

} // namespace leadscore
