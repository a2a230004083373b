// One event rule, worked out by hand: bursts, rate limits, windows, limits, decay, measures, bands, clamps.
#include "core/event_rule.hpp"
#include "study_support.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

using Hits = std::vector<std::pair<int64_t, int64_t>>; // tick, count

Rule rule_of(const std::string &parts) {
    return study_support::with_rules("{\"name\":\"r\"," + parts + "}").rules[0];
}

EventRule rule_on(const Rule &rule, size_t most_weights = 4096) {
    return {rule, std::make_shared<AgeWeights>(rule.decay, rule.hour_ticks(), most_weights)};
}

std::vector<CountCell> cells_of(const Hits &hits) {
    std::vector<CountCell> cells;
    for (const auto &[tick, count] : hits) {
        cells.push_back({0, tick, count});
    }
    return cells;
}

CellRange range_of(const std::vector<CountCell> &cells) {
    CellRange range;
    range.counts = cells.data();
    range.count_size = cells.size();
    return range;
}

Outcome outcome(const std::string &parts, const Hits &hits, int64_t now, const Hits &divisor = {}) {
    const Rule rule = rule_of(parts);
    const std::vector<CountCell> cells = cells_of(hits);
    const std::vector<CountCell> others = cells_of(divisor);
    std::vector<TickHits> scratch;
    return rule_on(rule).outcome(range_of(cells), range_of(others), now, scratch);
}

std::string points(const std::string &parts, const Hits &hits, int64_t now, const Hits &divisor = {}) {
    return micro_text(outcome(parts, hits, now, divisor).points);
}

// Sum and distinct values of one evidence.
Outcome of_sums(const std::string &parts, const std::vector<std::pair<int64_t, int128>> &sums, int64_t now) {
    const Rule rule = rule_of(parts);
    std::vector<SumCell> cells;
    for (const auto &[tick, sum] : sums) {
        cells.push_back({0, tick, sum});
    }
    CellRange range;
    range.sums = cells.data();
    range.sum_size = cells.size();
    std::vector<TickHits> scratch;
    return rule_on(rule).outcome(range, {}, now, scratch);
}

Outcome of_values(const std::string &parts, const std::vector<std::tuple<char, int64_t, int64_t>> &values, int64_t now) {
    const Rule rule = rule_of(parts);
    std::vector<ValueCell> cells;
    for (const auto &[value, tick, count] : values) {
        cells.push_back({0, value_key(ValueType::text, std::string(1, value)), tick, count});
    }
    CellRange range;
    range.values = cells.data();
    range.value_size = cells.size();
    std::vector<TickHits> scratch;
    return rule_on(rule).outcome(range, {}, now, scratch);
}

TEST(EventRule, HitsUpToNowCount) {
    const std::string rule = R"("on":"x","points":2.5)";
    const Hits hits = {{90, 1}, {95, 2}, {100, 4}, {101, 8}};
    EXPECT_EQ(points(rule, hits, 100), "17.5");
    EXPECT_EQ(points(rule, hits, 101), "37.5");
    EXPECT_EQ(points(rule, hits, 99), "7.5");
    EXPECT_EQ(points(rule, hits, 89), "0");
    EXPECT_EQ(points(rule, {}, 100), "0");
    EXPECT_EQ(points(rule, {{90, -3}, {95, 2}}, 100), "5"); // a negative count is none
    EXPECT_EQ(points(rule, {{-1000, 1}}, -1000), "2.5");
}

TEST(EventRule, WithinCutsAtItsEnd) {
    const std::string rule = R"("on":"x","points":1,"within":"7 days")";
    EXPECT_EQ(points(rule, {{93, 1}, {94, 2}, {100, 4}}, 100), "6"); // age 7 is out
    EXPECT_EQ(points(rule, {{93, 1}, {94, 2}, {100, 4}}, 99), "3");
    const std::string day = R"("on":"x","points":1,"within":"1 day")";
    EXPECT_EQ(points(day, {{99, 1}, {100, 2}}, 100), "2");
    const Rule hours = rule_of(R"("on":"x","points":1,"within":"36 hours")");
    EXPECT_TRUE(rule_on(hours).hour_ticks());
    EXPECT_EQ(points(R"("on":"x","points":1,"within":"36 hours")", {{64, 1}, {65, 2}}, 100), "2");
}

TEST(EventRule, LimitTakesTheNewest) {
    const std::string rule = R"("on":"x","points":8,"limit":3,"decay":{"half_life":"1 day"})";
    EXPECT_EQ(points(rule, {{98, 5}, {99, 1}, {100, 1}}, 100), "14"); // 8 + 4 + 2
    EXPECT_EQ(points(rule, {{98, 5}}, 100), "6");
    EXPECT_EQ(outcome(rule, {{98, 5}, {99, 1}}, 100).hits, int128{3});
}

TEST(EventRule, BurstIsOneHit) {
    const std::string rule = R"("on":"x","points":1,"burst":3)";
    EXPECT_EQ(points(rule, {{90, 2}, {91, 3}, {92, 40}, {100, 3}}, 100), "3");
    EXPECT_EQ(points(rule, {{90, 2}, {91, 2}}, 100), "0");
    EXPECT_EQ(points(R"("on":"x","points":1,"burst":3,"limit":1)", {{91, 3}, {92, 3}}, 100), "1");
    EXPECT_EQ(points(R"("on":"x","points":1,"burst":2,"at_most":{"hits":1,"per":"2 days"})", {{90, 2}, {91, 2}, {92, 9}}, 100),
              "2");
}

TEST(EventRule, AtMostOpensPeriodsAtHits) {
    const std::string rule = R"("on":"x","points":1,"at_most":{"hits":2,"per":"3 days"})";
    EXPECT_EQ(points(rule, {{90, 5}}, 100), "2");
    EXPECT_EQ(points(rule, {{90, 1}, {91, 1}, {92, 1}}, 100), "2");          // 90 covers 90, 91, 92
    EXPECT_EQ(points(rule, {{90, 1}, {93, 5}}, 100), "3");                   // 93 opens the next
    EXPECT_EQ(points(rule, {{90, 1}, {92, 5}, {93, 1}}, 100), "3");          // one of 92 counts
    EXPECT_EQ(points(rule, {{90, 9}, {94, 9}, {96, 9}, {97, 9}}, 100), "6"); // periods open at 90, 94, 97
    // The earliest of a period count, seen by their weights.
    const std::string aged = R"("on":"x","points":4,"at_most":{"hits":1,"per":"5 days"},"decay":{"half_life":"1 day"})";
    EXPECT_EQ(points(aged, {{98, 1}, {100, 1}}, 100), "1");
}

// A rate limit looks at all hits up to now, before the window.
TEST(EventRule, AtMostGoesBeforeWithin) {
    const std::string rule = R"("on":"x","points":1,"at_most":{"hits":1,"per":"4 days"},"within":"3 days")";
    EXPECT_EQ(points(rule, {{97, 1}, {98, 1}, {100, 1}}, 100), "0"); // 97 opened the period and is too old itself
    EXPECT_EQ(points(rule, {{97, 1}, {98, 1}, {101, 1}}, 101), "1");
    EXPECT_EQ(points(rule, {{98, 1}, {99, 1}, {200, 1}}, 100), "1"); // later hits open nothing
}

TEST(EventRule, WithinGoesBeforeLimit) {
    EXPECT_EQ(points(R"("on":"x","points":1,"within":"2 days","limit":5)", {{90, 9}, {99, 2}, {100, 2}}, 100), "4");
}

TEST(EventRule, Decays) {
    const Hits hits = {{90, 1}, {95, 1}, {100, 1}};
    EXPECT_EQ(points(R"("on":"x","points":16,"decay":{"half_life":"5 days"})", hits, 100), "28");           // 16 + 8 + 4
    EXPECT_EQ(points(R"("on":"x","points":10,"decay":{"linear":"10 days"})", hits, 100), "15");             // 10 + 5 + 0
    EXPECT_EQ(points(R"("on":"x","points":10,"decay":{"every":"5 days","lose":0.25})", hits, 100), "22.5"); // 10 + 7.5 + 5
    EXPECT_EQ(points(R"("on":"x","points":10,"decay":{"every":"1 day","lose":1})", hits, 100), "10");
    EXPECT_EQ(points(R"("on":"x","points":3,"decay":{"linear":"3 days"})", {{99, 1}}, 100),
              "2"); // 3 × 0.666666667, rounded to 6 places
    EXPECT_EQ(points(R"("on":"x","points":1,"decay":{"linear":"3 days"})", {{99, 1}}, 100), "0.666667");
    EXPECT_EQ(points(R"("on":"x","points":-1,"decay":{"linear":"3 days"})", {{99, 1}}, 100), "-0.666667");
    // Far beyond the remembered weights.
    EXPECT_EQ(points(R"("on":"x","points":8,"decay":{"half_life":"100000 days"})", {{-99900, 1}, {100, 1}}, 100), "12");
}

// A rule gives the same whatever it was asked before.
TEST(EventRule, RememberedWeightsLeaveNoTrace) {
    const std::string parts =
        R"("on":"x","points":1000,"decay":{"half_life":"37 days"},"at_most":{"hits":2,"per":"3 days"},"limit":9)";
    const Rule rule = rule_of(parts);
    const EventRule used = rule_on(rule, 16); // fewer weights than ages
    std::vector<TickHits> scratch;
    for (int64_t now = 400; now > 0; now -= 7) {
        const Hits hits = {{1, 3}, {now / 2, 2}, {now / 2 + 1, 4}, {now, 1}};
        const std::vector<CountCell> cells = cells_of(hits);
        ASSERT_EQ(micro_text(used.outcome(range_of(cells), {}, now, scratch).points), points(parts, hits, now)) << now;
    }
}

TEST(EventRule, DistinctCountsTheNewestHit) {
    const std::string rule = R"("on":"x","measure":{"distinct":"p"},"points":4,"decay":{"half_life":"1 day"})";
    EXPECT_EQ(micro_text(of_values(rule, {{'a', 90, 7}, {'a', 99, 1}, {'b', 98, 2}}, 100).points), "3");
    EXPECT_EQ(micro_text(of_values(rule, {{'a', 99, 1}, {'a', 101, 1}, {'b', 101, 1}}, 100).points), "2"); // up to now
    EXPECT_EQ(micro_text(of_values(rule, {{'a', 98, 1}, {'a', 99, -1}}, 100).points), "1"); // negative counts are none
    EXPECT_EQ(micro_text(of_values(rule, {}, 100).points), "0");
    const std::string limited = R"("on":"x","measure":{"distinct":"p"},"points":1,"at_most":{"hits":1,"per":"2 days"},"limit":2)";
    // Newest hits at 90, 91, 92, 95: periods open at 90, 92, 95; the two newest count.
    const Outcome four = of_values(limited, {{'a', 91, 1}, {'b', 80, 1}, {'b', 92, 1}, {'c', 90, 1}, {'d', 95, 1}}, 100);
    EXPECT_EQ(micro_text(four.points), "2");
    EXPECT_EQ(micro_text(of_values(R"("on":"x","measure":{"distinct":"p"},"bands":[{"points":-1},{"from":2,"points":5}])",
                                   {{'a', 1, 1}, {'b', 2, 1}}, 100)
                             .points),
              "5");
}

TEST(EventRule, Sums) {
    const std::string rule = R"("on":"x","measure":{"sum":"p"},"points":2,"within":"5 days","decay":{"linear":"4 days"})";
    EXPECT_EQ(micro_text(of_sums(rule, {{90, 1000000}, {98, 3000000}, {100, -500000}, {101, 9000000}}, 100).points),
              "2"); // 2 × (1.5 - 0.5)
    const std::string bands =
        R"("on":"x","measure":{"sum":"p"},"bands":[{"points":-1},{"from":0.5,"points":3},{"from":10,"points":7}])";
    EXPECT_EQ(micro_text(of_sums(bands, {{1, 499999}}, 100).points), "-1");
    EXPECT_EQ(micro_text(of_sums(bands, {{1, 499999}, {2, 1}}, 100).points), "3");
    EXPECT_EQ(micro_text(of_sums(bands, {}, 100).points), "-1"); // no hits: 0, a number
    // Sums of a tick are held within 10^15.
    const std::string held = R"("on":"x","measure":{"sum":"p"},"points":0.000001)";
    EXPECT_EQ(micro_text(of_sums(held, {{1, most_micro * 1000}, {2, -most_micro / 2}}, 100).points), "500000000");
    EXPECT_EQ(micro_text(of_sums(R"("on":"x","measure":{"sum":"p"},"points":1000000000)", {{1, most_micro}}, 100).points),
              micro_text(most_micro));
}

TEST(EventRule, Ratio) {
    const std::string rule =
        R"("on":"open","measure":{"ratio_to":"send"},"within":"10 days","missing":-3,)"
        R"("bands":[{"points":0},{"from":0.333333,"points":1},{"from":0.333334,"points":2},{"from":2,"points":3}])";
    EXPECT_EQ(points(rule, {{95, 1}}, 100, {{95, 3}}), "1"); // a third lies between the two, and is not rounded first
    EXPECT_EQ(points(rule, {{95, 2}}, 100, {{95, 3}, {96, 2}}), "2");
    EXPECT_EQ(points(rule, {{95, 4}}, 100, {{95, 2}}), "3");
    EXPECT_EQ(points(rule, {{95, 4}}, 100, {}), "-3");                  // nothing to divide by
    EXPECT_EQ(points(rule, {{95, 4}}, 100, {{90, 5}, {101, 5}}), "-3"); // both outside the window
    EXPECT_EQ(points(rule, {{90, 4}}, 100, {{91, 5}}), "0");
    EXPECT_EQ(points(rule, {}, 100, {{95, 5}, {96, -5}}), "0");
    const Outcome third = outcome(rule, {{95, 2}}, 100, {{95, 3}});
    EXPECT_EQ(micro_text(third.measure), "0.666667");
    EXPECT_TRUE(outcome(rule, {}, 100, {}).missing);
}

TEST(EventRule, Idle) {
    const std::string rule =
        R"("on":"*","measure":"idle","missing":9,"bands":[{"points":0},{"from":60,"points":-15},{"from":120,"points":-30}])";
    EXPECT_EQ(points(rule, {{1, 1}, {41, 2}}, 100), "0");
    EXPECT_EQ(points(rule, {{1, 1}, {40, 2}}, 100), "-15");
    EXPECT_EQ(points(rule, {{40, 1}}, 160), "-30");
    EXPECT_EQ(points(rule, {{40, 1}, {100, 1}, {170, 1}}, 160), "-15"); // what comes later is not seen
    EXPECT_EQ(points(rule, {{170, 1}}, 160), "9");
    EXPECT_EQ(points(rule, {{40, 1}, {100, -1}}, 160), "-30");
    EXPECT_TRUE(outcome(rule, {}, 100).missing);
}

TEST(EventRule, AbsenceIsANumber) {
    EXPECT_EQ(points(R"("on":"x","bands":[{"points":-5},{"from":1,"points":0}],"missing":7)", {}, 100), "-5");
    EXPECT_EQ(points(R"("on":"x","bands":[{"from":1,"points":4}])", {}, 100), "0"); // below the first
}

TEST(EventRule, Clamps) {
    const std::string rule = R"("on":"x","points":3,"min":2,"max":7.5)";
    EXPECT_EQ(points(rule, {}, 100), "2");
    EXPECT_EQ(points(rule, {{1, 2}}, 100), "6");
    EXPECT_EQ(points(rule, {{1, 3}}, 100), "7.5");
    EXPECT_EQ(micro_text(outcome(rule, {{1, 3}}, 100).unclamped), "9");
    EXPECT_EQ(points(R"("on":"x","points":1000000000)", {{1, most_cell_count}, {2, most_cell_count}}, 100),
              micro_text(most_micro));
}

TEST(EventRule, LeavesOutWhatIsTooOldForPoints) {
    const auto end_of = [](const std::string &parts) {
        const Rule rule = rule_of(parts);
        return rule_on(rule).points_end();
    };
    EXPECT_EQ(end_of(R"("on":"x","points":1)"), -1);
    EXPECT_EQ(end_of(R"("on":"x","points":1,"within":"30 days")"), 30);
    EXPECT_EQ(end_of(R"("on":"x","points":1,"within":"30 days","decay":{"linear":"10 days"})"), 10);
    EXPECT_EQ(end_of(R"("on":"x","points":1,"within":"5 days","decay":{"linear":"10 days"})"), 5);
    EXPECT_EQ(end_of(R"("on":"x","points":1,"decay":{"half_life":"7 days"},"limit":3,"burst":2)"), 217); // 30.897… × 7
    EXPECT_EQ(end_of(R"("on":"x","points":1,"decay":{"linear":"10 hours"})"), 10);
    EXPECT_EQ(end_of(R"("on":"x","measure":{"ratio_to":"y"},"bands":[{"points":1}],"within":"8 days")"), 8);
    // These look further back.
    EXPECT_EQ(end_of(R"("on":"x","points":1,"within":"30 days","at_most":{"hits":1,"per":"2 days"})"), -1);
    EXPECT_EQ(end_of(R"("on":"x","measure":"idle","bands":[{"from":3,"points":1}])"), -1);
    EXPECT_EQ(end_of(R"("on":"x","measure":{"distinct":"p"},"points":1,"within":"3 days")"), -1);
}

TEST(EventRule, PointsAreThoseOfAllCells) {
    for (const std::string parts :
         {R"("on":"x","points":1000,"within":"3 days")", R"("on":"x","points":1000,"decay":{"half_life":"1 day"})",
          R"("on":"x","points":1000,"decay":{"linear":"4 days"},"limit":3)",
          R"("on":"x","points":7,"at_most":{"hits":1,"per":"3 days"},"within":"4 days")",
          R"("on":"x","within":"4 days","bands":[{"points":-1},{"from":2,"points":5}])",
          R"("on":"x","points":3,"decay":{"every":"2 days","lose":0.5})", R"("on":"x","points":-0.000001,"max":-0.000002)",
          R"("on":"x","points":0.5,"min":-1,"max":1.25,"decay":{"half_life":"7 days"})",
          R"("on":"x","points":1000000000,"within":"9 days","decay":{"half_life":"3 days"})",
          R"("on":"x","points":2,"decay":{"linear":"100 hours"})", R"("on":"x","points":-3,"burst":2)"}) {
        const Rule rule = rule_of(parts);
        const EventRule event = rule_on(rule);
        std::vector<TickHits> scratch;
        for (int64_t now = 50; now < 90; ++now) {
            const std::vector<CountCell> cells =
                cells_of({{50, 1}, {51, 2}, {52, -4}, {53, 1}, {59, 3}, {60, 1}, {77, most_cell_count}, {88, 1}});
            ASSERT_EQ(micro_text(event.points(range_of(cells), {}, now, scratch)),
                      micro_text(event.outcome(range_of(cells), {}, now, scratch).points))
                << parts << " at " << now;
        }
    }
}

TEST(PointsOfBands, ExactAtTheirEdges) {
    const std::vector<Band> bands = {{int128{-1000000}, 1}, {int128{333333}, 2}, {int128{most_from_micro}, 3}};
    EXPECT_EQ(points_of_bands(bands, -1000001, 1), 0);
    EXPECT_EQ(points_of_bands(bands, -1000000, 1), 1);
    EXPECT_EQ(points_of_bands(bands, 1000000, 3), 2);
    EXPECT_EQ(points_of_bands(bands, most_from_micro, 1), 3);
    EXPECT_EQ(points_of_bands(bands, most_from_micro - 1, 1), 2);
    const int128 huge = static_cast<int128>(1) << 100; // the bound does not fit
    EXPECT_EQ(points_of_bands(bands, 0, huge), 1);
    EXPECT_EQ(points_of_bands({}, 5, 1), 0);
}

} // namespace
} // namespace leadscore
