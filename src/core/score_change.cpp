// When time alone next changes a score.
#include "score_program.hpp"

#include <algorithm>

namespace leadscore {

namespace {

constexpr int64_t never = INT64_MAX;
// A rule that moves under a cap changes nothing: so many such moments are looked at, then the next one is good enough.
constexpr int most_looks = 12;

} // namespace

bool show_the_same(const Scored &a, const Scored &b) {
    if (a.excluded != b.excluded || a.dimensions != b.dimensions || a.levels != b.levels) {
        return false;
    }
    if (a.excluded) {
        return a.exclusion == b.exclusion;
    }
    return a.score == b.score && a.stage == b.stage && a.probability == b.probability;
}

int64_t ScoreProgram::moment_of(int64_t tick, bool hours, int64_t after) const {
    if (!hours) {
        return zone_.day_start(tick, after);
    }
    return tick <= never / micro_per_hour ? tick * micro_per_hour : never;
}

// Before this tick the points of the rule stay as they are, looking no further than the moment `until`.
int64_t ScoreProgram::next_tick(size_t rule, int64_t tick, int64_t until, const Surroundings &around) {
    const EventRule &event = *items_[rule].event;
    // The tick behind the one that ends with `until`, before which days only go on.
    const int64_t most_tick =
        until == never ? never
                       : (event.hour_ticks() ? floor_divide(until - 1, micro_per_hour) : zone_.day_of(until - 1)) + 1;
    const Cells cells = cells_of(rule);
    if (most_tick <= tick + 1) {
        return event.rests(cells.main, cells.divisor, tick) ? never : tick + 1;
    }
    ask(around.go_on);
    const int64_t next = event.next_change(cells.main, cells.divisor, tick, most_tick, hits_);
    return next == most_tick && event.rests(cells.main, cells.divisor, tick) ? never : next;
}

// By the rules that were counted in the last call, which was of this moment. They are added to `known`, if that is not null; else
// those that cannot change sooner than one before them are not looked at.
int64_t ScoreProgram::next_moment_of_events(const Surroundings &around, int64_t until, KnownPoints *known) {
    const int64_t now[] = {zone_.day_of(around.as_of), floor_divide(around.as_of, micro_per_hour)};
    const int64_t soonest[] = {moment_of(now[0] + 1, false, around.as_of), moment_of(now[1] + 1, true, around.as_of)};
    first_to_move_.reset();
    for (const size_t e : found_) {
        for (const size_t rule : rules_of_evidence_[e]) {
            Item &item = items_[rule];
            if (item.seen != call_) {
                continue; // not counted; or a rule with two kinds of evidence has been here
            }
            item.seen = call_ - 1;
            const bool hours = item.event->hour_ticks();
            if (known == nullptr && until <= soonest[hours ? 1 : 0]) {
                continue;
            }
            const int64_t next = next_tick(rule, now[hours ? 1 : 0], until, around);
            if (known != nullptr && (next != never || points_[rule] != item.without_input.points)) {
                known->rules.push_back({static_cast<uint32_t>(rule), points_[rule], hours, next});
            }
            if (next == never) {
                continue;
            }
            if (const int64_t moment = moment_of(next, hours, around.as_of); moment < until) {
                until = moment;
                first_to_move_ = {rule, next};
            }
        }
    }
    return until;
}

// Whether that rule's points then move its dimension: neither its group nor the dimension holds them. So cheap that it is asked
// before all is scored once more; that others move against it by just as much is not looked at.
bool ScoreProgram::does_first_move_show() {
    if (!first_to_move_) {
        return false;
    }
    const auto [rule, tick] = *first_to_move_;
    const Item &item = items_[rule];
    const Cells cells = cells_of(rule);
    const int128 moved = item.event->points(cells.main, cells.divisor, tick, hits_) - points_[rule];
    const auto passes = [moved](int128 sum, const auto &limits) {
        const auto is_free = [&limits](int128 points) { return clamped(points, limits.min, limits.max) == points; };
        return is_free(sum) && is_free(sum + moved);
    };
    if (item.group >= 0) {
        const auto group = static_cast<size_t>(item.group);
        if (rules_.groups[group].take != Group::Take::sum || !passes(totals_.groups[group], rules_.groups[group])) {
            return false;
        }
    }
    return moved != 0 && passes(totals_.dimensions[item.dimension], rules_.dimensions[item.dimension]);
}

// The first moment after that of the last call at which time may change anything about an attribute, an exclusion or an adjustment.
int64_t ScoreProgram::next_moment_of_clock(const Given &given) {
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
    return next;
}

int64_t ScoreProgram::next_moment(const Given &given, KnownPoints *known) {
    return next_moment_of_events(given.around, next_moment_of_clock(given), known);
}

const Scored &ScoreProgram::score_ahead(Given given, int64_t &next_change, KnownPoints *known) {
    const Scored now = run(given, nullptr);
    if (known != nullptr) {
        *known = {};
        known->day = zone_.day_of(given.around.as_of);
        known->hour = floor_divide(given.around.as_of, micro_per_hour);
        known->restarts = restarts_now();
    }
    // From here on the stage is that of now.
    const std::string_view stage = now.stage >= 0 ? std::string_view(rules_.stages[static_cast<size_t>(now.stage)].name) : "";
    given.previous = now.stage >= 0 ? &stage : nullptr;
    for (int look = 0;; ++look) {
        next_change = next_moment(given, look == 0 ? known : nullptr);
        if (next_change >= end_of_time) {
            next_change = never;
        }
        if (next_change == never || look == most_looks || does_first_move_show()) {
            break;
        }
        given.around.as_of = next_change;
        given.same_attributes = true;
        if (!show_the_same(now, run(given, nullptr))) {
            break;
        }
    }
    if (known != nullptr) {
        std::sort(known->rules.begin(), known->rules.end(), [](const auto &a, const auto &b) { return a.rule < b.rule; });
    }
    scored_ = now;
    return scored_;
}

const Scored &ScoreProgram::score(const Value *values, const Tally *tally, const Surroundings &around,
                                  const std::string_view *previous, const Adjustments *adjustments, int64_t &next_change) {
    return score_ahead({values, tally, around, previous, adjustments}, next_change, nullptr);
}

const Scored &ScoreProgram::score(const Value *values, const Tally *tally, const Surroundings &around,
                                  const std::string_view *previous, const Adjustments *adjustments, int64_t &next_change,
                                  KnownPoints &known) {
    return score_ahead({values, tally, around, previous, adjustments}, next_change, &known);
}

int64_t ScoreProgram::next_change(const Value *values, const Tally *tally, const Surroundings &around,
                                  const Adjustments *adjustments) {
    int64_t next = never;
    score(values, tally, around, nullptr, adjustments, next);
    return next;
}

} // namespace leadscore
