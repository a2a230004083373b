// Leads as they are read, one by one, put into the columns of a FitTable.
#pragma once

#include "no_postgres.hpp"
#include "fit_table.hpp"
#include "value.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace leadscore {

// A text column with more different values names leads rather than describing them.
constexpr size_t most_collected_levels = 100000;
// A jsonb column with more different members is no set of attributes.
constexpr size_t most_members = 200;

// What is kept depends on the leads only, not on their order.
class FitCollector {
public:
    // `expected`: about how many leads there will be.
    explicit FitCollector(size_t expected) : expected_(expected) {
    }
    // Numbers of fields to add values to. A column that is a candidate's measure takes numbers only.
    size_t column(std::string_view name, int candidate = -1);
    // A member of a column that is opened, by its whole name; no_field if it is not wanted. `odd`: its own key has a dot, so that
    // the name may mean another member, too.
    static constexpr size_t no_field = SIZE_MAX;
    size_t member(size_t column, std::string_view name, bool odd = false);
    // Whether members of the column are wanted.
    bool opens(size_t column) const noexcept {
        return fields_[column].members <= most_members;
    }

    // The values of a lead, at most one of each field; a field without one is missing.
    void begin_lead(bool converted, bool test);
    void add(size_t field, const Value &value);
    void add_number(size_t field, double number);
    // There is an object, whose members are fields of their own.
    void add_object(size_t field);

    size_t leads() const noexcept {
        return table_.converted.size();
    }
    // Hands over everything.
    FitTable finish();

private:
    struct Field {
        std::string name;
        int candidate = -1;
        int column = -1; // of a member: the field that was opened
        size_t members = 0;
        std::vector<double> numbers;
        std::vector<int32_t> codes;
        std::deque<std::string> levels;
        std::unordered_map<std::string_view, int32_t> code_of; // views of `levels`
        size_t number_count = 0;
        size_t text_count = 0;
        size_t boolean_count = 0;
        size_t time_count = 0;
        size_t array_count = 0;
        size_t object_count = 0;
        size_t other_count = 0;
        bool too_many = false; // different values
        bool odd = false;      // another field may be meant by the name
    };
    size_t new_field(std::string_view name);
    void add_level(Field &field, std::string_view text);
    void forget(Field &field);
    void finish_field(Field &field);
    void leave_out(const Field &field, const char *reason, const std::string &detail);

    size_t expected_;
    FitTable table_;
    std::deque<Field> fields_; // a field that moved would leave views of its levels behind
    std::unordered_map<std::string, size_t> by_name_;
};

// The double nearest to a number; what is too large for one is the largest.
double nearest_double(const Number &number);

} // namespace leadscore
