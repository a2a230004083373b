// A time zone as a table of offsets.
#include "zone.hpp"

#include <algorithm>

namespace leadscore {

Zone::Zone(std::vector<Span> spans) : spans_(std::move(spans)), is_utc_(spans_.size() == 1 && spans_[0].offset == 0) {
    for (size_t i = 1; i < spans_.size(); ++i) {
        const int64_t from = spans_[i].from;
        if (floor_divide(from - 1 + spans_[i - 1].offset, seconds_per_day) >
            floor_divide(from + spans_[i].offset, seconds_per_day)) {
            turns_back_.push_back(from);
        }
    }
}

size_t Zone::find(int64_t utc_seconds) const noexcept {
    const size_t last = last_;
    if ((last == 0 || spans_[last].from <= utc_seconds) && (last + 1 == spans_.size() || utc_seconds < spans_[last + 1].from)) {
        return last;
    }
    const auto after = std::upper_bound(spans_.begin() + 1, spans_.end(), utc_seconds,
                                        [](int64_t moment, const Span &span) { return moment < span.from; });
    last_ = static_cast<size_t>(after - spans_.begin()) - 1;
    return last_;
}

namespace {

// The same point of the 400-year cycle inside the table.
int64_t into_table(int64_t utc_seconds) noexcept {
    if (utc_seconds < zone_cycle_from) {
        return utc_seconds;
    }
    return zone_cycle_from + (utc_seconds - zone_cycle_from) % zone_cycle_length;
}

} // namespace

int32_t Zone::offset_at(int64_t utc_seconds) const noexcept {
    if (spans_.size() == 1) {
        return spans_[0].offset;
    }
    return spans_[find(into_table(utc_seconds))].offset;
}

int64_t Zone::instant_of(int64_t local) const noexcept {
    const int64_t seconds = floor_divide(local, micro_per_second);
    if (spans_.size() == 1) {
        return local - spans_[0].offset * micro_per_second;
    }
    const int64_t inside = into_table(seconds);
    const size_t index = find(inside - seconds_per_day);
    const int64_t before = spans_[index].offset;
    if (index + 1 == spans_.size()) {
        return local - before * micro_per_second;
    }
    const int64_t boundary = spans_[index + 1].from;
    const int64_t after = spans_[index + 1].offset;
    const bool before_holds = inside - before < boundary;
    const bool after_holds = inside - after >= boundary;
    // Neither holds in a gap, both in an overlap.
    const int64_t offset = before_holds != after_holds ? (before_holds ? before : after) : (before_holds ? after : before);
    return local - offset * micro_per_second;
}

int64_t Zone::day_start(int64_t day, int64_t after) const noexcept {
    if (day >= INT64_MAX / micro_per_day) {
        return INT64_MAX; // past every timestamp of the server
    }
    const int64_t local = day * seconds_per_day;
    // No offset is as long as a day.
    int64_t at = std::max(floor_divide(after, micro_per_second), local - seconds_per_day);
    for (;;) {
        const int64_t inside = into_table(at);
        const size_t index = find(inside);
        const int64_t start = std::max(at, local - spans_[index].offset);
        int64_t end = INT64_MAX;
        if (index + 1 < spans_.size()) {
            end = at + spans_[index + 1].from - inside;
        }
        if (start < end) {
            return std::max(start * micro_per_second, after + 1);
        }
        at = end;
    }
}

int64_t Zone::next_turn_back(int64_t after) const noexcept {
    if (turns_back_.empty()) {
        return INT64_MAX;
    }
    const int64_t at = floor_divide(after, micro_per_second);
    const int64_t inside = into_table(at);
    auto turn = std::upper_bound(turns_back_.begin(), turns_back_.end(), inside);
    int64_t cycles = 0;
    if (turn == turns_back_.end()) {
        turn = std::lower_bound(turns_back_.begin(), turns_back_.end(), zone_cycle_from);
        cycles = 1;
    }
    if (turn == turns_back_.end()) {
        return INT64_MAX;
    }
    const int64_t moment = at + (*turn - inside) + cycles * zone_cycle_length;
    return moment < INT64_MAX / micro_per_second ? moment * micro_per_second : INT64_MAX;
}

} // namespace leadscore
