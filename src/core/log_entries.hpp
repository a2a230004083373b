// How the entries of a tally's logs are laid out in bits. For the files that put logs in order and read them.
#pragma once

#include "no_postgres.hpp"
#include "tally_log.hpp"

namespace leadscore {

constexpr int count_bits = 19;
constexpr int tick_bits = 32;
constexpr int64_t count_shift = static_cast<int64_t>(1) << (count_bits - 1);
constexpr int64_t most_count_of_entry = count_shift - 1;
constexpr int64_t least_count_of_entry = -count_shift;

inline uint64_t place_of(uint32_t evidence, int64_t tick) noexcept {
    return static_cast<uint64_t>(evidence) << tick_bits | static_cast<uint64_t>(tick - least_tick);
}
inline CountEntry entry_of(uint64_t place, int64_t count) noexcept {
    return place << count_bits | static_cast<uint64_t>(count + count_shift);
}
inline uint64_t place_in(CountEntry entry) noexcept {
    return entry >> count_bits;
}
inline int64_t count_in(CountEntry entry) noexcept {
    return static_cast<int64_t>(entry & ((static_cast<uint64_t>(1) << count_bits) - 1)) - count_shift;
}
inline uint32_t evidence_in(uint64_t place) noexcept {
    return static_cast<uint32_t>(place >> tick_bits);
}
inline int64_t tick_in(uint64_t place) noexcept {
    return static_cast<int64_t>(place & ((static_cast<uint64_t>(1) << tick_bits) - 1)) + least_tick;
}

} // namespace leadscore
