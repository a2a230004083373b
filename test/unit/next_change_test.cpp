// When time alone next changes a score: the simple cases to the day, hour or microsecond.
#include "score_support.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

using namespace score_support;
using namespace value_support;

constexpr int64_t now = day_of_scoring * micro_per_day;
constexpr int64_t never = INT64_MAX;

// A document of one event rule on kind x, and a lead's hits by days before the moment of scoring.
class Forecast {
public:
    explicit Forecast(const std::string &rule, const std::string &rest = "")
        : scoring(rule.empty() ? "" : R"({"name":"r","on":"x",)" + rule + "}", rest),
          tally(tally_support::empty_tally(scoring.evidence.ids)) {
    }
    Forecast &hits(const std::vector<int64_t> &ages, int64_t count = 1) {
        for (const int64_t age : ages) {
            add(0, age, count);
        }
        return *this;
    }
    Forecast &add(size_t evidence, int64_t age, int64_t count) {
        Tally one = tally_support::empty_tally(scoring.evidence.ids);
        const auto e = static_cast<uint32_t>(evidence);
        const bool hours = scoring.evidence.items[e].hour_ticks;
        const int64_t tick = (hours ? day_of_scoring * 24 : day_of_scoring) - age;
        if (scoring.evidence.items[e].kept == Kept::sum) {
            one.sums = {{e, tick, count * micro_per_unit}};
        } else if (scoring.evidence.items[e].kept == Kept::distinct) {
            one.values = {{e, value_key(ValueType::number, std::to_string(count)), tick, 1}};
        } else {
            one.counts = {{e, tick, count}};
        }
        tally = add_tallies(tally, one, 1);
        return *this;
    }
    int64_t at() {
        return scoring.program.next_change(nullptr, &tally, scoring.around(), &adjustments);
    }
    // In days (or hours) from the moment of scoring; -1: never.
    int64_t in_days() {
        return at() == never ? -1 : (at() - now) / micro_per_day;
    }
    int64_t in_hours() {
        return at() == never ? -1 : (at() - now) / micro_per_hour;
    }

    Scoring scoring;
    Tally tally;
    Adjustments adjustments;
};

TEST(NextChange, NothingMoves) {
    EXPECT_EQ(Forecast(R"("points":1)").in_days(), -1);
    EXPECT_EQ(Forecast(R"("points":1)").hits({1, 5, 900}).in_days(), -1);
    EXPECT_EQ(Forecast(R"("points":0,"within":"7 days")").hits({1}).in_days(), -1);
    EXPECT_EQ(Forecast(R"("bands":[{"points":1},{"from":2,"points":5}])").hits({1, 2}).in_days(), -1);
    EXPECT_EQ(Forecast(R"("points":1,"within":"7 days")").hits({7, 8, 100}).in_days(), -1);
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"half_life":"1 day"})").hits({31, 100}).in_days(), -1);
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"linear":"10 days"})").hits({10}).in_days(), -1);
    EXPECT_EQ(Forecast(R"("points":1,"enabled":false,"within":"7 days")").in_days(), -1);
    Forecast none("");
    EXPECT_EQ(none.scoring.program.next_change(nullptr, nullptr, none.scoring.around()), never);
}

TEST(NextChange, WindowCloses) {
    EXPECT_EQ(Forecast(R"("points":1,"within":"7 days")").hits({0}).in_days(), 7);
    EXPECT_EQ(Forecast(R"("points":1,"within":"7 days")").hits({1, 4, 6, 7}).in_days(), 1);
    EXPECT_EQ(Forecast(R"("points":1,"within":"7 days")").hits({1, 4}).in_days(), 3);
    EXPECT_EQ(Forecast(R"("points":1,"within":"7 hours")").hits({1, 4}).in_hours(), 3);
    // Only the newest two count, so the third may leave.
    EXPECT_EQ(Forecast(R"("points":1,"within":"7 days","limit":2)").hits({1, 4, 5}).in_days(), 3);
    // Under a cap of 2 nothing shows until fewer than two are left.
    EXPECT_EQ(Forecast(R"("points":1,"within":"30 days","max":2)").hits({1, 4, 5, 6, 7, 8}).in_days(), 26);
    EXPECT_EQ(Forecast(R"("within":"30 days","bands":[{"points":0},{"from":3,"points":5}])").hits({1, 2, 9, 12}).in_days(), 21);
    EXPECT_EQ(Forecast(R"("within":"30 days","bands":[{"points":0},{"from":3,"points":5}])").hits({1, 9}).in_days(), -1);
    EXPECT_EQ(Forecast(R"("within":"30 days","bands":[{"points":0},{"from":1,"points":9},{"from":3,"points":5}])")
                  .hits({1, 9, 9})
                  .in_days(),
              21);
    EXPECT_EQ(Forecast(R"("points":1,"within":"30 days","measure":{"sum":"p"},"min":4)").add(0, 3, 5).add(0, 2, 3).in_days(), 27);
    EXPECT_EQ(
        Forecast(R"("points":1,"within":"30 days","measure":{"distinct":"p"})").add(0, 3, 7).add(0, 2, 7).add(0, 1, 8).in_days(),
        28);
    EXPECT_EQ(Forecast(R"("points":1,"within":"30 days","burst":2)").hits({5}).hits({2}, 2).in_days(), 28);
    // One of each two days counts, the first: 8 and 5.
    EXPECT_EQ(Forecast(R"("points":1,"within":"9 days","at_most":{"hits":1,"per":"2 days"})").hits({8, 7, 5}).in_days(), 1);
    EXPECT_EQ(Forecast(R"("points":1,"within":"8 days","at_most":{"hits":1,"per":"2 days"})").hits({8, 7, 5}).in_days(), 3);
}

TEST(NextChange, DecaysToTheNextTick) {
    const std::string fine = R"("score":{"decimals":6})";
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"half_life":"14 days"})", fine).hits({3}).in_days(), 1);
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"half_life":"14 hours"})", fine).hits({3}).in_hours(), 1);
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"linear":"14 days"})", fine).hits({3, 20}).in_days(), 1);
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"every":"7 days","lose":0.25})", fine).hits({3}).in_days(), 4);
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"every":"7 days","lose":0.25})", fine).hits({3, 12}).in_days(), 2);
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"every":"7 days","lose":0.25})", fine).hits({28, 40}).in_days(), -1);
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"every":"7 days","lose":0.5},"within":"9 days")", fine).hits({8}).in_days(), 1);
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"linear":"14 days"},"measure":{"sum":"p"})", fine).add(0, 2, -5).in_days(), 1);
}

TEST(NextChange, LooksThroughTheCapOfARule) {
    // 10 hits of 1 point each: 10 × (1 - age / 100) falls below 9.5 at age 6.
    EXPECT_EQ(
        Forecast(R"("points":1,"max":9.5,"decay":{"linear":"100 days"})", R"("score":{"decimals":6})").hits({0}, 10).in_days(),
        6);
    EXPECT_EQ(
        Forecast(R"("points":1,"min":9.99,"decay":{"linear":"100 days"})", R"("score":{"decimals":6})").hits({0}, 10).in_days(),
        1);
    EXPECT_EQ(Forecast(R"("points":1,"min":12,"decay":{"linear":"100 days"})").hits({0}, 10).in_days(), -1);
    EXPECT_EQ(
        Forecast(R"("points":-1,"min":-5,"decay":{"half_life":"40 days"})", R"("score":{"decimals":6})").hits({0}, 10).in_days(),
        41);
    EXPECT_EQ(Forecast(R"("points":1,"max":2,"decay":{"every":"30 days","lose":0.1})").hits({0}, 10).in_days(), 270);
}

TEST(NextChange, LooksThroughTheCapOfADimension) {
    const std::string capped = R"("dimensions":{"engagement":{"max":9.5}},"score":{"decimals":6})";
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"linear":"100 days"})", capped).hits({0}, 10).in_days(), 6);
    // Far below a cap it gives up before it is there; but never at the next tick already.
    const int64_t reached = Forecast(R"("points":1,"decay":{"linear":"1000 days"})", capped).hits({0}, 10).in_days();
    EXPECT_TRUE(reached >= 10 && reached <= 51) << reached;
}

TEST(NextChange, DimensionsShowWhatTheScoreRoundsAway) {
    EXPECT_EQ(Forecast(R"("points":1,"decay":{"linear":"100 days"})", R"("dimensions":{"engagement":{"weight":0}})")
                  .hits({0}, 10)
                  .in_days(),
              1);
}

TEST(NextChange, Idle) {
    const std::string bands = R"("measure":"idle","bands":[{"from":60,"points":-15},{"from":120,"points":-30}])";
    EXPECT_EQ(Forecast(bands).hits({0}).in_days(), 60);
    EXPECT_EQ(Forecast(bands).hits({10, 80}).in_days(), 50);
    EXPECT_EQ(Forecast(bands).hits({60}).in_days(), 60);
    EXPECT_EQ(Forecast(bands).hits({120}).in_days(), -1);
    EXPECT_EQ(Forecast(bands).in_days(), -1);
    EXPECT_EQ(Forecast(R"("measure":"idle","bands":[{"points":1},{"from":2.5,"points":1},{"from":4.5,"points":0}])")
                  .hits({0})
                  .in_days(),
              5);
    EXPECT_EQ(Forecast(R"("measure":"idle","bands":[{"points":1},{"from":1000000000000000,"points":0}])").hits({0}).in_days(),
              -1);
}

TEST(NextChange, Ratio) {
    const std::string rule = R"("measure":{"ratio_to":"y"},"within":"30 days","missing":0,"bands":[{"from":0.5,"points":2}])";
    Forecast ratio(rule);
    const size_t main = static_cast<size_t>(ratio.scoring.evidence.uses[0].main);
    const size_t divisor = static_cast<size_t>(ratio.scoring.evidence.uses[0].divisor);
    ratio.add(main, 1, 1).add(divisor, 1, 1).add(divisor, 25, 3);
    EXPECT_EQ(ratio.in_days(), 5); // 1/4 now, 1/1 then
    EXPECT_EQ(
        Forecast(R"("measure":{"ratio_to":"y"},"bands":[{"from":0.5,"points":2}])").add(main, 1, 1).add(divisor, 1, 1).in_days(),
        -1);
}

TEST(NextChange, EventsOfTheFuture) {
    EXPECT_EQ(Forecast(R"("points":1)").hits({-3, 5, -9}).in_days(), 3);
    EXPECT_EQ(Forecast(R"("points":1,"limit":1)").hits({-3, 5}).in_days(), -1);
    EXPECT_EQ(Forecast(R"("points":1,"measure":{"distinct":"p"})").add(0, 2, 7).add(0, -3, 7).add(0, -5, 8).in_days(), 5);
    EXPECT_EQ(Forecast(R"("points":1,"measure":{"sum":"p"})").add(0, -3, 7).in_days(), 3);
    EXPECT_EQ(Forecast(R"("measure":"idle","missing":4,"bands":[{"points":0}])").hits({-6}).in_days(), 6);
    EXPECT_EQ(Forecast(R"("points":1)").hits({-(static_cast<int64_t>(1) << 29)}).in_days(), -1); // past every timestamp
}

TEST(NextChange, Adjustments) {
    Forecast lead(R"("points":1,"within":"30 days")");
    lead.hits({1});
    lead.adjustments = {{"fit", false, 5, now - 5}, {"fit", false, micro_per_unit, now + 7}, {"fit", true, 0, now + 9}};
    EXPECT_EQ(lead.at(), now + 7);
    lead.adjustments = {{"fit", false, 0, now + 7}, {"nowhere", true, 9, now + 8}, {"fit", true, 0, now + 9}};
    EXPECT_EQ(lead.in_days(), 29); // none of them changes anything
    lead.adjustments = {{"engagement", true, 5, now - 1}};
    EXPECT_EQ(lead.in_days(), -1); // the hit is of the day of the set
}

TEST(NextChange, MomentsOfAttributes) {
    const auto next = [](const std::string &test, const Value &value) {
        Scoring scoring(R"({"name":"r","if":{"t":)" + test + R"(},"points":1})");
        const int64_t at = scoring.program.next_change(&value, nullptr, scoring.around());
        return at == never ? never : at - now;
    };
    const auto at = [](int64_t after) { return time_of(Value::Type::instant, now + after); };
    EXPECT_EQ(next(R"({"within_last":"2 hours"})", at(-5)), 2 * micro_per_hour - 5);
    EXPECT_EQ(next(R"({"within_last":"2 hours"})", at(5)), 5);
    EXPECT_EQ(next(R"({"within_last":"2 hours"})", at(-2 * micro_per_hour)), never);
    EXPECT_EQ(next(R"({"within_last":"2 hours"})", at(0)), 2 * micro_per_hour);
    EXPECT_EQ(next(R"({"older_than":"2 hours"})", at(-5)), 2 * micro_per_hour - 5);
    EXPECT_EQ(next(R"({"older_than":"2 hours"})", at(5)), 2 * micro_per_hour + 5);
    EXPECT_EQ(next(R"({"older_than":"2 hours"})", at(-2 * micro_per_hour)), never);
    EXPECT_EQ(next(R"({"within_next":"2 hours"})", at(5)), 5);
    EXPECT_EQ(next(R"({"within_next":"2 hours"})", at(2 * micro_per_hour + 1)), 1);
    EXPECT_EQ(next(R"({"within_next":"2 hours"})", at(0)), never);
    EXPECT_EQ(next(R"({"within_last":"2 hours"})", time_of(Value::Type::date, day_of_scoring + 1)), micro_per_day);
    EXPECT_EQ(next(R"({"within_last":"2 hours"})", text("2000-04-11")), micro_per_day);
    EXPECT_EQ(next(R"({"within_last":"2 hours"})", text("soon")), never);
    EXPECT_EQ(next(R"({"within_last":"2 hours"})", number("5")), never);
    EXPECT_EQ(next(R"({"older_than":"1000000 days"})", time_of(Value::Type::instant, INT64_MAX - 1)), never);
    const std::vector<Value> list{at(-7 * micro_per_hour), at(-micro_per_hour), at(micro_per_hour), of_type(Value::Type::null)};
    EXPECT_EQ(next(R"({"within_last":"2 hours"})", array(list)), 3 * micro_per_hour); // one takes over from the other
    // Tests that hold together or not at all.
    EXPECT_EQ(next(R"({"within_last":"2 hours","=":"2000-01-01"})", at(5)), never);
    EXPECT_EQ(next(R"({"within_last":"5 hours","older_than":"2 hours"})", at(0)), 2 * micro_per_hour);
}

TEST(NextChange, MomentsInsideConditionsAndExclusions) {
    Scoring scoring("", R"("exclude":[{"name":"x","if":{"any":[{"a":1},{"not":{"t":{"older_than":"1 day"}}}]}}])");
    std::vector<Value> values(scoring.program.field_names().size());
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = scoring.program.field_names()[i] == "t" ? time_of(Value::Type::instant, now - 5) : Value();
    }
    EXPECT_EQ(scoring.program.next_change(values.data(), nullptr, scoring.around()), now + micro_per_day - 5);
    EXPECT_EQ(scoring.program.next_change(nullptr, nullptr, scoring.around()), never);
}

TEST(NextChange, ScoreComesAlong) {
    Forecast lead(R"("points":50,"within":"7 days")", R"("stages":[{"name":"cold"},{"name":"hot","from":40,"keep":45}])");
    lead.hits({1});
    int64_t next = 0;
    const std::string_view previous = "cold";
    const Scored &scored = lead.scoring.program.score(nullptr, &lead.tally, lead.scoring.around(), &previous, nullptr, next);
    EXPECT_TRUE(scored.score == 50 && scored.stage == 1);
    EXPECT_EQ(next, now + 6 * micro_per_day);
}

TEST(NextChange, EarliestOfAllRules) {
    Scoring scoring(R"({"name":"a","on":"x","points":1,"within":"30 days"},{"name":"b","on":"x","points":1,"within":"50 hours"},
                       {"name":"c","on":"x","points":1,"within":"3 days"})");
    Tally tally = tally_support::empty_tally(scoring.evidence.ids);
    for (uint32_t e = 0; e < scoring.evidence.ids.size(); ++e) {
        tally.counts.push_back({e, scoring.evidence.items[e].hour_ticks ? day_of_scoring * 24 - 1 : day_of_scoring - 1, 1});
    }
    EXPECT_EQ(scoring.program.next_change(nullptr, &tally, scoring.around()), now + 2 * micro_per_day); // c, before b's 49 hours
}

} // namespace
} // namespace leadscore
