// Where days begin: clock changes at, over and around midnight, days that are skipped or come twice.
#include "core/zone.hpp"

#include <gtest/gtest.h>

#include <random>

namespace leadscore {
namespace {

constexpr int64_t day = seconds_per_day;

int64_t micro(int64_t seconds) {
    return seconds * micro_per_second;
}

// The first moment after `after` on that day or a later one, second by second.
int64_t slow_day_start(const Zone &zone, int64_t wanted, int64_t after) {
    for (int64_t second = floor_divide(after, micro_per_second) + 1;; ++second) {
        if (zone.day_of(micro(second)) >= wanted) {
            return micro(second);
        }
    }
}

TEST(ZoneDays, MidnightOfFixedOffsets) {
    EXPECT_EQ(Zone().day_start(100, 99 * micro_per_day + 5), 100 * micro_per_day);
    EXPECT_EQ(Zone({{0, 19800}}).day_start(1, 0), micro(day - 19800));
    EXPECT_EQ(Zone({{0, -36000}}).day_start(-3, -9 * micro_per_day), micro(-3 * day + 36000));
    EXPECT_EQ(Zone().next_turn_back(INT64_MIN / 2), INT64_MAX);
}

TEST(ZoneDays, ClocksGoForwardAtMidnight) {
    const int64_t change = 10 * day; // from 00:00 to 01:00 local, offset 0
    const Zone zone({{0, 0}, {change, 3600}});
    EXPECT_EQ(zone.day_start(10, micro(change) - 1), micro(change));
    EXPECT_EQ(zone.day_start(11, micro(change)), micro(11 * day - 3600));
    EXPECT_EQ(zone.next_turn_back(0), INT64_MAX);
}

TEST(ZoneDays, ClocksGoForwardOverMidnight) {
    const int64_t change = 10 * day - 1800; // from 23:30 to 00:30
    const Zone zone({{0, 0}, {change, 3600}});
    EXPECT_EQ(zone.day_start(10, 0), micro(change));
    EXPECT_EQ(zone.day_start(10, micro(change) - 1), micro(change));
}

TEST(ZoneDays, ClocksGoBackOverMidnight) {
    const int64_t change = 10 * day + 60; // from 00:01 to 23:01, as St. John's did
    const Zone zone({{0, 0}, {change, -3600}});
    EXPECT_EQ(zone.day_start(10, 0), micro(10 * day));
    EXPECT_EQ(zone.day_start(10, micro(change)), micro(10 * day + 3600)); // the second time
    EXPECT_EQ(zone.next_turn_back(0), micro(change));
    EXPECT_EQ(zone.next_turn_back(micro(change) - 1), micro(change));
    EXPECT_EQ(zone.next_turn_back(micro(change)), INT64_MAX);
}

TEST(ZoneDays, ClocksGoBackJustToMidnight) {
    const int64_t change = 10 * day + 3600; // from 01:00 to 00:00: the day stays
    EXPECT_EQ(Zone({{0, 0}, {change, -3600}}).next_turn_back(0), INT64_MAX);
    const int64_t midnight = 10 * day; // from 00:00 to 23:00: the new day has not begun
    EXPECT_EQ(Zone({{0, 0}, {midnight, -3600}}).next_turn_back(0), INT64_MAX);
}

TEST(ZoneDays, SkippedDay) {
    const int64_t change = 10 * day + 36000; // Apia went from -10 to +14: at midnight, a whole day ahead
    const Zone zone({{0, -36000}, {change, 50400}});
    EXPECT_EQ(zone.day_start(10, micro(change) - 1), micro(change));
    EXPECT_EQ(zone.day_start(11, micro(change) - 1), micro(change));
    EXPECT_EQ(zone.day_start(12, micro(change) - 1), micro(change + day));
}

TEST(ZoneDays, RepeatsWithTheCycle) {
    const int64_t change = zone_cycle_from + 10 * day + 60;
    const Zone zone({{0, 0}, {change, -3600}, {change + 100 * day, 0}, {change + zone_cycle_length, -3600}});
    EXPECT_EQ(zone.next_turn_back(micro(change)), micro(change + zone_cycle_length));
    EXPECT_EQ(zone.next_turn_back(micro(change + zone_cycle_length)), micro(change + 2 * zone_cycle_length));
    const int64_t later = floor_divide(change, day) + 2 * zone_cycle_length / day + 1;
    EXPECT_EQ(zone.day_start(later, micro((later - 1) * day)), micro(later * day + 3600));
}

TEST(ZoneDays, EndOfTime) {
    EXPECT_EQ(Zone().day_start(INT64_MAX / micro_per_day, 0), INT64_MAX);
    EXPECT_EQ(Zone().day_start(static_cast<int64_t>(1) << 40, 0), INT64_MAX);
    EXPECT_LT(Zone().day_start(INT64_MAX / micro_per_day - 1, 0), INT64_MAX);
}

TEST(ZoneDays, RandomZonesAgreeWithEverySecond) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 40; ++round) {
        // Up to two changes a day around a midnight, by whole minutes.
        std::vector<Zone::Span> spans{{0, static_cast<int32_t>(random() % 50) * 1800 - 43200}};
        int64_t from = 3 * day;
        for (int i = 0; i < 3; ++i) {
            from += static_cast<int64_t>(random() % 1440) * 60 + 60;
            spans.push_back({from, static_cast<int32_t>(random() % 50) * 1800 - 43200});
        }
        const Zone zone(spans);
        for (int i = 0; i < 4; ++i) {
            const int64_t after = micro(static_cast<int64_t>(2 * day + static_cast<int64_t>(random() % (3 * day)))) + 1;
            const int64_t wanted = zone.day_of(after) + 1 + static_cast<int64_t>(random() % 2);
            ASSERT_EQ(zone.day_start(wanted, after), slow_day_start(zone, wanted, after)) << round;
        }
        // Between turns back, days only go on.
        int64_t turn = zone.next_turn_back(0);
        for (int64_t second = 2 * day; second < 8 * day; ++second) {
            const bool back = zone.day_of(micro(second)) < zone.day_of(micro(second) - 1);
            ASSERT_EQ(back, micro(second) == turn) << round;
            turn = back ? zone.next_turn_back(micro(second)) : turn;
        }
    }
}

} // namespace
} // namespace leadscore
