// A score that goes on from what was known of the lead: only rules whose evidence changed, or whose time has come, are counted.
#include "score_program.hpp"

#include "problem.hpp"

#include <algorithm>

namespace leadscore {

namespace {

constexpr int64_t never = INT64_MAX;

} // namespace

std::vector<KnownRestart> ScoreProgram::restarts_now() const {
    std::vector<KnownRestart> list;
    for (size_t d = 0; d < restarts_.size(); ++d) {
        if (restarts_[d].is_set) {
            list.push_back({static_cast<uint32_t>(d), restarts_[d].day, restarts_[d].hour});
        }
    }
    return list;
}

bool ScoreProgram::find_anew(const KnownPoints &known, const std::vector<uint32_t> &changed, const Surroundings &around,
                             const Adjustments *adjustments, Anew &anew) {
    const int64_t now[] = {zone_.day_of(around.as_of), floor_divide(around.as_of, micro_per_hour)};
    if (now[0] < known.day || now[1] < known.hour) {
        return false;
    }
    totals_ = without_events_;
    adjust({nullptr, nullptr, around, nullptr, adjustments}, nullptr);
    if (restarts_now() != known.restarts) {
        return false;
    }
    ++call_;
    anew = {};
    const auto add_rule = [&](size_t rule) {
        if (items_[rule].seen != call_) {
            items_[rule].seen = call_;
            anew.rules.push_back(static_cast<uint32_t>(rule));
            anew.evidence.push_back(static_cast<uint32_t>(evidence_.uses[rule].main));
            if (evidence_.uses[rule].divisor >= 0) {
                anew.evidence.push_back(static_cast<uint32_t>(evidence_.uses[rule].divisor));
            }
        }
    };
    for (const uint32_t e : changed) {
        for (const size_t rule : rules_of_evidence_[e]) {
            add_rule(rule);
        }
    }
    for (const KnownRule &rule : known.rules) {
        if (rule.rule >= items_.size() || !items_[rule.rule].event ||
            (rule.next != never && items_[rule.rule].event->hour_ticks() != rule.hours)) {
            throw Problem(Trouble::bytes, "", "invalid points: a rule counts no events");
        }
        if (rule.next <= now[rule.hours ? 1 : 0]) {
            add_rule(rule.rule);
        }
    }
    std::sort(anew.rules.begin(), anew.rules.end());
    std::sort(anew.evidence.begin(), anew.evidence.end());
    anew.evidence.erase(std::unique(anew.evidence.begin(), anew.evidence.end()), anew.evidence.end());
    return true;
}

int64_t ScoreProgram::first_tick_with_points(uint32_t evidence, const Surroundings &around) const {
    int64_t end = 0;
    for (const size_t rule : rules_of_evidence_[evidence]) {
        const int64_t points_end = items_[rule].event->points_end();
        if (points_end < 0) {
            return least_tick;
        }
        end = std::max(end, points_end);
    }
    const bool hours = evidence_.items[evidence].hour_ticks;
    const int64_t now = hours ? floor_divide(around.as_of, micro_per_hour) : zone_.day_of(around.as_of);
    return now - end + 1;
}

void ScoreProgram::carry_over(const KnownPoints &known, const Anew &anew) {
    auto next = anew.rules.begin();
    for (const KnownRule &rule : known.rules) {
        while (next != anew.rules.end() && *next < rule.rule) {
            ++next;
        }
        if (next != anew.rules.end() && *next == rule.rule) {
            continue;
        }
        carried_.push_back(rule.rule);
        add(totals_, items_[rule.rule], rule.points - points_[rule.rule], 1);
        points_[rule.rule] = rule.points;
    }
}

const Scored &ScoreProgram::score_onward(const Value *values, const Tally &part, const Surroundings &around,
                                         const std::string_view *previous, const Adjustments *adjustments, const Anew &anew,
                                         KnownPoints &known, int64_t &next_change) {
    const Given given{values, &part, around, previous, adjustments, &known, &anew};
    const Scored now = run(given, nullptr);
    KnownPoints fresh;
    fresh.day = zone_.day_of(around.as_of);
    fresh.hour = floor_divide(around.as_of, micro_per_hour);
    fresh.restarts = known.restarts;
    // Among those that go on as they were, the first that will change; the others are then asked up to that moment only.
    int64_t next[] = {never, never};
    for (const KnownRule &rule : known.rules) {
        if (!std::binary_search(anew.rules.begin(), anew.rules.end(), rule.rule)) {
            fresh.rules.push_back(rule);
            next[rule.hours ? 1 : 0] = std::min(next[rule.hours ? 1 : 0], rule.next);
        }
    }
    int64_t until = next_moment_of_clock(given);
    for (const bool hours : {false, true}) {
        if (next[hours ? 1 : 0] != never) {
            until = std::min(until, moment_of(next[hours ? 1 : 0], hours, around.as_of));
        }
    }
    const size_t carried = fresh.rules.size();
    next_change = next_moment_of_events(around, until, &fresh);
    if (next_change >= end_of_time) {
        next_change = never;
    }
    const auto lower = [](const KnownRule &a, const KnownRule &b) { return a.rule < b.rule; };
    const auto middle = fresh.rules.begin() + static_cast<std::ptrdiff_t>(carried);
    std::sort(middle, fresh.rules.end(), lower);
    std::inplace_merge(fresh.rules.begin(), middle, fresh.rules.end(), lower);
    fresh.sections = std::move(known.sections);
    known = std::move(fresh);
    scored_ = now;
    return scored_;
}

// `next` if the points do not change before it, else when they do.
int64_t ScoreProgram::correct_next(size_t rule, int64_t tick, int64_t next) {
    const EventRule &event = *items_[rule].event;
    const Cells cells = cells_of(rule);
    if (event.rests(cells.main, cells.divisor, tick)) {
        return never;
    }
    const auto points_at = [&](int64_t at) { return event.points(cells.main, cells.divisor, at, hits_); };
    if (next > tick && next != never && points_at(next - 1) == points_[rule]) {
        return next;
    }
    return event.next_change(cells.main, cells.divisor, tick, never, hits_);
}

void ScoreProgram::correct(KnownPoints &known, const Tally &tally, const Surroundings &around, const Adjustments *adjustments) {
    run({nullptr, &tally, around, nullptr, adjustments}, nullptr);
    known.day = zone_.day_of(around.as_of);
    known.hour = floor_divide(around.as_of, micro_per_hour);
    known.restarts = restarts_now();
    const std::vector<KnownRule> given = std::move(known.rules);
    known.rules.clear();
    auto next_given = given.begin();
    for (size_t rule = 0; rule < items_.size(); ++rule) {
        while (next_given != given.end() && next_given->rule < rule) {
            ++next_given;
        }
        if (items_[rule].seen != call_) {
            continue; // it has no evidence
        }
        const bool hours = items_[rule].event->hour_ticks();
        const bool listed = next_given != given.end() && next_given->rule == rule;
        const int64_t next = correct_next(rule, known.tick(hours), listed ? next_given->next : never);
        if (next != never || points_[rule] != items_[rule].without_input.points) {
            known.rules.push_back({static_cast<uint32_t>(rule), points_[rule], hours, next});
        }
    }
}

} // namespace leadscore
