// The working form of a tally inside an aggregate.
#include "tally_log.hpp"

#include "problem.hpp"

#include <algorithm>

namespace leadscore {

namespace {

constexpr int count_bits = 19;
constexpr int tick_bits = 32;
constexpr int64_t count_shift = static_cast<int64_t>(1) << (count_bits - 1);
constexpr int64_t most_count_of_entry = count_shift - 1;
constexpr int64_t least_count_of_entry = -count_shift;

uint64_t place_of(uint32_t evidence, int64_t tick) noexcept {
    return static_cast<uint64_t>(evidence) << tick_bits | static_cast<uint64_t>(tick - least_tick);
}
CountEntry entry_of(uint64_t place, int64_t count) noexcept {
    return place << count_bits | static_cast<uint64_t>(count + count_shift);
}
uint64_t place_in(CountEntry entry) noexcept {
    return entry >> count_bits;
}
int64_t count_in(CountEntry entry) noexcept {
    return static_cast<int64_t>(entry & ((static_cast<uint64_t>(1) << count_bits) - 1)) - count_shift;
}
uint32_t evidence_in(uint64_t place) noexcept {
    return static_cast<uint32_t>(place >> tick_bits);
}
int64_t tick_in(uint64_t place) noexcept {
    return static_cast<int64_t>(place & ((static_cast<uint64_t>(1) << tick_bits) - 1)) + least_tick;
}
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

// Sorts by place: twice by half the digits of what tells the places apart, which is little in the log of one lead. False if it is
// much, or too few entries to be worth it.
bool sort_by_digits(CountEntry *entries, uint32_t used) noexcept {
    constexpr uint32_t least_used = 16;
    constexpr uint32_t most_used = 1024;
    constexpr int most_digit_bits = 8;
    if (used < least_used || used > most_used) {
        return false;
    }
    uint32_t first_evidence = UINT32_MAX;
    uint32_t last_evidence = 0;
    uint32_t first_tick = UINT32_MAX;
    uint32_t last_tick = 0;
    for (uint32_t i = 0; i < used; ++i) {
        const uint64_t place = place_in(entries[i]);
        const auto evidence = static_cast<uint32_t>(place >> tick_bits);
        const auto tick = static_cast<uint32_t>(place);
        first_evidence = std::min(first_evidence, evidence);
        last_evidence = std::max(last_evidence, evidence);
        first_tick = std::min(first_tick, tick);
        last_tick = std::max(last_tick, tick);
    }
    const uint64_t width = static_cast<uint64_t>(last_tick - first_tick) + 1;
    const uint64_t places = (last_evidence - first_evidence + 1) * width; // of 45 bits at most
    const int bits = 64 - __builtin_clzll(places);
    if (bits > 2 * most_digit_bits) {
        return false;
    }
    const int digit_bits = (bits + 1) / 2;
    const uint32_t digits = static_cast<uint32_t>(1) << digit_bits;
    uint32_t low_ends[1 << most_digit_bits] = {};
    uint32_t high_ends[1 << most_digit_bits] = {};
    uint16_t keys[most_used];
    for (uint32_t i = 0; i < used; ++i) {
        const uint64_t place = place_in(entries[i]);
        const auto evidence = static_cast<uint32_t>(place >> tick_bits);
        const auto key =
            static_cast<uint16_t>((evidence - first_evidence) * width + (static_cast<uint32_t>(place) - first_tick));
        keys[i] = key;
        ++low_ends[key & (digits - 1)];
        ++high_ends[key >> digit_bits];
    }
    uint32_t low = 0;
    uint32_t high = 0;
    for (uint32_t d = 0; d < digits; ++d) {
        low += low_ends[d];
        high += high_ends[d];
        low_ends[d] = low;
        high_ends[d] = high;
    }
    CountEntry half_sorted[most_used];
    uint16_t half_sorted_keys[most_used];
    for (uint32_t i = used; i > 0;) {
        --i;
        const uint32_t to = --low_ends[keys[i] & (digits - 1)];
        half_sorted[to] = entries[i];
        half_sorted_keys[to] = keys[i];
    }
    for (uint32_t i = used; i > 0;) {
        --i;
        entries[--high_ends[half_sorted_keys[i] >> digit_bits]] = half_sorted[i];
    }
    return true;
}

// By place; the order among entries of one place does not matter.
void sort_entries(CountEntry *entries, uint32_t used) noexcept {
    if (!sort_by_digits(entries, used)) {
        std::sort(entries, entries + used);
    }
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
    sort_entries(log.entries, log.used);
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

} // namespace

void read_logs(TallyLogs &logs, Tally &tally) {
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
    for (uint32_t v = 0; v < logs.values.used; ++v) {
        const ValueEntry &entry = logs.values.entries[v];
        check_range(entry.count, most_value_count);
        tally.values.push_back({evidence_in(entry.place), entry.value, tick_in(entry.place), entry.count});
    }
}

} // namespace leadscore
