// The working form of a tally inside an aggregate.
#include "tally_log.hpp"

#include "hit_sets.hpp"
#include "log_entries.hpp"
#include "log_sets.hpp"
#include "log_sort.hpp"
#include "problem.hpp"

#include <algorithm>

namespace leadscore {

namespace {

int128 amount_in(const WideEntry &entry) noexcept {
    return static_cast<int128>(static_cast<uint128>(static_cast<uint64_t>(entry.high)) << 64 | entry.low);
}
WideEntry wide_entry(uint64_t place, int128 amount) noexcept {
    return {place, static_cast<uint64_t>(amount), static_cast<int64_t>(amount >> 64)};
}

// Writes `total` as as few entries as it takes: never more than it was added up from.
template <typename Write> void write_chunks(int64_t total, const Write &write) noexcept {
    while (total != 0) {
        const int64_t chunk = std::max(least_count_of_entry, std::min(total, most_count_of_entry));
        write(chunk);
        total -= chunk;
    }
}

// Each cell was in range before it was added to others.
void check_range(int128 amount, int128 most) {
    if (amount > most || amount < -most) {
        throw Problem(Trouble::limit, "", "a count or sum of the tally is out of range");
    }
}

bool before(const ValueEntry &a, const ValueEntry &b) noexcept {
    const uint32_t evidence_a = evidence_in(a.place);
    const uint32_t evidence_b = evidence_in(b.place);
    if (evidence_a != evidence_b) {
        return evidence_a < evidence_b;
    }
    return a.value != b.value ? a.value < b.value : a.place < b.place;
}

} // namespace

CountEntry count_entry(uint32_t evidence, int64_t tick, int64_t count) noexcept {
    return entry_of(place_of(evidence, tick), count);
}

bool is_wide_count(int64_t count) noexcept {
    return count > most_count_of_entry || count < least_count_of_entry;
}

void append_count(TallyLogs &logs, uint32_t evidence, int64_t tick, int64_t count) noexcept {
    if (is_wide_count(count)) {
        append_sum(logs, evidence, tick, count);
    } else {
        logs.counts.entries[logs.counts.used++] = entry_of(place_of(evidence, tick), count);
    }
}

void append_sum(TallyLogs &logs, uint32_t evidence, int64_t tick, int128 sum) noexcept {
    logs.wides.entries[logs.wides.used++] = wide_entry(place_of(evidence, tick), sum);
}

void append_value(TallyLogs &logs, uint32_t evidence, const ValueKey &value, int64_t tick, int64_t count) noexcept {
    logs.values.entries[logs.values.used++] = {value, place_of(evidence, tick), count};
}

void order(Log<CountEntry> &log) noexcept {
    sort_by_place(log.entries, log.used);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < log.used;) {
        const uint64_t place = place_in(log.entries[i]);
        int64_t total = 0;
        for (; i < log.used && place_in(log.entries[i]) == place; ++i) {
            total += count_in(log.entries[i]);
        }
        write_chunks(total, [&](int64_t chunk) { log.entries[kept++] = entry_of(place, chunk); });
    }
    log.used = kept;
}

void order(Log<WideEntry> &log) noexcept {
    std::sort(log.entries, log.entries + log.used, [](const WideEntry &a, const WideEntry &b) { return a.place < b.place; });
    uint32_t kept = 0;
    for (uint32_t i = 0; i < log.used;) {
        const uint64_t place = log.entries[i].place;
        uint128 total = 0;
        for (; i < log.used && log.entries[i].place == place; ++i) {
            total += static_cast<uint128>(amount_in(log.entries[i]));
        }
        if (total != 0) {
            log.entries[kept++] = wide_entry(place, static_cast<int128>(total));
        }
    }
    log.used = kept;
}

void order(Log<ValueEntry> &log) noexcept {
    std::sort(log.entries, log.entries + log.used, before);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < log.used;) {
        ValueEntry total = log.entries[i++];
        for (; i < log.used && log.entries[i].place == total.place && log.entries[i].value == total.value; ++i) {
            total.count += log.entries[i].count;
        }
        if (total.count != 0) {
            log.entries[kept++] = total;
        }
    }
    log.used = kept;
}

namespace {

// Of a log in order that has all of the counts. So few and small ones never add up past the range.
void read_counts(const Log<CountEntry> &log, std::vector<CountCell> &cells) {
    cells.resize(cells.size() + log.used);
    CountCell *cell = cells.data() + cells.size() - log.used;
    for (uint32_t i = 0; i < log.used;) {
        const uint64_t place = place_in(log.entries[i]);
        int64_t count = 0;
        for (; i < log.used && place_in(log.entries[i]) == place; ++i) {
            count += count_in(log.entries[i]);
        }
        *cell++ = {evidence_in(place), tick_in(place), count};
    }
    cells.resize(static_cast<size_t>(cell - cells.data()));
}

// Of a log in order.
void read_values(const Log<ValueEntry> &log, Tally &tally) {
    for (uint32_t v = 0; v < log.used; ++v) {
        const ValueEntry &entry = log.entries[v];
        check_range(entry.count, most_value_count);
        tally.values.push_back({evidence_in(entry.place), entry.value, tick_in(entry.place), entry.count});
    }
}

} // namespace

void read_logs(TallyLogs &logs, Tally &tally, const HitSets *sets) {
    if (sets != nullptr) {
        if (logs.wides.used == 0 && read_sets(logs.counts, *sets, tally.counts)) {
            order(logs.values);
            read_values(logs.values, tally);
            return;
        }
        std::vector<CountEntry> hits = without_sets(logs.counts, *sets);
        const auto count = static_cast<uint32_t>(hits.size());
        TallyLogs apart = {{hits.data(), count, count}, logs.wides, logs.values};
        read_logs(apart, tally);
        logs.wides = apart.wides; // in order by now, and shorter
        logs.values = apart.values;
        return;
    }
    order(logs.counts);
    order(logs.wides);
    order(logs.values);
    // Counts of one place may stand in several entries and in the wide log as well.
    uint32_t c = 0;
    uint32_t w = 0;
    if (logs.wides.used == 0) {
        read_counts(logs.counts, tally.counts);
        c = logs.counts.used;
    }
    while (c < logs.counts.used || w < logs.wides.used) {
        const uint64_t count_place = c < logs.counts.used ? place_in(logs.counts.entries[c]) : UINT64_MAX;
        const uint64_t wide_place = w < logs.wides.used ? logs.wides.entries[w].place : UINT64_MAX;
        const uint64_t place = std::min(count_place, wide_place);
        const uint32_t evidence = evidence_in(place);
        int128 amount = wide_place == place ? amount_in(logs.wides.entries[w++]) : 0;
        for (; c < logs.counts.used && place_in(logs.counts.entries[c]) == place; ++c) {
            amount += count_in(logs.counts.entries[c]);
        }
        const bool sum = kept_by(tally.ids[evidence]) == Kept::sum;
        check_range(amount, sum ? most_cell_sum : most_cell_count);
        if (amount != 0 && sum) {
            tally.sums.push_back({evidence, tick_in(place), amount});
        } else if (amount != 0) {
            tally.counts.push_back({evidence, tick_in(place), static_cast<int64_t>(amount)});
        }
    }
    read_values(logs.values, tally);
}

} // namespace leadscore
