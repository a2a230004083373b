// Random documents, leads, adjustments and zones: between the moment of scoring and the next change, every moment at which
// anything could happen gives the very same score; and at the next change there mostly is one.
#include "random_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace leadscore {
namespace {

using namespace random_cases;

constexpr int64_t never = INT64_MAX;

class Case {
public:
    explicit Case(Random &random)
        : text(document(random)), rules_(study_support::read(text)), evidence_(evidence_of(rules_)), zone_(zone_of(random)),
          program_(rules_, evidence_, zone_), tally_(tally_of(random, evidence_)), adjustments_(adjustments_of(random)) {
        now = 100 * micro_per_day + below(random, 24) * micro_per_hour + below(random, 3) - 1;
        for (size_t i = 0; i < program_.field_names().size(); ++i) {
            moments_.push_back(now + (below(random, 60) - 30) * micro_per_day / 2 + below(random, 3) - 1);
            values_.push_back(time_of(Value::Type::instant, moments_.back()));
        }
    }
    std::string at(int64_t moment, const std::string *previous = nullptr) {
        const std::string_view view = previous != nullptr ? std::string_view(*previous) : std::string_view();
        const Scored &scored =
            program_.score(values_.data(), &tally_, around(moment), previous != nullptr ? &view : nullptr, &adjustments_);
        stage = scored.stage >= 0 ? rules_.stages[static_cast<size_t>(scored.stage)].name : "";
        return shown(rules_, scored);
    }
    // Without adjustments, which are not for score_again().
    std::string again(int64_t first, int64_t then, const std::string *previous) {
        const std::string_view view = previous != nullptr ? std::string_view(*previous) : std::string_view();
        const std::string_view *before = previous != nullptr ? &view : nullptr;
        program_.score(values_.data(), &tally_, around(first), before);
        return shown(rules_, program_.score_again(values_.data(), &tally_, around(then), before));
    }
    std::string once(int64_t moment, const std::string *previous) {
        const std::string_view view = previous != nullptr ? std::string_view(*previous) : std::string_view();
        return shown(rules_, program_.score(values_.data(), &tally_, around(moment), previous != nullptr ? &view : nullptr));
    }
    int64_t next_change() {
        return program_.next_change(values_.data(), &tally_, around(now), &adjustments_);
    }
    // Every moment up to some hundred days on at which a day, an hour, a condition or an adjustment may begin or end.
    std::vector<int64_t> edges() const {
        std::vector<int64_t> edges;
        for (int hour = 1; hour < 250 * 24; ++hour) {
            const int64_t moment = floor_divide(now, micro_per_hour) * micro_per_hour + hour * micro_per_hour;
            edges.push_back(moment);
            edges.push_back(moment - 1);
            edges.push_back(moment - micro_per_hour / 2); // zones of half hours
        }
        for (int64_t minute = 90 * 1440; minute < 145 * 1440; ++minute) {
            const int64_t moment = minute * 60 * micro_per_second;
            if (zone_.day_of(moment) != zone_.day_of(moment - 1)) {
                edges.insert(edges.end(), {moment - 1, moment});
            }
        }
        for (const Adjustment &adjustment : adjustments_) {
            edges.insert(edges.end(), {adjustment.at - 1, adjustment.at, adjustment.at + 1});
        }
        for (const int64_t moment : moments_) {
            for (int hours = 0; hours <= 25 * 24; ++hours) {
                const int64_t length = hours * micro_per_hour;
                edges.insert(edges.end(), {moment - length - 1, moment - length, moment - length + 1});
                edges.insert(edges.end(), {moment + length - 1, moment + length, moment + length + 1});
            }
        }
        std::sort(edges.begin(), edges.end());
        edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
        return edges;
    }

    const std::string text;
    int64_t now = 0;
    std::string stage;

private:
    Surroundings around(int64_t moment) {
        return {moment, &zone_, nullptr, go_on};
    }
    const Rules rules_;
    const EvidenceSet evidence_;
    const Zone zone_;
    ScoreProgram program_;
    const Tally tally_;
    const Adjustments adjustments_;
    std::vector<int64_t> moments_;
    std::vector<Value> values_;
};

class NextChangeRandom : public testing::TestWithParam<int> {};

TEST_P(NextChangeRandom, IsNeverLateAndSeldomEarly) {
    Random random(static_cast<uint64_t>(GetParam()) * 7919 + 1);
    int changes = 0;
    int idle_looks = 0;
    for (int round = 0; round < 60; ++round) {
        Case lead(random);
        const int64_t next = lead.next_change();
        ASSERT_GT(next, lead.now);
        lead.at(lead.now);
        const std::string stage = lead.stage;
        const std::string *previous = stage.empty() ? nullptr : &stage;
        const std::string same = lead.at(lead.now, previous);
        const std::vector<int64_t> edges = lead.edges();
        for (auto edge = std::upper_bound(edges.begin(), edges.end(), lead.now); edge != edges.end() && *edge < next; ++edge) {
            ASSERT_EQ(lead.at(*edge, previous), same) << lead.text << "\nat " << *edge - lead.now << " of " << next - lead.now;
        }
        if (next == never) {
            for (const int64_t days : {400, 4000, 4000000}) {
                ASSERT_EQ(lead.at(lead.now + days * micro_per_day, previous), same) << lead.text;
            }
            continue;
        }
        ++changes;
        idle_looks += lead.at(next, previous) == same ? 1 : 0;
    }
    EXPECT_GT(changes, 20);
    // Those of a dimension that stays at its cap for long.
    EXPECT_LE(idle_looks * 8, changes) << idle_looks << " of " << changes;
}

TEST_P(NextChangeRandom, AgainIsAsIfItWereTheFirst) {
    Random random(static_cast<uint64_t>(GetParam()) * 104729 + 3);
    int moved = 0;
    for (int round = 0; round < 200; ++round) {
        Case lead(random);
        lead.at(lead.now);
        const std::string stage = lead.stage;
        const std::string *previous = stage.empty() ? nullptr : &stage;
        for (const int hours : {-1, 0, 1, 30, 24 * 40, 24 * 2000}) {
            const int64_t then = lead.now + hours * micro_per_hour;
            const std::string expected = lead.once(then, previous);
            moved += expected != lead.once(lead.now, previous) ? 1 : 0;
            ASSERT_EQ(lead.again(lead.now, then, previous), expected) << lead.text << "\nafter " << hours << " hours";
        }
    }
    EXPECT_GT(moved, 100);
}

INSTANTIATE_TEST_SUITE_P(Seeds, NextChangeRandom, testing::Range(0, 12));

} // namespace
} // namespace leadscore
