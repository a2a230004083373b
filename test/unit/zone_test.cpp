// Tables of offsets: gaps, overlaps, the 400-year cycle, and the span remembered from the last call.
#include "core/zone.hpp"

#include <gtest/gtest.h>

#include <random>

namespace leadscore {
namespace {

constexpr int64_t hour = 3600;

// Berlin's changes in 2000 and 2001, in seconds of UTC from 2000-01-01: both at 01:00 UTC.
constexpr int64_t march_2000 = 85 * seconds_per_day + hour;    // 2000-03-26
constexpr int64_t october_2000 = 302 * seconds_per_day + hour; // 2000-10-29
constexpr int64_t march_2001 = 449 * seconds_per_day + hour;   // 2001-03-25

Zone berlin() {
    return Zone({{0, 3600}, {march_2000, 7200}, {october_2000, 3600}, {march_2001, 7200}});
}

int64_t micro(int64_t seconds) {
    return seconds * micro_per_second;
}

TEST(Zone, UtcIsTheDefault) {
    const Zone utc;
    EXPECT_EQ(utc.offset_at(0), 0);
    EXPECT_EQ(utc.offset_at(-5000000000), 0);
    EXPECT_EQ(utc.instant_of(123456789), 123456789);
    EXPECT_EQ(utc.day_of(0), 0);
    EXPECT_EQ(utc.day_of(-1), -1);
    EXPECT_EQ(utc.day_of(micro_per_day - 1), 0);
    EXPECT_EQ(utc.day_of(micro_per_day), 1);
    EXPECT_EQ(utc.day_of(-micro_per_day), -1);
    EXPECT_EQ(utc.day_of(-micro_per_day - 1), -2);
}

TEST(Zone, FloorDivideRoundsDown) {
    EXPECT_EQ(floor_divide(7, 2), 3);
    EXPECT_EQ(floor_divide(-7, 2), -4);
    EXPECT_EQ(floor_divide(-8, 2), -4);
    EXPECT_EQ(floor_divide(0, 5), 0);
    EXPECT_EQ(floor_divide(INT64_MIN, 1), INT64_MIN);
    EXPECT_EQ(floor_divide(INT64_MIN, INT64_MAX), -2);
}

TEST(Zone, FixedOffset) {
    const Zone india({{0, 19800}});
    EXPECT_EQ(india.offset_at(9000000000), 19800);
    EXPECT_EQ(india.instant_of(0), micro(-19800));
    EXPECT_EQ(india.day_of(micro(seconds_per_day - 19800)), 1);
    EXPECT_EQ(india.day_of(micro(seconds_per_day - 19800) - 1), 0);
    const Zone west({{0, -36000}});
    EXPECT_EQ(west.day_of(micro(36000) - 1), -1);
    EXPECT_EQ(west.day_of(micro(36000)), 0);
}

TEST(Zone, ChangesAtTheSecond) {
    const Zone zone = berlin();
    EXPECT_EQ(zone.offset_at(-1000000000), 3600); // before the first span's `from`, too
    EXPECT_EQ(zone.offset_at(march_2000 - 1), 3600);
    EXPECT_EQ(zone.offset_at(march_2000), 7200);
    EXPECT_EQ(zone.offset_at(october_2000 - 1), 7200);
    EXPECT_EQ(zone.offset_at(october_2000), 3600);
    EXPECT_EQ(zone.offset_at(march_2001), 7200);
}

TEST(Zone, DayHasTwentyThreeOrTwentyFiveHours) {
    const Zone zone = berlin();
    // Local 2000-03-26 is [23:00 UTC of the day before, 22:00 UTC).
    EXPECT_EQ(zone.day_of(micro(85 * seconds_per_day - hour) - 1), 84);
    EXPECT_EQ(zone.day_of(micro(85 * seconds_per_day - hour)), 85);
    EXPECT_EQ(zone.day_of(micro(86 * seconds_per_day - 2 * hour) - 1), 85);
    EXPECT_EQ(zone.day_of(micro(86 * seconds_per_day - 2 * hour)), 86);
    EXPECT_EQ(zone.day_of(micro(302 * seconds_per_day - 2 * hour)), 302);
    EXPECT_EQ(zone.day_of(micro(303 * seconds_per_day - hour) - 1), 302);
    EXPECT_EQ(zone.day_of(micro(303 * seconds_per_day - hour)), 303);
}

TEST(Zone, GapTakesTheOffsetBeforeIt) {
    const Zone zone = berlin();
    const int64_t local_two = micro(85 * seconds_per_day + 2 * hour); // 02:00 to 03:00 do not exist
    EXPECT_EQ(zone.instant_of(local_two - 1), micro(march_2000) - 1);
    EXPECT_EQ(zone.instant_of(local_two), micro(march_2000));
    EXPECT_EQ(zone.instant_of(local_two + micro(hour / 2)), micro(march_2000 + hour / 2));
    EXPECT_EQ(zone.instant_of(local_two + micro(hour) - 1), micro(march_2000 + hour) - 1);
    EXPECT_EQ(zone.instant_of(local_two + micro(hour)), micro(march_2000)); // 03:00 is the first moment of summer time
}

TEST(Zone, OverlapTakesTheOffsetAfterIt) {
    const Zone zone = berlin();
    const int64_t local_two = micro(302 * seconds_per_day + 2 * hour); // 02:00 to 03:00 happen twice
    EXPECT_EQ(zone.instant_of(local_two - 1), micro(october_2000 - hour) - 1);
    EXPECT_EQ(zone.instant_of(local_two), micro(october_2000));
    EXPECT_EQ(zone.instant_of(local_two + micro(hour) - 1), micro(october_2000 + hour) - 1);
    EXPECT_EQ(zone.instant_of(local_two + micro(hour)), micro(october_2000 + hour));
}

// Samoa left out 2011-12-30 by moving from -10 to +14.
TEST(Zone, AWholeDayMayBeSkipped) {
    const int64_t change = 4382 * seconds_per_day - 14 * hour; // first moment of the local day 4382 in the new offset
    const Zone zone({{0, -10 * 3600}, {change, 14 * 3600}});
    EXPECT_EQ(zone.day_of(micro(change) - 1), 4380);
    EXPECT_EQ(zone.day_of(micro(change)), 4382);
    EXPECT_EQ(zone.instant_of(micro(4381 * seconds_per_day)), micro(4381 * seconds_per_day + 10 * hour));
    EXPECT_EQ(zone.instant_of(micro(4382 * seconds_per_day)), micro(change));
}

// Where local time exists once, reading the local time of a moment gives the moment back.
TEST(Zone, LocalTimesReadBack) {
    const Zone zone = berlin();
    for (int64_t second = 80 * seconds_per_day; second < 460 * seconds_per_day; second += 1799) {
        const int64_t local = second + zone.offset_at(second);
        const bool twice = second >= october_2000 - hour && second < october_2000;
        EXPECT_EQ(zone.instant_of(micro(local)), micro(second + (twice ? hour : 0))) << second;
    }
}

// A year of rules at the start of the repeating part, and again at its end so that the table covers 400 years.
TEST(Zone, RepeatsEveryFourHundredYears) {
    const int64_t start = zone_cycle_from + 90 * seconds_per_day;
    const int64_t end = zone_cycle_from + 300 * seconds_per_day;
    const Zone zone({{0, 3600}, {start, 7200}, {end, 3600}});
    for (int64_t cycle = 0; cycle < 6; ++cycle) {
        const int64_t shift = cycle * zone_cycle_length;
        EXPECT_EQ(zone.offset_at(start + shift - 1), 3600) << cycle;
        EXPECT_EQ(zone.offset_at(start + shift), 7200) << cycle;
        EXPECT_EQ(zone.offset_at(end + shift - 1), 7200) << cycle;
        EXPECT_EQ(zone.offset_at(end + shift), 3600) << cycle;
        EXPECT_EQ(zone.offset_at(zone_cycle_from + shift), 3600) << cycle;
        EXPECT_EQ(zone.offset_at(zone_cycle_from + shift - 1), 3600) << cycle;
        EXPECT_EQ(zone.instant_of(micro(start + shift + 3600)), micro(start + shift)) << cycle;
        EXPECT_EQ(zone.instant_of(micro(start + shift + seconds_per_day)), micro(start + shift + seconds_per_day - 7200))
            << cycle;
        EXPECT_EQ(zone.instant_of(micro(end + shift + 3600)), micro(end + shift)) << cycle;
        EXPECT_EQ(zone.instant_of(micro(zone_cycle_from + shift)), micro(zone_cycle_from + shift - 3600)) << cycle;
    }
    EXPECT_EQ(zone_cycle_length % (7 * seconds_per_day), 0); // weekdays repeat as well
}

// The whole range of the server's timestamps.
TEST(Zone, EndsOfTimeDoNotOverflow) {
    const int64_t first = -211813488000000000; // 4714-11-24 BC
    const int64_t last = 9223371331199999999;  // 294276-12-31
    const Zone zone = berlin();
    EXPECT_EQ(zone.instant_of(first), first - micro(3600));
    EXPECT_EQ(zone.day_of(first), first / micro_per_day);
    EXPECT_EQ(zone.instant_of(last), last - micro(zone.offset_at(last / micro_per_second)));
    EXPECT_EQ(Zone().day_of(last), last / micro_per_day);
}

// The answer does not hang on what was asked before.
TEST(Zone, MemoLeavesNoTrace) {
    const Zone used = berlin();
    std::mt19937_64 random(3);
    for (int round = 0; round < 20000; ++round) {
        const auto second = static_cast<int64_t>(random() % (500 * seconds_per_day));
        const Zone fresh = berlin();
        ASSERT_EQ(used.offset_at(second), fresh.offset_at(second)) << second;
        const Zone another = berlin();
        ASSERT_EQ(used.instant_of(micro(second)), another.instant_of(micro(second))) << second;
    }
}

} // namespace
} // namespace leadscore
