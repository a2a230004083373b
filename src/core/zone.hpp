// A time zone as a table of offsets, taken by the glue from the server's own tz database.
#pragma once

#include "no_postgres.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace leadscore {

constexpr int64_t micro_per_second = 1000000;
constexpr int64_t seconds_per_day = 86400;
constexpr int64_t micro_per_day = seconds_per_day * micro_per_second;
constexpr int64_t micro_per_hour = 3600 * micro_per_second;

// Quotient rounded towards minus infinity; `divisor` > 0.
constexpr int64_t floor_divide(int64_t dividend, int64_t divisor) noexcept {
    return dividend / divisor - (dividend % divisor < 0 ? 1 : 0);
}

// Offsets are seconds east of UTC, moments seconds of UTC from 2000-01-01. Rules of today are taken to go on for ever and repeat
// every 400 years, so the table needs to reach just 400 years past `cycle_from`.
class Zone {
public:
    struct Span {
        int64_t from; // the first span's `from` is never looked at
        int32_t offset;
    };

    // UTC
    Zone() : spans_{{0, 0}}, is_utc_(true) {
    }
    // `spans` ascending, not empty.
    explicit Zone(std::vector<Span> spans);

    int32_t offset_at(int64_t utc_seconds) const noexcept;

    // The day (from 2000-01-01, local) in which a moment (microseconds of UTC) falls.
    int64_t day_of(int64_t instant) const noexcept {
        if (is_utc_) {
            return floor_divide(instant, micro_per_day);
        }
        const int64_t offset = offset_at(floor_divide(instant, micro_per_second));
        return floor_divide(floor_divide(instant, micro_per_second) + offset, seconds_per_day);
    }

    // The moment of a local time (microseconds): in a gap by the offset before it, in an overlap by the one after, as the server
    // does.
    int64_t instant_of(int64_t local) const noexcept;

    // The first moment after `after`, which lies on an earlier day, that falls on `day` or a later one; INT64_MAX if that is past
    // every moment. Midnight, but for clock changes at that time.
    int64_t day_start(int64_t day, int64_t after) const noexcept;

    // The first moment after `after` at which clocks go back over midnight, into a day that was over; INT64_MAX: never.
    int64_t next_turn_back(int64_t after) const noexcept;

private:
    // Index of the span that holds `utc_seconds`, which is inside the table's reach.
    size_t find(int64_t utc_seconds) const noexcept;

    std::vector<Span> spans_;
    bool is_utc_;
    std::vector<int64_t> turns_back_; // over midnight; nearly no zone has any
    mutable size_t last_ = 0;         // events come in runs of the same season
};

// Where the repeating part starts and how long it is, in seconds.
constexpr int64_t zone_cycle_from = 36525 * seconds_per_day;    // 2100-01-01
constexpr int64_t zone_cycle_length = 146097 * seconds_per_day; // 400 years

} // namespace leadscore
