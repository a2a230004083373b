// A time zone as a table of offsets.
#include "zone.hpp"

#include <algorithm>

namespace leadscore {

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

} // namespace leadscore
