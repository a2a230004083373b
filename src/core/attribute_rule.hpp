// One attribute rule made ready: from the attributes of a lead to points.
#pragma once

#include "no_postgres.hpp"
#include "condition_program.hpp"
#include "event_rule.hpp"

namespace leadscore {

class AttributeRule {
public:
    AttributeRule(const Rule &rule, FieldNames &fields, std::vector<std::string> &patterns, const Zone &zone);

    // `values` by field number. `outcome.hits` is 1 if a condition held; `measure` is the number put into bands.
    Outcome outcome(const Value *values, const Surroundings &around) const;

    // As of its condition.
    bool looks_at_clock() const noexcept {
        return condition_ && condition_->looks_at_clock();
    }
    int64_t next_moment(const Value *values, const Surroundings &around, int64_t until) const {
        return condition_ ? condition_->next_moment(values, around, until) : until;
    }

private:
    int64_t points_of(const Value &value) const;
    int64_t points_of_value(const Value &value) const;

    const Rule &rule_;
    std::optional<ConditionProgram> condition_;
    size_t field_ = 0;
};

} // namespace leadscore
