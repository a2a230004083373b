// Random leads over time: events come and go, the clock moves on, adjustments begin. A score that goes on from what was known
// must be the very same as one from all evidence, and what is known must hold for as long as it says.
#include "core/packed_tally.hpp"
#include "random_cases.hpp"

#include <gtest/gtest.h>

#include <set>

namespace leadscore {
namespace {

using namespace random_cases;

constexpr int64_t never = INT64_MAX;

// One amount put on some cell, which may be there already, or take it away.
Tally some_change(Random &random, const EvidenceSet &set, const Tally &total) {
    Tally change = tally_support::empty_tally(set.ids);
    const auto e = static_cast<uint32_t>(below(random, static_cast<int>(set.ids.size())));
    const auto place = [&](const auto &cells) { return below(random, static_cast<int>(cells.size())); };
    const int64_t day = 100 - below(random, 30) + (chance(random, 10) ? below(random, 60) : 0);
    const int64_t tick = set.items[e].hour_ticks ? day * 24 + below(random, 24) : day;
    const bool removes = chance(random, 35);
    switch (set.items[e].kept) {
    case Kept::count:
        if (removes && !total.counts.empty()) {
            change.counts.push_back(total.counts[static_cast<size_t>(place(total.counts))]);
            change.counts.back().count *= -1;
        } else {
            change.counts.push_back({e, tick, 1 + below(random, 3)});
        }
        break;
    case Kept::sum:
        if (removes && !total.sums.empty()) {
            change.sums.push_back(total.sums[static_cast<size_t>(place(total.sums))]);
            change.sums.back().sum *= -1;
        } else {
            change.sums.push_back({e, tick, (1 + below(random, 9)) * micro_per_unit});
        }
        break;
    default:
        if (removes && !total.values.empty()) {
            change.values.push_back(total.values[static_cast<size_t>(place(total.values))]);
            change.values.back().count *= -1;
        } else {
            change.values.push_back({e, value_key(ValueType::text, "b"), tick, 1});
        }
    }
    return change;
}

class Lead {
public:
    explicit Lead(Random &random)
        : random_(random), text(document(random)), rules_(study_support::read(text)), evidence_(evidence_of(rules_)),
          zone_(zone_of(random)), whole_(rules_, evidence_, zone_), onward_(rules_, evidence_, zone_),
          total_(tally_of(random, evidence_)), adjustments_(adjustments_of(random)) {
        now = 100 * micro_per_day + below(random, 24) * micro_per_hour + below(random, 3) - 1;
        for (size_t i = 0; i < whole_.field_names().size(); ++i) {
            values_.push_back(time_of(Value::Type::instant, now + (below(random, 60) - 30) * micro_per_day / 2));
        }
    }
    bool has_events() const {
        return !evidence_.ids.empty();
    }
    void start() {
        next_change = 0;
        result = shown(rules_, onward_.score(values_.data(), &total_, around(now), nullptr, &adjustments_, next_change, known_));
    }
    // What a write does: false if nothing could be gone on from.
    bool change(const Tally &difference) {
        std::vector<uint32_t> changed;
        const auto add = [&](const auto &cells) {
            for (const auto &cell : cells) {
                changed.push_back(cell.evidence);
            }
        };
        add(difference.counts);
        add(difference.sums);
        add(difference.values);
        total_ = add_tallies(total_, difference, 1);
        through_bytes();
        ScoreProgram::Anew anew;
        if (!onward_.find_anew(known_, changed, around(now), &adjustments_, anew)) {
            start();
            return false;
        }
        Tally part = tally_support::empty_tally(evidence_.ids);
        const auto pick = [&](const auto &from, auto &to) {
            for (const auto &cell : from) {
                if (std::binary_search(anew.evidence.begin(), anew.evidence.end(), cell.evidence) &&
                    (evidence_.items[cell.evidence].kept == Kept::distinct ||
                     cell.tick >= onward_.first_tick_with_points(cell.evidence, around(now)))) {
                    to.push_back(cell);
                }
            }
        };
        pick(total_.counts, part.counts);
        pick(total_.sums, part.sums);
        pick(total_.values, part.values);
        counted += anew.rules.size();
        result = shown(
            rules_, onward_.score_onward(values_.data(), part, around(now), nullptr, &adjustments_, anew, known_, next_change));
        return true;
    }
    // By all evidence.
    std::string at(int64_t moment) {
        return shown(rules_, whole_.score(values_.data(), &total_, around(moment), nullptr, &adjustments_));
    }
    // Each rule gives what is known of it, at this moment, unless something starts its dimension again before.
    void expect_known(int64_t moment) {
        for (const Adjustment &adjustment : adjustments_) {
            if (adjustment.set && adjustment.at > now && adjustment.at <= moment) {
                return;
            }
        }
        if (zone_.day_of(moment) < known_.day) {
            return; // clocks went back over midnight
        }
        Workings workings;
        whole_.score(values_.data(), &total_, around(moment), nullptr, workings, &adjustments_);
        Workings nothing;
        const std::vector<int64_t> ticks{zone_.day_of(moment), floor_divide(moment, micro_per_hour)};
        ScoreProgram empty(rules_, evidence_, zone_);
        empty.score(values_.data(), nullptr, around(moment), nullptr, nothing);
        for (size_t r = 0; r < rules_.rules.size(); ++r) {
            if (!rules_.rules[r].on_events()) {
                continue;
            }
            const auto known =
                std::find_if(known_.rules.begin(), known_.rules.end(), [r](const KnownRule &k) { return k.rule == r; });
            if (known == known_.rules.end()) {
                ASSERT_EQ(micro_text(workings.rules[r]->points), micro_text(nothing.rules[r]->points)) << text << " rule " << r;
            } else if (known->next > ticks[known->hours ? 1 : 0]) {
                ASSERT_EQ(micro_text(workings.rules[r]->points), micro_text(known->points)) << text << " rule " << r;
            }
        }
    }
    Tally difference() {
        Tally change = some_change(random_, evidence_, total_);
        return chance(random_, 25) ? add_tallies(change, some_change(random_, evidence_, total_), 1) : change;
    }

    Random &random_;
    const std::string text;
    int64_t now = 0;
    int64_t next_change = 0;
    std::string result;
    size_t counted = 0;

private:
    void through_bytes() {
        const std::string bytes = write_known_points(known_);
        read_known_points(bytes, known_);
        ASSERT_EQ(write_known_points(known_), bytes);
    }
    Surroundings around(int64_t moment) {
        return {moment, &zone_, nullptr, go_on};
    }
    const Rules rules_;
    const EvidenceSet evidence_;
    const Zone zone_;
    ScoreProgram whole_;
    ScoreProgram onward_;
    Tally total_;
    const Adjustments adjustments_;
    std::vector<Value> values_;
    KnownPoints known_;
};

class OnwardRandom : public testing::TestWithParam<int> {};

TEST_P(OnwardRandom, GivesWhatAllEvidenceGives) {
    Random random(static_cast<uint64_t>(GetParam()) * 104729 + 3);
    int went_on = 0;
    for (int round = 0; round < 150; ++round) {
        Lead lead(random);
        if (!lead.has_events()) {
            continue;
        }
        lead.start();
        ASSERT_EQ(lead.result, lead.at(lead.now)) << lead.text;
        for (int step = 0; step < 12; ++step) {
            if (chance(random, 40)) {
                lead.now +=
                    chance(random, 50) ? below(random, 300) * 60 * micro_per_second : below(random, 4 * 24) * micro_per_hour;
            } else if (chance(random, 4)) {
                lead.now -= micro_per_hour * below(random, 30);
            }
            went_on += lead.change(lead.difference()) ? 1 : 0;
            ASSERT_EQ(lead.result, lead.at(lead.now)) << lead.text << "\nstep " << step;
            ASSERT_GT(lead.next_change, lead.now);
            lead.expect_known(lead.now);
            // Nothing changes before it is said to; rules do not either.
            for (int look = 0; look < 6; ++look) {
                const int64_t later = look == 0 && lead.next_change != never ? lead.next_change - 1
                                                                             : lead.now + below(random, 40 * 24) * micro_per_hour;
                if (later < lead.next_change) {
                    ASSERT_EQ(lead.at(later), lead.result)
                        << lead.text << "\nat " << later - lead.now << " of " << lead.next_change - lead.now;
                }
                lead.expect_known(later);
            }
            ASSERT_FALSE(HasFatalFailure());
        }
    }
    EXPECT_GT(went_on, 300);
}

INSTANTIATE_TEST_SUITE_P(Seeds, OnwardRandom, testing::Range(0, 12));

} // namespace
} // namespace leadscore
