// When time alone next changes a score.
#include "score_program.hpp"

#include <algorithm>

namespace leadscore {

namespace {

constexpr int64_t never = INT64_MAX;
// The server's timestamps end here, in the year 294277.
constexpr int64_t end_of_time = 9223371331200000000;
// A rule that moves under a cap changes nothing: so many such moments are looked at, then the next one is good enough.
constexpr int most_looks = 12;

// Whether both show the same to whoever asks for the score.
bool show_the_same(const Scored &a, const Scored &b) {
    if (a.excluded != b.excluded || a.dimensions != b.dimensions || a.levels != b.levels) {
        return false;
    }
    if (a.excluded) {
        return a.exclusion == b.exclusion;
    }
    return a.score == b.score && a.stage == b.stage && a.probability == b.probability;
}

} // namespace

// By the rules that met cells in the last call, which was of this moment.
int64_t ScoreProgram::next_moment_of_events(const Surroundings &around, int64_t until) {
    const int64_t now[] = {zone_.day_of(around.as_of), floor_divide(around.as_of, micro_per_hour)};
    for (const size_t e : found_) {
        for (const size_t rule : rules_of_evidence_[e]) {
            if (items_[rule].seen != call_) {
                continue; // a rule with two kinds of evidence has been here
            }
            items_[rule].seen = call_ - 1;
            const bool hours = items_[rule].event->hour_ticks();
            const int64_t tick = now[hours ? 1 : 0];
            // The tick behind the one that ends with `until`, before which days only go on.
            const int64_t most_tick =
                until == never ? never : (hours ? floor_divide(until - 1, micro_per_hour) : zone_.day_of(until - 1)) + 1;
            if (most_tick <= tick + 1) {
                continue;
            }
            ask(around.go_on);
            const Cells cells = cells_of(rule);
            const int64_t next = items_[rule].event->next_change(cells.main, cells.divisor, tick, most_tick, hits_);
            if (next == most_tick) {
                continue;
            }
            if (!hours) {
                until = std::min(until, zone_.day_start(next, around.as_of));
            } else if (next <= never / micro_per_hour) {
                until = std::min(until, next * micro_per_hour);
            }
        }
    }
    return until;
}

// The first moment after that of the last call at which time may change anything about a rule, an exclusion or an adjustment.
int64_t ScoreProgram::next_moment(const Given &given) {
    int64_t next = zone_.next_turn_back(given.around.as_of);
    if (given.adjustments != nullptr) {
        const auto later = std::partition_point(given.adjustments->begin(), given.adjustments->end(),
                                                [&](const Adjustment &a) { return a.at <= given.around.as_of; });
        next = later == given.adjustments->end() ? next : std::min(next, later->at);
    }
    if (given.values != nullptr) {
        for (const size_t i : clock_rules_) {
            next = items_[i].attribute->next_moment(given.values, given.around, next);
        }
        for (const size_t e : clock_exclusions_) {
            next = exclusions_[e].next_moment(given.values, given.around, next);
        }
    }
    return next_moment_of_events(given.around, next);
}

const Scored &ScoreProgram::score(const Value *values, const Tally *tally, const Surroundings &around,
                                  const std::string_view *previous, const Adjustments *adjustments, int64_t &next_change) {
    Given given{values, tally, around, previous, adjustments};
    const Scored now = run(given, nullptr);
    // From here on the stage is that of now.
    const std::string_view stage = now.stage >= 0 ? std::string_view(rules_.stages[static_cast<size_t>(now.stage)].name) : "";
    given.previous = now.stage >= 0 ? &stage : nullptr;
    for (int look = 0;; ++look) {
        next_change = next_moment(given);
        if (next_change >= end_of_time) {
            next_change = never;
        }
        if (next_change == never || look == most_looks) {
            break;
        }
        given.around.as_of = next_change;
        if (!show_the_same(now, run(given, nullptr))) {
            break;
        }
    }
    scored_ = now;
    return scored_;
}

int64_t ScoreProgram::next_change(const Value *values, const Tally *tally, const Surroundings &around,
                                  const Adjustments *adjustments) {
    int64_t next = never;
    score(values, tally, around, nullptr, adjustments, next);
    return next;
}

} // namespace leadscore
