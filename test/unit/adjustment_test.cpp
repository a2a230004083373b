// Adjustments: reading them, what a `set` and an `add` do to a dimension, and their lines in explanations.
#include "core/explain.hpp"
#include "score_support.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

using namespace score_support;
using namespace value_support;

constexpr int64_t now = day_of_scoring * micro_per_day;

std::string message(const std::string &json) {
    return tally_support::message_of([&] { read_adjustments(json); });
}

std::string row(const std::string &op, const std::string &points, const std::string &at = "0") {
    return R"({"at":)" + at + R"(,"dimension":"fit","op":")" + op + R"(","points":)" + points + "}";
}

TEST(ReadAdjustments, OrdersByMoment) {
    const Adjustments read = read_adjustments("[" + row("add", "1", "30") + "," + row("set", "2", "-10") + "," +
                                              row("add", "3", "-10") + "," + row("set", "4", "9000000000000000000") + "]");
    ASSERT_EQ(read.size(), 4U);
    EXPECT_EQ(read[0].at, -10);
    EXPECT_TRUE(read[0].set);
    EXPECT_EQ(read[0].points, 2 * micro_per_unit);
    EXPECT_EQ(read[0].dimension, "fit");
    EXPECT_FALSE(read[1].set);
    EXPECT_EQ(read[1].points, 3 * micro_per_unit);
    EXPECT_EQ(read[2].at, 30);
    EXPECT_EQ(read[3].at, 9000000000000000000);
    EXPECT_TRUE(read_adjustments("[]").empty());
}

TEST(ReadAdjustments, KeepsAReason) {
    const Adjustments read = read_adjustments("[" + row("add", R"(1,"reason":"met")") + "," + row("add", "2") + "]");
    EXPECT_EQ(read[0].reason, "met");
    EXPECT_EQ(read[1].reason, "");
    EXPECT_EQ(message("[" + row("add", R"(1,"reason":5)") + "]"), "adjustments[0].reason: expected a string");
}

TEST(ReadAdjustments, HoldsPoints) {
    const auto points = [](const std::string &written) { return read_adjustments("[" + row("add", written) + "]")[0].points; };
    EXPECT_EQ(points("-0.5"), -500000);
    EXPECT_EQ(points("0.0000005"), 1);
    EXPECT_EQ(points("-0.0000005"), -1);
    EXPECT_EQ(points("1000000000"), 1000000000 * micro_per_unit);
    EXPECT_EQ(points("1000000000.1"), 1000000000 * micro_per_unit);
    EXPECT_EQ(points("-1e300"), -1000000000 * micro_per_unit);
    EXPECT_EQ(points("1e300"), 1000000000 * micro_per_unit);
    EXPECT_EQ(points("1e-300"), 0);
    EXPECT_EQ(points("-9223372036854775808"), -1000000000 * micro_per_unit);
}

TEST(ReadAdjustments, NamesMistakes) {
    EXPECT_EQ(message("{}"), "adjustments: expected an array");
    EXPECT_EQ(message("[1]"), "adjustments[0]: expected an object");
    EXPECT_EQ(message(R"([{"dimension":"fit","op":"add","points":1}])"), "adjustments[0]: the key \"at\" is missing");
    EXPECT_EQ(message("[" + row("add", "1") + "," + row("take", "1") + "]"), "adjustments[1].op: expected \"set\" or \"add\"");
    EXPECT_EQ(message("[" + row("add", "\"1\"") + "]"), "adjustments[0].points: expected a number");
    EXPECT_EQ(message("[" + row("add", "1", "0.5") + "]"), "adjustments[0].at: expected whole microseconds from 2000-01-01 UTC");
    EXPECT_EQ(message("[" + row("add", "1", "1e30") + "]"), "adjustments[0].at: expected whole microseconds from 2000-01-01 UTC");
    EXPECT_EQ(message(R"([{"at":1,"dimension":"fit","op":"add","points":1,"why":"x"}])").substr(0, 14), "adjustments[0]");
}

// A document with an attribute rule and rules of days and hours in one dimension, and a rule in another.
class Adjusting {
public:
    Adjusting()
        : scoring(R"({"name":"flag","if":{"flag":true},"points":100,"dimension":"engagement"},
                     {"name":"day","on":"x","points":1},
                     {"name":"hour","on":"x","points":10,"within":"9000 hours"},
                     {"name":"absent","on":"x","measure":"idle","missing":-7,"bands":[{"points":0}]},
                     {"name":"values","on":"x","measure":{"distinct":"p"},"points":1000},
                     {"name":"other","on":"x","points":1,"dimension":"intent"})"),
          tally(tally_support::empty_tally(scoring.evidence.ids)) {
    }
    // A hit at so many hours before the moment of scoring, with a value.
    void hit(int64_t hours_ago, const std::string &value) {
        const int64_t at = now - hours_ago * micro_per_hour;
        for (size_t e = 0; e < scoring.evidence.items.size(); ++e) {
            const auto evidence = static_cast<uint32_t>(e);
            Tally one = tally_support::empty_tally(scoring.evidence.ids);
            if (scoring.evidence.items[e].kept == Kept::distinct) {
                one.values = {{evidence, value_key(ValueType::text, value), floor_divide(at, micro_per_day), 1}};
            } else {
                const bool hours = scoring.evidence.items[e].hour_ticks;
                one.counts = {{evidence, floor_divide(at, hours ? micro_per_hour : micro_per_day), 1}};
            }
            tally = add_tallies(tally, one, 1);
        }
    }
    void adjust(bool set, int64_t points, int64_t hours_ago, const std::string &dimension = "engagement") {
        adjustments.push_back({dimension, set, points * micro_per_unit, now - hours_ago * micro_per_hour});
        std::stable_sort(adjustments.begin(), adjustments.end(), [](const auto &a, const auto &b) { return a.at < b.at; });
    }
    std::string engagement(bool flag = false) {
        std::vector<Value> values(scoring.program.field_names().size(), boolean(flag));
        return scoring.dimension("engagement",
                                 scoring.program.score(values.data(), &tally, scoring.around(), nullptr, &adjustments));
    }

    Scoring scoring;
    Tally tally;
    Adjustments adjustments;
};

TEST(Adjustments, AddGoesOnTop) {
    Adjusting lead;
    EXPECT_EQ(lead.engagement(), "-7");
    lead.hit(30, "a");
    EXPECT_EQ(lead.engagement(), "1011");
    lead.adjust(false, 5, 10);
    lead.adjust(false, -2, 40);
    lead.adjust(false, 99, -1); // later than the moment of scoring
    EXPECT_EQ(lead.engagement(), "1014");
    lead.adjust(false, 70, 1, "no such dimension");
    EXPECT_EQ(lead.engagement(), "1014");
    EXPECT_EQ(lead.engagement(true), "1114");
}

TEST(Adjustments, SetRestartsTheDimension) {
    Adjusting lead;
    lead.hit(60, "a"); // two days before, 12:00
    lead.hit(50, "b"); // two days before, 22:00
    lead.hit(30, "b"); // the day before, 18:00
    EXPECT_EQ(lead.engagement(), "2033");
    // Two days before at 20:00: of that day the day counts as over, of that hour the hour.
    lead.adjust(false, 500000, 53);
    lead.adjust(true, 50000, 52);
    lead.adjust(false, 300, 51);
    EXPECT_EQ(lead.engagement(), "51321"); // 50000 + 300; one day hit, two hour hits, b
    EXPECT_EQ(lead.engagement(true), "51421");
    // The latest set counts.
    lead.adjust(true, 0, 24);
    EXPECT_EQ(lead.engagement(), "-7"); // all before it are gone, and the rule of absence sees none
    lead.adjust(true, 3, -1);           // not yet
    EXPECT_EQ(lead.engagement(), "-7");
}

TEST(Adjustments, OwnTickDoesNotCount) {
    Adjusting lead;
    lead.hit(26, "a");                 // the day before at 22:00
    lead.adjust(true, 0, 47);          // the day before at 01:00
    EXPECT_EQ(lead.engagement(), "3"); // the day is over, the hour is not; idle and values go by day
}

TEST(Adjustments, LastOfEqualMomentsWins) {
    Adjusting lead;
    lead.adjust(false, 4, 10);
    lead.adjust(true, 1, 10);
    lead.adjust(true, 2, 10);
    lead.adjust(false, 8, 10);
    EXPECT_EQ(lead.engagement(), "3"); // 2 + 8 - 7 of the rule of absence
    lead.adjust(true, 5, 0);           // at the very moment
    EXPECT_EQ(lead.engagement(), "-2");
}

TEST(Adjustments, OtherDimensionsStay) {
    Adjusting lead;
    lead.hit(30, "a");
    lead.adjust(true, 5, 1);
    const Scored scored = lead.scoring.program.score(nullptr, &lead.tally, lead.scoring.around(), nullptr, &lead.adjustments);
    EXPECT_EQ(lead.scoring.dimension("intent", scored), "1");
    EXPECT_EQ(lead.scoring.dimension("engagement", scored), "-2");
    // And nothing stays for the next call.
    EXPECT_EQ(lead.scoring.dimension("engagement", lead.scoring.score({}, &lead.tally)), "1011");
}

TEST(Adjustments, AreInsideTheClampOfTheDimension) {
    Scoring scoring(R"({"name":"x","on":"x","points":1})", R"("dimensions":{"engagement":{"max":10,"min":-1}})");
    Adjustments adjustments{{"engagement", false, 25 * micro_per_unit, 0}};
    const auto points = [&] {
        return scoring.dimension("engagement", scoring.program.score(nullptr, nullptr, scoring.around(), nullptr, &adjustments));
    };
    EXPECT_EQ(points(), "10");
    adjustments.push_back({"engagement", false, -26 * micro_per_unit, 1});
    EXPECT_EQ(points(), "-1");
}

TEST(Adjustments, ReachGroupsAndRatios) {
    Scoring scoring(R"({"name":"a","on":"x","points":1,"group":"g"},{"name":"b","on":"x","points":3,"group":"g"},
                       {"name":"r","on":"x","measure":{"ratio_to":"*"},"missing":-20,"bands":[{"points":0},{"from":1,"points":9}]})",
                    R"("groups":{"g":{"take":"max"}})");
    Tally tally = tally_support::empty_tally(scoring.evidence.ids);
    for (uint32_t e = 0; e < scoring.evidence.ids.size(); ++e) {
        tally.counts.push_back({e, day_of_scoring - 5, 2});
    }
    Adjustments adjustments{{"engagement", true, 100 * micro_per_unit, now - 6 * micro_per_day}};
    const auto points = [&] {
        return scoring.dimension("engagement", scoring.program.score(nullptr, &tally, scoring.around(), nullptr, &adjustments));
    };
    EXPECT_EQ(points(), "115");
    adjustments[0].at += micro_per_day;
    EXPECT_EQ(points(), "80");
}

TEST(Adjustments, AreExplained) {
    Adjusting lead;
    lead.hit(30, "a");
    lead.adjust(false, 1, 60);
    lead.adjust(true, 50, 50);
    lead.adjust(false, -3, 2);
    lead.adjust(false, 7, 1, "intent");
    lead.adjust(false, 8, -1);
    Workings workings;
    const Scored &scored =
        lead.scoring.program.score(nullptr, &lead.tally, lead.scoring.around(), nullptr, workings, &lead.adjustments);
    const std::string rows = explain_rows(lead.scoring.rules, scored, workings);
    std::string adjustments;
    int128 total = 0;
    for (const std::string &line : study_support::rows(rows, {"step", "name", "dimension", "points"})) {
        adjustments += line.rfind("adjustment", 0) == 0 ? line + "\n" : "";
    }
    EXPECT_EQ(adjustments,
              "adjustment | set | engagement | 50\nadjustment | add | engagement | -3\nadjustment | add | intent | 7\n");
    for (const std::string &line : study_support::rows(rows, {"points"})) {
        int128 micro = 0;
        EXPECT_TRUE(line == "null" || number_to_micro(number(line).number, most_micro, micro));
        total += line == "null" ? 0 : micro;
    }
    EXPECT_TRUE(total == scored.score * micro_per_unit);
    EXPECT_NE(explain_tree(lead.scoring.rules, scored, workings).find("+50       adjustment set"), std::string::npos);
}

} // namespace
} // namespace leadscore
