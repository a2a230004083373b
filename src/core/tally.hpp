// A tally taken apart: exact counts, sums and distinct values by evidence and tick. What all forms of it are made from and read
// into.
#pragma once

#include "no_postgres.hpp"
#include "evidence.hpp"
#include "problem.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace leadscore {

// Ticks count days (local) or hours (UTC) from 2000-01-01; the range covers every timestamp of the server.
constexpr int64_t least_tick = -(static_cast<int64_t>(1) << 30);
constexpr int64_t most_tick = least_tick + (static_cast<int64_t>(1) << 32) - 1;
// Largest count of one cell; a hit count that grows past it is an error, not a wrong number.
constexpr int64_t most_cell_count = static_cast<int64_t>(1) << 60;
constexpr int64_t most_value_count = static_cast<int64_t>(1) << 31;
constexpr int128 most_cell_sum = static_cast<int128>(1) << 100; // a thousand million of the largest addends

// A distinct value in 16 bytes: up to 15 bytes as they are, longer ones by 120 bits of their hash. Byte 0 tells type and length.
using ValueKey = std::array<unsigned char, 16>;
enum class ValueType : unsigned char { text = 1, number = 2, boolean = 3, instant = 4 };
ValueKey value_key(ValueType type, std::string_view bytes) noexcept;
bool is_value_key(const ValueKey &key) noexcept;
// Bytes of the key that need to be stored.
size_t stored_length(const ValueKey &key) noexcept;

struct CountCell {
    uint32_t evidence;
    int64_t tick;
    int64_t count;
};
struct SumCell {
    uint32_t evidence;
    int64_t tick;
    int128 sum; // micro units
};
struct ValueCell {
    uint32_t evidence;
    ValueKey value;
    int64_t tick;
    int64_t count;
};

// Canonical: ids ascending, cells ascending by (evidence, [value,] tick), no cell of zero.
struct Tally {
    bool unset = false; // of no rules yet: what an aggregate holds before its first row with rules
    std::vector<EvidenceId> ids;
    SetDigest digest{};
    std::vector<CountCell> counts;
    std::vector<SumCell> sums;
    std::vector<ValueCell> values;
    // The state of lead_score() carries its rules and moment with it.
    bool has_rules = false;
    int64_t as_of = 0;
    std::string rules;

    void clear();
};

// Throws Problem(trouble) naming what is not canonical.
void check_tally(const Tally &tally, Trouble trouble = Trouble::bytes);

// The part of it that looks at the amounts only, for cells whose places were checked while they were read.
void check_amounts(const Tally &tally, Trouble trouble = Trouble::bytes);

// left + sign × right. Throws no_evidence when they were counted for different evidence, naming it.
Tally add_tallies(const Tally &left, const Tally &right, int sign);

// Throws no_evidence unless both were counted for the same evidence.
void check_same_evidence(const std::vector<EvidenceId> &left, const std::vector<EvidenceId> &right);

} // namespace leadscore
