#include "case_folding.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace leadscore {
namespace {

// Every stride-th code point from first to last (both included) folds to itself plus delta.
struct FoldingRange {
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t stride;
    std::int32_t delta;
};

// Ascending and disjoint; ASCII is left to the fast path.
constexpr FoldingRange folding_ranges[] = {
#include "case_folding_table.inc"
};

} // namespace

char32_t fold_case(char32_t c) noexcept {
    if (c < 0x80) {
        return c >= U'A' && c <= U'Z' ? c + (U'a' - U'A') : c;
    }

    const auto range = std::lower_bound(std::begin(folding_ranges), std::end(folding_ranges), c,
                                        [](const FoldingRange &r, char32_t value) { return r.last < value; });
    if (range == std::end(folding_ranges) || c < range->first || (c - range->first) % range->stride != 0) {
        return c;
    }
    return static_cast<char32_t>(static_cast<std::int32_t>(c) + range->delta);
}

} // namespace leadscore
