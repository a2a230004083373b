// The placements that hit_ceiling calls best, against a search of all placements and against the engine.
#include "core/hit_ceiling.hpp"
#include "core/decay.hpp"
#include "core/event_rule.hpp"
#include "core/range.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace leadscore {
namespace {

constexpr int64_t exact = 1 << 20;

// Section 4 of the contract, step 2, for hits by age: burst, at_most (periods from the oldest hit on), within, limit.
int128 weigh(const Rule &rule, std::vector<int64_t> hits) {
    const bool hours = rule.hour_ticks();
    for (int64_t &count : hits) {
        count = rule.burst > 0 ? (count >= rule.burst ? 1 : 0) : count;
    }
    if (rule.at_most_hits > 0) {
        int64_t closes_at = INT64_MAX; // the period covers ages above this one
        int64_t left = 0;
        for (int64_t age = static_cast<int64_t>(hits.size()) - 1; age >= 0; --age) {
            int64_t &count = hits[static_cast<size_t>(age)];
            if (count > 0 && age <= closes_at) {
                closes_at = age - rule.at_most_per.ticks(hours);
                left = rule.at_most_hits;
            }
            count = std::min(count, left);
            left -= count;
        }
    }
    int128 total = 0;
    int64_t room = rule.limit > 0 ? rule.limit : INT64_MAX;
    for (int64_t age = 0; age < static_cast<int64_t>(hits.size()); ++age) {
        if (rule.within && age >= rule.within->ticks(hours)) {
            break;
        }
        const int64_t counted = std::min(room, hits[static_cast<size_t>(age)]);
        room -= counted;
        total += static_cast<int128>(counted) * decay_weight(rule.decay, hours, age);
    }
    return total;
}

// The most of all placements of up to `most` hits on each of `ticks` ticks.
int128 search(const Rule &rule, size_t ticks, int64_t most) {
    std::vector<int64_t> hits(ticks);
    int128 best = 0;
    for (;;) {
        best = std::max(best, weigh(rule, hits));
        size_t tick = 0;
        while (tick < ticks && hits[tick] == most) {
            hits[tick++] = 0;
        }
        if (tick == ticks) {
            return best;
        }
        ++hits[tick];
    }
}

Duration days(int64_t count) {
    return Duration{count, DurationUnit::day};
}

// Weights that end within a few days, so that a short string of ticks holds every placement that matters.
std::vector<Rule> short_weights() {
    std::vector<Rule> rules;
    const auto add = [&](int64_t within, Decay::Type type, int64_t length, int64_t lose) {
        Rule rule;
        rule.form = Form::event_points;
        if (within > 0) {
            rule.within = days(within);
        }
        rule.decay.type = type;
        rule.decay.duration = days(length);
        rule.decay.lose = lose;
        rules.push_back(rule);
    };
    for (const int64_t within : {1, 2, 3, 5, 6, 7}) {
        add(within, Decay::Type::none, 1, 0);
    }
    add(0, Decay::Type::linear, 6, 0);
    add(4, Decay::Type::linear, 7, 0);
    add(6, Decay::Type::half_life, 1, 0);
    add(7, Decay::Type::half_life, 9, 0);
    add(0, Decay::Type::every, 2, 400000);
    add(0, Decay::Type::every, 3, 700000);
    return rules;
}

std::string told(const Rule &rule) {
    return write_rule(rule);
}

TEST(HitCeiling, BurstAndRateMatchASearchOfAllPlacements) {
    for (Rule rule : short_weights()) {
        rule.burst = 1;
        for (const int64_t hits : {0, 1, 2, 3, 4}) {
            for (const int64_t per : {1, 2, 3, 4, 5}) {
                for (const int64_t limit : {0, 1, 2, 5}) {
                    rule.at_most_hits = hits;
                    rule.at_most_per = days(per);
                    rule.limit = limit;
                    ASSERT_TRUE(hit_ceiling(rule, true, exact).weight == search(rule, 12, 1)) << told(rule);
                }
            }
        }
    }
}

TEST(HitCeiling, RateMatchesASearchOfAllPlacements) {
    struct Size {
        int64_t hits;
        size_t ticks;
    };
    for (Rule rule : short_weights()) {
        for (const Size size : {Size{1, 12}, Size{2, 9}, Size{3, 8}}) {
            for (const int64_t per : {1, 2, 3}) {
                for (const int64_t limit : {0, 1, 3, 4}) {
                    rule.at_most_hits = size.hits;
                    rule.at_most_per = days(per);
                    rule.limit = limit;
                    const int128 found = search(rule, size.ticks, size.hits);
                    ASSERT_TRUE(hit_ceiling(rule, true, exact).weight == found) << told(rule);
                }
            }
        }
    }
}

TEST(HitCeiling, NoLimitIsInfinite) {
    Rule rule;
    rule.form = Form::event_points;
    EXPECT_TRUE(hit_ceiling(rule, true, exact).infinite);
    rule.within = days(1);
    EXPECT_TRUE(hit_ceiling(rule, true, exact).infinite);
    rule.burst = 1;
    EXPECT_FALSE(hit_ceiling(rule, true, exact).infinite);
    rule.within.reset();
    EXPECT_TRUE(hit_ceiling(rule, true, exact).infinite);
    rule.limit = 7;
    EXPECT_TRUE(hit_ceiling(rule, true, exact).weight == 7 * whole_weight);
}

// A coarse table may be above the exact sum, never below, and close to it.
TEST(HitCeiling, CoarseSumsAreUpperEstimates) {
    for (const Decay::Type type : {Decay::Type::half_life, Decay::Type::linear, Decay::Type::every}) {
        for (const int64_t hits : {0, 1, 3}) {
            for (const bool burst : {false, true}) {
                for (const int64_t per : {1, 7, 400}) {
                    Rule rule;
                    rule.form = Form::event_points;
                    rule.decay.type = type;
                    rule.decay.duration = days(100);
                    rule.decay.lose = 30000;
                    rule.at_most_hits = hits;
                    rule.at_most_per = days(per);
                    rule.burst = burst ? 1 : 0;
                    if (!burst && hits == 0) {
                        continue;
                    }
                    const int128 fine = hit_ceiling(rule, true, exact).weight;
                    const int128 coarse = hit_ceiling(rule, true, 300).weight;
                    EXPECT_TRUE(fine <= coarse) << told(rule);
                    EXPECT_TRUE(type == Decay::Type::every && !burst ? fine == coarse : true) << told(rule);
                    if (!(burst && hits > 1 && per == 400)) { // where the estimate forgets one of the two limits
                        EXPECT_TRUE(coarse <= fine + fine / 5) << told(rule);
                    }
                }
            }
        }
    }
}

TEST(HitCeiling, LongestWindowsAreQuick) {
    Rule rule;
    rule.form = Form::event_points;
    rule.decay.type = Decay::Type::every;
    rule.decay.duration = Duration{1000000, DurationUnit::day};
    rule.decay.lose = 1;
    rule.burst = 1;
    rule.at_most_hits = 1000;
    rule.at_most_per = Duration{24000, DurationUnit::hour};
    EXPECT_FALSE(hit_ceiling(rule, true, 1 << 14).infinite);
    rule.burst = 0;
    rule.at_most_hits = most_count;
    EXPECT_FALSE(hit_ceiling(rule, true, 1 << 14).infinite);
    rule.limit = most_count;
    EXPECT_TRUE(hit_ceiling(rule, true, 1 << 14).weight == static_cast<int128>(most_count) * whole_weight);
}

// Whatever hits the engine is given, its points lie in the range.
TEST(HitCeiling, TheEngineStaysInside) {
    std::mt19937 random(7);
    const auto pick = [&](uint32_t below) { return static_cast<int64_t>(random() % below); };
    for (int round = 0; round < 4000; ++round) {
        std::vector<Rule> rules = short_weights();
        Rule rule = rules[static_cast<size_t>(pick(static_cast<uint32_t>(rules.size())))];
        rule.on.every = true;
        rule.burst = pick(3);
        rule.at_most_hits = pick(4);
        rule.at_most_per = days(1 + pick(5));
        rule.limit = pick(5);
        rule.points = (pick(21) - 10) * 370000;
        if (pick(3) == 0) {
            rule.form = Form::event_bands;
            rule.decay = Decay();
            rule.bands = {{int128{pick(3)} * 500000, pick(9) - 4}, {int128{2} * micro_per_unit, pick(9) - 4}};
        }
        const Range range = rule_range(rule, exact).after;
        std::vector<CountCell> cells;
        for (int64_t tick = 0; tick < 14; ++tick) {
            if (const int64_t count = pick(5); count > 0) {
                cells.push_back({0, tick, count});
            }
        }
        CellRange hits;
        hits.counts = cells.data();
        hits.count_size = cells.size();
        const EventRule engine(rule, std::make_shared<AgeWeights>(rule.decay, rule.hour_ticks(), 4096));
        std::vector<TickHits> scratch;
        for (int64_t now = 0; now < 24; ++now) {
            const Bound points = finite(engine.outcome(hits, CellRange(), now, scratch).points);
            ASSERT_FALSE(points < range.least || range.most < points) << told(rule) << " at " << now;
        }
    }
}

} // namespace
} // namespace leadscore
