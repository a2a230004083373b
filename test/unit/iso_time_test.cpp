// ISO 8601 text as moments; dates and day numbers.
#include "core/iso_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

namespace leadscore {
namespace {

std::optional<int64_t> moment(const char *text, const Zone &zone = Zone()) {
    int64_t instant = 0;
    return parse_iso_time(text, zone, instant) ? std::optional<int64_t>(instant) : std::nullopt;
}

TEST(DaysFromDate, KnownDays) {
    EXPECT_EQ(days_from_date(2000, 1, 1), 0);
    EXPECT_EQ(days_from_date(1999, 12, 31), -1);
    EXPECT_EQ(days_from_date(2000, 2, 29), 59);
    EXPECT_EQ(days_from_date(2000, 3, 1), 60);
    EXPECT_EQ(days_from_date(1970, 1, 1), -10957);
    EXPECT_EQ(days_from_date(1900, 3, 1) - days_from_date(1900, 2, 28), 1);
    EXPECT_EQ(days_from_date(2100, 1, 1), zone_cycle_from / seconds_per_day);
    EXPECT_EQ(days_from_date(1, 1, 1), -730119);
    EXPECT_EQ(days_from_date(9999, 12, 31), 2921939);
    EXPECT_EQ(days_from_date(2026, 11, 1), 9801);
}

TEST(DateText, KnownDays) {
    EXPECT_EQ(date_text(0), "2000-01-01");
    EXPECT_EQ(date_text(9801), "2026-11-01");
    EXPECT_EQ(date_text(-730119), "0001-01-01");
    EXPECT_EQ(date_text(-730120), "0000-12-31");
    EXPECT_EQ(date_text(-730485 - 1), "-0001-12-31");
    EXPECT_EQ(date_text(2921940), "10000-01-01");
    EXPECT_EQ(date_text(days_from_date(294276, 12, 31)), "294276-12-31");
}

// Day by day, as a calendar does it, over more than a cycle.
TEST(DaysFromDate, FollowsTheCalendar) {
    int64_t days = days_from_date(1580, 1, 1);
    for (int64_t year = 1580; year < 2420; ++year) {
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; ++month) {
            const int length = month == 2 ? (leap ? 29 : 28) : (month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31);
            ASSERT_EQ(days_from_date(year, month, 1), days);
            ASSERT_EQ(days_from_date(year, month, length), days + length - 1);
            char text[40];
            std::snprintf(text, sizeof text, "%04d-%02d-%02d", static_cast<int>(year), month, length);
            ASSERT_EQ(date_text(days + length - 1), text);
            days += length;
        }
    }
}

TEST(DateText, ReadsBack) {
    const Zone utc;
    for (int64_t days = days_from_date(1, 1, 1); days <= days_from_date(9999, 12, 31); days += 137) {
        const std::string text = date_text(days);
        int64_t instant = 0;
        ASSERT_TRUE(parse_iso_time(text, utc, instant)) << text;
        ASSERT_EQ(instant, days * micro_per_day) << text;
    }
}

TEST(IsoTime, GoodForms) {
    const int64_t day = 9801 * micro_per_day;
    const int64_t half_past_nine = day + (9 * 60 + 30) * 60 * micro_per_second;
    EXPECT_EQ(moment("2026-11-01"), day);
    EXPECT_EQ(moment("2026-11-01T00:00"), day);
    EXPECT_EQ(moment("2026-11-01T09:30"), half_past_nine);
    EXPECT_EQ(moment("2026-11-01 09:30"), half_past_nine);
    EXPECT_EQ(moment("2026-11-01t09:30"), half_past_nine);
    EXPECT_EQ(moment("2026-11-01T09:30:15"), half_past_nine + 15000000);
    EXPECT_EQ(moment("2026-11-01T09:30:15.25"), half_past_nine + 15250000);
    EXPECT_EQ(moment("2026-11-01T09:30:15.000001"), half_past_nine + 15000001);
    EXPECT_EQ(moment("2026-11-01T09:30:15.9999999999"), half_past_nine + 15999999);
    EXPECT_EQ(moment("2026-11-01T23:59:59.999999"), day + micro_per_day - 1);
    EXPECT_EQ(moment("0001-01-01"), -730119 * micro_per_day);
    EXPECT_EQ(moment("9999-12-31T23:59:59"), 2921940 * micro_per_day - micro_per_second);
}

TEST(IsoTime, ZonesBehindATime) {
    const int64_t nine = 9801 * micro_per_day + 9 * micro_per_hour;
    EXPECT_EQ(moment("2026-11-01T09:00Z"), nine);
    EXPECT_EQ(moment("2026-11-01T09:00z"), nine);
    EXPECT_EQ(moment("2026-11-01T09:00+02"), nine - 2 * micro_per_hour);
    EXPECT_EQ(moment("2026-11-01T09:00+02:00"), nine - 2 * micro_per_hour);
    EXPECT_EQ(moment("2026-11-01T09:00+0230"), nine - 5 * micro_per_hour / 2);
    EXPECT_EQ(moment("2026-11-01 09:00:00-0930"), nine + 19 * micro_per_hour / 2);
    EXPECT_EQ(moment("2026-11-01T09:00:00.5-11"), nine + 11 * micro_per_hour + 500000);
    EXPECT_EQ(moment("2026-11-01T09:00+00"), nine);
    EXPECT_EQ(moment("2026-11-01T09:00-00:00"), nine);
    EXPECT_EQ(moment("2026-11-01T09:00+15:59"), nine - 16 * micro_per_hour + 60 * micro_per_second);
}

TEST(IsoTime, LocalTimesTakeTheZoneOfTheRules) {
    // The end of summer time 2026 in Berlin: 2026-10-25 01:00 UTC.
    const int64_t change = (days_from_date(2026, 10, 25) * 24 + 1) * 3600;
    const Zone zone({{0, 7200}, {change, 3600}});
    EXPECT_EQ(moment("2026-11-01", zone), 9801 * micro_per_day - micro_per_hour);
    EXPECT_EQ(moment("2026-10-01", zone), days_from_date(2026, 10, 1) * micro_per_day - 2 * micro_per_hour);
    EXPECT_EQ(moment("2026-10-25T02:30", zone), (change + 1800) * micro_per_second);
    EXPECT_EQ(moment("2026-10-25T02:30+02", zone), (change - 1800) * micro_per_second);
    EXPECT_EQ(moment("2026-10-25T02:30Z", zone), (change + 5400) * micro_per_second);
}

TEST(IsoTime, LeapYears) {
    EXPECT_TRUE(moment("2024-02-29"));
    EXPECT_FALSE(moment("2023-02-29"));
    EXPECT_TRUE(moment("2000-02-29"));
    EXPECT_FALSE(moment("1900-02-29"));
    EXPECT_FALSE(moment("2100-02-29"));
    EXPECT_TRUE(moment("2400-02-29"));
    EXPECT_FALSE(moment("2024-02-30"));
}

TEST(IsoTime, BadForms) {
    const char *const bad[] = {"",
                               "2026",
                               "2026-11",
                               "2026-11-",
                               "2026-11-1",
                               "2026-1-01",
                               "26-11-01",
                               "20261101",
                               "02026-11-01",
                               "0000-01-01",
                               "-2026-11-01",
                               "+2026-11-01",
                               " 2026-11-01",
                               "2026-11-01 ",
                               "2026-11-01T",
                               "2026-11-01Z",
                               "2026-11-01+02",
                               "2026-00-01",
                               "2026-13-01",
                               "2026-11-00",
                               "2026-11-31",
                               "2026/11/01",
                               "2026-11-01T9:30",
                               "2026-11-01T09",
                               "2026-11-01T09:",
                               "2026-11-01T09:3",
                               "2026-11-01T0930",
                               "2026-11-01T24:00",
                               "2026-11-01T09:60",
                               "2026-11-01T09:30:",
                               "2026-11-01T09:30:60",
                               "2026-11-01T09:30:1",
                               "2026-11-01T09:30:15.",
                               "2026-11-01T09:30:15.Z",
                               "2026-11-01T09:30:15,5",
                               "2026-11-01T09:30.5",
                               "2026-11-01  09:30",
                               "2026-11-01T09:30 Z",
                               "2026-11-01T09:30ZZ",
                               "2026-11-01T09:30Z ",
                               "2026-11-01T09:30+",
                               "2026-11-01T09:30+2",
                               "2026-11-01T09:30+02:",
                               "2026-11-01T09:30+02:0",
                               "2026-11-01T09:30+020",
                               "2026-11-01T09:30+02:00:00",
                               "2026-11-01T09:30+16",
                               "2026-11-01T09:30+02:60",
                               "2026-11-01T09:30 CET",
                               "2026-11-01x09:30",
                               "2026-W44-7",
                               "infinity",
                               "now"};
    for (const char *text : bad) {
        EXPECT_FALSE(moment(text)) << text;
    }
    int64_t instant = 0;
    EXPECT_FALSE(parse_iso_time(std::string_view("2026-11-01\0", 11), Zone(), instant));
}

// Every cut of a good text is itself good or refused; nothing is read past the end.
TEST(IsoTime, CutShort) {
    const std::string whole = "2026-11-01T09:30:15.25+02:00";
    const std::string good_lengths = "|10|16|19|21|22|25|28|";
    for (size_t length = 0; length <= whole.size(); ++length) {
        const std::string cut(whole.data(), length); // memory of its own, so that a sanitizer sees its end
        const bool expected = good_lengths.find("|" + std::to_string(length) + "|") != std::string::npos;
        EXPECT_EQ(moment(cut.c_str()).has_value(), expected) << cut;
        const std::unique_ptr<char[]> exact(new char[length + (length == 0 ? 1 : 0)]);
        std::copy(cut.begin(), cut.end(), exact.get());
        int64_t instant = 0;
        EXPECT_EQ(parse_iso_time({exact.get(), length}, Zone(), instant), expected) << cut;
    }
}

} // namespace
} // namespace leadscore
