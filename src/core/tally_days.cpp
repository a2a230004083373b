// What a tally says about days of the calendar.
#include "tally_days.hpp"

#include <algorithm>

namespace leadscore {

namespace {

// 4714-11-24 BC, the first date of the server; west of Greenwich its first moments lie on the day before.
constexpr int64_t least_date = -2451545;

int64_t date_of(int64_t day) noexcept {
    return std::max(day, least_date);
}

// Newest tick by unit of tick.
struct Newest {
    std::optional<int64_t> day;
    std::optional<int64_t> hour;
};

bool counts(const CountCell &cell) noexcept {
    return cell.count > 0;
}
bool counts(const ValueCell &cell) noexcept {
    return cell.count > 0;
}
bool counts(const SumCell & /*cell*/) noexcept {
    return true;
}

// Calls use(whether ticks are hours, cell) for each cell of evidence that the set has.
template <typename Use> void each_cell(const Tally &tally, const EvidenceSet &set, Use use) {
    const bool same = tally.digest == set.digest;
    uint32_t last = UINT32_MAX;
    const Evidence *evidence = nullptr; // of the cell before, or null: no rule needs it
    const auto find = [&](uint32_t index) {
        if (index == last) {
            return;
        }
        last = index;
        evidence = nullptr;
        if (same) {
            evidence = index < set.items.size() ? &set.items[index] : nullptr;
        } else if (index < tally.ids.size()) {
            const auto place = std::lower_bound(set.ids.begin(), set.ids.end(), tally.ids[index]);
            if (place != set.ids.end() && *place == tally.ids[index]) {
                evidence = &set.items[static_cast<size_t>(place - set.ids.begin())];
            }
        }
    };
    const auto look_at = [&](const auto &cells) {
        for (const auto &cell : cells) {
            find(cell.evidence);
            if (evidence != nullptr) {
                use(evidence->hour_ticks, cell);
            }
        }
    };
    look_at(tally.counts);
    look_at(tally.sums);
    look_at(tally.values);
}

// The last hour the server can name lies far before the last tick.
int64_t day_of_hour(int64_t hour, const Zone &zone) {
    return zone.day_of(std::clamp(hour, INT64_MIN / micro_per_hour + 24, INT64_MAX / micro_per_hour - 24) * micro_per_hour);
}

} // namespace

std::optional<int64_t> newest_day(const Tally &tally, const EvidenceSet &set, const Zone &zone) {
    Newest newest;
    each_cell(tally, set, [&newest](bool hours, const auto &cell) {
        if (counts(cell)) {
            std::optional<int64_t> &tick = hours ? newest.hour : newest.day;
            tick = tick ? std::max(*tick, cell.tick) : cell.tick;
        }
    });
    if (newest.hour) {
        const int64_t day = day_of_hour(*newest.hour, zone);
        newest.day = newest.day ? std::max(*newest.day, day) : day;
    }
    if (newest.day) {
        newest.day = date_of(*newest.day);
    }
    return newest.day;
}

bool has_day(const Tally &tally, const EvidenceSet &set, const Zone &zone, int64_t day) {
    bool found = false;
    each_cell(tally, set, [&found, &zone, day](bool hours, const auto &cell) {
        found = found || date_of(hours ? day_of_hour(cell.tick, zone) : cell.tick) == day;
    });
    return found;
}

} // namespace leadscore
