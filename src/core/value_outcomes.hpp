// What became of leads, counted by the values of their attributes: in one pass, whatever the values are.
//
// Memory is bounded by the number of fields. Which values are told apart at the end depends on the leads alone, not on their
// order.
#pragma once

#include "no_postgres.hpp"
#include "text_outcomes.hpp"
#include "value.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace leadscore {

// One attribute of one lead. Members of jsonb have a name with a dot, and all those of one column the same group.
struct FieldValue {
    static constexpr int column = -1;

    std::string_view name;
    int group = column;
    bool is_days = false; // a time, as whole days before the moment of the lead
    int64_t days = 0;
    Value value;
};

class ValueOutcomes {
public:
    static constexpr size_t most_members = 500; // of one jsonb column

    // The attributes that are not missing, and all columns in every lead.
    void add_lead(const FieldValue *values, size_t count, bool converted);

    // A JSON array of objects: field, part (band, days, value, element, others, present, missing), value, lowest, leads,
    // conversions, note. The first one, of part "all", counts all leads.
    std::string rows(size_t bands, size_t most_values) const;

private:
    struct Field {
        std::string name;
        int group = FieldValue::column;
        int64_t last_lead = 0;
        OutcomeCount there;
        NumberOutcomes numbers;
        NumberOutcomes days;
        TextOutcomes texts;
        TextOutcomes elements;
        OutcomeCount others; // there, and no rule can tell what
    };
    Field *field_for(const FieldValue &value, size_t place);
    void count(Field &field, const FieldValue &value, bool converted);
    std::vector<const Field *> in_order() const;
    bool is_closed(int group) const noexcept;

    OutcomeCount all_;
    std::deque<Field> fields_;
    std::unordered_map<std::string_view, Field *> by_name_;
    std::vector<Field *> places_;     // where the values of the lead before stood
    std::vector<size_t> group_sizes_; // members by group
};

} // namespace leadscore
