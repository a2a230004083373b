// Conditions that look at the moment of scoring: what they say now, and when that may change.
#include "condition_program.hpp"

#include "iso_time.hpp"

#include <algorithm>

namespace leadscore {

namespace {

bool is_clock(Operator op) noexcept {
    return op == Operator::within_last || op == Operator::older_than || op == Operator::within_next;
}

} // namespace

std::optional<int64_t> moment_of(const Value &value, const Zone &zone, bool text_too) {
    switch (value.type) {
    case Value::Type::date:
        return zone.instant_of(value.time * micro_per_day);
    case Value::Type::local_time:
        return zone.instant_of(value.time);
    case Value::Type::instant:
        return value.time;
    case Value::Type::text: {
        int64_t instant = 0;
        if (text_too && parse_iso_time(value.text, zone, instant)) {
            return instant;
        }
        return std::nullopt;
    }
    default:
        return std::nullopt;
    }
}

bool ConditionProgram::clock_holds(const Check &check, const Value &value, const Surroundings &around) {
    const std::optional<int64_t> moment = moment_of(value, *around.zone, true);
    if (!moment) {
        return false;
    }
    const int128 age = static_cast<int128>(around.as_of) - *moment;
    switch (check.op) {
    case Operator::within_last:
        return age >= 0 && age < check.duration;
    case Operator::older_than:
        return age >= check.duration;
    default:
        return age < 0 && -age <= check.duration;
    }
}

// within_last holds for t <= T < t + D, older_than for t + D <= T, within_next for t - D <= T < t: each changes at the very
// moment.
int64_t ConditionProgram::next_moment_of(const Check &check, const Value &value, const Surroundings &around, int64_t until) {
    if (value.type == Value::Type::array) {
        for (uint32_t i = 0; i < value.count; ++i) {
            if (i % 1024 == 1023) {
                ask(around.go_on);
            }
            if (value.elements[i].type != Value::Type::array) { // arrays inside have no value
                until = next_moment_of(check, value.elements[i], around, until);
            }
        }
        return until;
    }
    const std::optional<int64_t> moment = moment_of(value, *around.zone, true);
    if (!moment) {
        return until;
    }
    const int128 other = static_cast<int128>(*moment) + (check.op == Operator::within_next ? -check.duration : check.duration);
    for (const int128 bound : {static_cast<int128>(*moment), other}) {
        if (bound > around.as_of && bound < until) {
            until = static_cast<int64_t>(bound);
        }
    }
    return until;
}

int64_t ConditionProgram::next_moment(const Value *values, const Surroundings &around, int64_t until) const {
    for (const Entry &entry : entries_) {
        for (const Check &check : entry.checks) {
            if (is_clock(check.op)) {
                until = next_moment_of(check, values[entry.field], around, until);
            }
        }
        for (const ConditionProgram &child : entry.children) {
            until = child.next_moment(values, around, until);
        }
    }
    return until;
}

bool ConditionProgram::looks_at_clock() const noexcept {
    return std::any_of(entries_.begin(), entries_.end(), [](const Entry &entry) {
        return std::any_of(entry.checks.begin(), entry.checks.end(), [](const Check &check) { return is_clock(check.op); }) ||
               std::any_of(entry.children.begin(), entry.children.end(),
                           [](const ConditionProgram &child) { return child.looks_at_clock(); });
    });
}

} // namespace leadscore
