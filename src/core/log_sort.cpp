// Sorts the counts of a log: twice by half the digits of what tells the entries apart, which is little in the log of one lead.
#include "log_sort.hpp"

#include "log_entries.hpp"

#include <algorithm>

namespace leadscore {

namespace {

constexpr uint32_t least_used = 16;
constexpr uint32_t most_used = 1024;
constexpr int most_digit_bits = 8;

bool is_worth_digits(uint32_t used) noexcept {
    return used >= least_used && used <= most_used;
}

// `key_of` gives numbers below `keys`. False if these are too many.
template <typename KeyOf> bool sort_by_digits(CountEntry *entries, uint32_t used, uint64_t keys, const KeyOf &key_of) noexcept {
    const int bits = 64 - __builtin_clzll(keys);
    if (bits > 2 * most_digit_bits) {
        return false;
    }
    const int digit_bits = (bits + 1) / 2;
    const uint32_t digits = static_cast<uint32_t>(1) << digit_bits;
    uint32_t low_ends[1 << most_digit_bits];
    uint32_t high_ends[1 << most_digit_bits];
    std::fill(low_ends, low_ends + digits, 0);
    std::fill(high_ends, high_ends + digits, 0);
    uint16_t key[most_used];
    for (uint32_t i = 0; i < used; ++i) {
        key[i] = static_cast<uint16_t>(key_of(entries[i]));
        ++low_ends[key[i] & (digits - 1)];
        ++high_ends[key[i] >> digit_bits];
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
    uint16_t half_sorted_key[most_used];
    for (uint32_t i = used; i > 0;) {
        --i;
        const uint32_t to = --low_ends[key[i] & (digits - 1)];
        half_sorted[to] = entries[i];
        half_sorted_key[to] = key[i];
    }
    for (uint32_t i = used; i > 0;) {
        --i;
        entries[--high_ends[half_sorted_key[i] >> digit_bits]] = half_sorted[i];
    }
    return true;
}

uint32_t raw_tick(CountEntry entry) noexcept {
    return static_cast<uint32_t>(place_in(entry));
}

bool sort_places_by_digits(CountEntry *entries, uint32_t used) noexcept {
    if (!is_worth_digits(used)) {
        return false;
    }
    uint32_t first_evidence = UINT32_MAX;
    uint32_t last_evidence = 0;
    uint32_t first_tick = UINT32_MAX;
    uint32_t last_tick = 0;
    for (uint32_t i = 0; i < used; ++i) {
        const uint32_t evidence = evidence_in(place_in(entries[i]));
        const uint32_t tick = raw_tick(entries[i]);
        first_evidence = std::min(first_evidence, evidence);
        last_evidence = std::max(last_evidence, evidence);
        first_tick = std::min(first_tick, tick);
        last_tick = std::max(last_tick, tick);
    }
    const uint64_t width = static_cast<uint64_t>(last_tick - first_tick) + 1;
    const uint64_t places = (last_evidence - first_evidence + 1) * width; // of 45 bits at most
    return sort_by_digits(entries, used, places, [=](CountEntry entry) {
        return (evidence_in(place_in(entry)) - first_evidence) * width + (raw_tick(entry) - first_tick);
    });
}

bool sort_ticks_by_digits(CountEntry *entries, uint32_t used) noexcept {
    if (!is_worth_digits(used)) {
        return false;
    }
    uint32_t first = UINT32_MAX;
    uint32_t last = 0;
    for (uint32_t i = 0; i < used; ++i) {
        first = std::min(first, raw_tick(entries[i]));
        last = std::max(last, raw_tick(entries[i]));
    }
    return sort_by_digits(entries, used, static_cast<uint64_t>(last - first) + 1,
                          [first](CountEntry entry) { return raw_tick(entry) - first; });
}

} // namespace

void sort_by_place(CountEntry *entries, uint32_t used) noexcept {
    if (!sort_places_by_digits(entries, used)) {
        std::sort(entries, entries + used);
    }
}

void sort_by_tick(CountEntry *entries, uint32_t used) noexcept {
    if (!sort_ticks_by_digits(entries, used)) {
        std::sort(entries, entries + used, [](CountEntry a, CountEntry b) { return raw_tick(a) < raw_tick(b); });
    }
}

} // namespace leadscore
