// Entries of a log that stand for sets of evidence, each hit in its own place again.
#include "log_sets.hpp"

#include "log_entries.hpp"
#include "log_sort.hpp"
#include "problem.hpp"

namespace leadscore {

namespace {

// The cells of one evidence, filled in the order of ticks.
struct Column {
    int64_t tick = INT64_MIN; // of the last one
    size_t cells = 0;         // so far; or where they go on
};

// Calls use(evidence, tick, count) for each hit in the log.
template <typename Use> void each_hit(const Log<CountEntry> &log, const HitSets &sets, const Use &use) {
    for (uint32_t i = 0; i < log.used; ++i) {
        const uint64_t place = place_in(log.entries[i]);
        const int64_t tick = tick_in(place);
        const int64_t count = count_in(log.entries[i]);
        const uint32_t *const end = sets.end_of(evidence_in(place));
        for (const uint32_t *evidence = sets.begin_of(evidence_in(place)); evidence != end; ++evidence) {
            use(*evidence, tick, count);
        }
    }
}

} // namespace

bool read_sets(Log<CountEntry> &log, const HitSets &sets, std::vector<CountCell> &cells) {
    constexpr size_t most_evidence_of_hit = 8;
    if (sets.evidence_count() > most_evidence_of_hit * log.used) {
        return false;
    }
    for (uint32_t i = 0; i < log.used; ++i) {
        if (count_in(log.entries[i]) <= 0) {
            return false;
        }
    }
    sort_by_tick(log.entries, log.used);
    std::vector<Column> of_evidence(sets.evidence_count());
    Column *const columns = of_evidence.data();
    each_hit(log, sets, [columns](uint32_t evidence, int64_t tick, int64_t) {
        Column &column = columns[evidence];
        column.cells += column.tick != tick ? 1 : 0;
        column.tick = tick;
    });
    size_t end = cells.size();
    for (Column &column : of_evidence) {
        const size_t more = column.cells;
        column = {INT64_MIN, end};
        end += more;
    }
    cells.resize(end);
    CountCell *const all = cells.data();
    each_hit(log, sets, [columns, all](uint32_t evidence, int64_t tick, int64_t count) {
        Column &column = columns[evidence];
        if (column.tick != tick) {
            column.tick = tick;
            all[column.cells++] = {evidence, tick, count};
        } else {
            all[column.cells - 1].count += count;
        }
    });
    return true;
}

std::vector<CountEntry> without_sets(const Log<CountEntry> &log, const HitSets &sets) {
    std::vector<CountEntry> hits;
    each_hit(log, sets, [&hits](uint32_t evidence, int64_t tick, int64_t count) {
        hits.push_back(entry_of(place_of(evidence, tick), count));
    });
    if (hits.size() > UINT32_MAX) {
        throw Problem(Trouble::limit, "", "a tally has too many cells");
    }
    return hits;
}

} // namespace leadscore
