// The working form of a tally inside an aggregate: logs to which each hit appends a few bytes, put in order now and then.
//
// Appending costs the same however long the lead's history is; ordering happens when a log is full and pays for itself, because a
// log doubles unless ordering freed half of it. Plain data in memory of the caller, who makes room before each append. Nothing
// here allocates or throws.
#pragma once

#include "no_postgres.hpp"
#include "tally.hpp"

namespace leadscore {

class HitSets;

// evidence (13 bits), tick (32 bits, shifted to be unsigned), count (19 bits, shifted): plain integers sort as needed. Numbers
// behind all evidence may stand for sets of it (hit_sets.hpp).
using CountEntry = uint64_t;

// Sums, and counts too large for a CountEntry. `place` is the evidence and tick of a CountEntry.
struct WideEntry {
    uint64_t place;
    uint64_t low;
    int64_t high;
};

struct ValueEntry {
    ValueKey value;
    uint64_t place;
    int64_t count;
};

template <typename Entry> struct Log {
    Entry *entries;
    uint32_t used;
    uint32_t capacity;
};

struct TallyLogs {
    Log<CountEntry> counts;
    Log<WideEntry> wides;
    Log<ValueEntry> values;
};

// The entry of a few hits (at most 200,000) of one tick.
CountEntry count_entry(uint32_t evidence, int64_t tick, int64_t count) noexcept;

void append_count(TallyLogs &logs, uint32_t evidence, int64_t tick, int64_t count) noexcept; // room for 1 count or 1 wide
void append_sum(TallyLogs &logs, uint32_t evidence, int64_t tick, int128 sum) noexcept;      // room for 1 wide
void append_value(TallyLogs &logs, uint32_t evidence, const ValueKey &value, int64_t tick, int64_t count) noexcept;
// Whether append_count() would go to the wide log.
bool is_wide_count(int64_t count) noexcept;

// Puts a log in order, adding up what belongs together.
void order(Log<CountEntry> &log) noexcept;
void order(Log<WideEntry> &log) noexcept;
void order(Log<ValueEntry> &log) noexcept;

// Orders all logs and appends their cells to `tally`, which has the ids already if there are wide entries. Throws
// Problem(Trouble::limit) when a cell is out of range. `sets`: those that entries of the counts may stand for; null: there are
// none.
void read_logs(TallyLogs &logs, Tally &tally, const HitSets *sets = nullptr);

} // namespace leadscore
