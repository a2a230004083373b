// A condition taken apart: parts that look at one field each and depend on nothing but the place of its value, and the rest.
#pragma once

#include "no_postgres.hpp"
#include "condition_program.hpp"

#include <optional>
#include <vector>

namespace leadscore {

class SplitCondition {
public:
    struct Part {
        size_t field;
        ConditionProgram program;
        std::vector<const Test *> tests; // all of it; they live in the condition
    };

    // The condition must stay where it is. Adds its fields and regular expressions as ConditionProgram does.
    SplitCondition(const Condition &condition, FieldNames &fields, std::vector<std::string> &patterns, const Zone &zone);

    bool holds(const Value *values, const Surroundings &around) const;
    bool rest_holds(const Value *values, const Surroundings &around) const {
        return !rest_ || rest_->holds(values, around);
    }
    bool has_rest() const noexcept {
        return rest_.has_value();
    }
    const std::vector<Part> &parts() const noexcept {
        return parts_;
    }

    // Numbers of the fields it looks at.
    void add_fields_to(std::vector<size_t> &fields) const;

private:
    std::vector<Part> parts_;
    std::optional<ConditionProgram> rest_;
};

} // namespace leadscore
