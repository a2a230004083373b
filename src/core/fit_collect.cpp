// Leads as they are read, put into the columns of a FitTable.
#include "fit_collect.hpp"

#include "fit_bins.hpp"
#include "hash.hpp"

#include <algorithm>
#include <charconv>
#include <cfloat>
#include <cmath>

namespace leadscore {
namespace {

// Texts that are too long to stand in a rule are told apart, but stay too long.
std::string shortened(std::string_view text) {
    const uint64_t hash = XXH3_64bits(text.data(), text.size());
    return std::string(text.substr(0, most_level_bytes)) + "#" + std::to_string(hash);
}

// Conditions of rules take some names for something else, and none may be as long as a key of jsonb.
bool can_be_tested(const std::string &name) {
    return name != "all" && name != "any" && name != "not" && name.size() <= most_name_bytes;
}

template <typename T> void put(std::vector<T> &values, size_t lead, T missing, T value, size_t expected) {
    if (values.capacity() == 0) {
        values.reserve(std::max(expected, lead + 1));
    }
    values.resize(std::max(values.size(), lead), missing);
    values.resize(lead + 1);
    values[lead] = value;
}

// Frees, too.
template <typename T> void drop(T &values) {
    T().swap(values);
}

} // namespace

double nearest_double(const Number &number) {
    constexpr int64_t exact = static_cast<int64_t>(1) << 53;
    static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                        1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
    if (number.small && number.mantissa >= -exact && number.mantissa <= exact) {
        // Both exact, so that the quotient is the nearest.
        return static_cast<double>(number.mantissa) / powers[number.scale];
    }
    const std::string text = number_text(number);
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc::result_out_of_range) {
        const bool large = number.small || number.exponent > 0;
        return large ? (number.negative ? -DBL_MAX : DBL_MAX) : 0;
    }
    return value;
}

size_t FitCollector::new_field(std::string_view name) {
    fields_.emplace_back();
    fields_.back().name = name;
    return fields_.size() - 1;
}

size_t FitCollector::column(std::string_view name, int candidate) {
    const size_t field = new_field(name);
    fields_[field].candidate = candidate;
    by_name_.emplace(name, field);
    return field;
}

void FitCollector::forget(Field &field) {
    drop(field.numbers);
    drop(field.codes);
    drop(field.code_of);
    drop(field.levels);
}

size_t FitCollector::member(size_t column, std::string_view name, bool odd) {
    if (!opens(column)) {
        return no_field;
    }
    const auto [place, fresh] = by_name_.try_emplace(std::string(name), fields_.size());
    if (fresh) {
        fields_[new_field(name)].column = static_cast<int>(column);
        if (++fields_[column].members > most_members) {
            for (Field &field : fields_) {
                if (field.column == static_cast<int>(column)) {
                    forget(field);
                }
            }
            return no_field;
        }
    }
    Field &field = fields_[place->second];
    if (field.column < 0) {
        return no_field; // a column of that name is what rules mean
    }
    field.odd = field.odd || odd || field.column != static_cast<int>(column);
    return place->second;
}

void FitCollector::begin_lead(bool converted, bool test) {
    if (table_.converted.capacity() == 0) {
        table_.converted.reserve(expected_);
        table_.test.reserve(expected_);
    }
    table_.converted.push_back(converted ? 1 : 0);
    table_.test.push_back(test ? 1 : 0);
}

void FitCollector::add_number(size_t number, double value) {
    Field &field = fields_[number];
    ++field.number_count;
    put(field.numbers, leads() - 1, static_cast<double>(NAN), value, expected_);
}

void FitCollector::add_object(size_t number) {
    ++fields_[number].object_count;
}

void FitCollector::add_level(Field &field, std::string_view text) {
    if (field.too_many) {
        return;
    }
    std::string longer;
    if (text.size() > most_level_bytes) {
        longer = shortened(text);
        text = longer;
    }
    auto place = field.code_of.find(text);
    if (place == field.code_of.end()) {
        if (field.levels.size() == most_collected_levels) {
            field.too_many = true;
            drop(field.code_of);
            drop(field.levels);
            drop(field.codes);
            return;
        }
        field.levels.emplace_back(text);
        place = field.code_of.emplace(field.levels.back(), static_cast<int32_t>(field.levels.size() - 1)).first;
    }
    put(field.codes, leads() - 1, -1, place->second, expected_);
}

void FitCollector::add(size_t number, const Value &value) {
    Field &field = fields_[number];
    switch (value.type) {
    case Value::Type::missing:
    case Value::Type::null:
        return;
    case Value::Type::number:
        add_number(number, nearest_double(value.number));
        return;
    case Value::Type::text:
        ++field.text_count;
        add_level(field, value.text);
        return;
    case Value::Type::boolean:
        ++field.boolean_count;
        add_level(field, value.boolean ? "true" : "false");
        return;
    case Value::Type::date:
    case Value::Type::local_time:
    case Value::Type::instant:
        ++field.time_count;
        return;
    case Value::Type::array:
        ++field.array_count;
        return;
    case Value::Type::other:
        ++field.other_count;
        return;
    }
}

void FitCollector::leave_out(const Field &field, const char *reason, const std::string &detail) {
    table_.left_out.push_back({field.name, reason, detail});
}

// Whatever does not stand in the column as a number or level must be what scoring takes for missing: so the mixtures for which
// that does not hold are left out.
void FitCollector::finish_field(Field &field) {
    const size_t levels = field.text_count + field.boolean_count;
    const size_t numbers = field.number_count;
    if (field.members > most_members) {
        leave_out(field, "members", "it has more than " + std::to_string(most_members) + " different members");
        return;
    }
    if (field.odd || !can_be_tested(field.name)) {
        leave_out(field, "name", field.odd ? "two members may be meant by this name" : "rules cannot test a field of this name");
        return;
    }
    if (field.array_count > 0) {
        leave_out(field, "list", "lists are not learned from; conditions of rules may look into them");
        return;
    }
    if (field.time_count > 0) {
        leave_out(field, "moment", "moments are not learned from; conditions of rules may look at them");
        return;
    }
    if (numbers + levels == 0) {
        if (field.other_count > 0) {
            leave_out(field, "type", "values of its type are not learned from");
        } else if (field.object_count == 0 && field.column < 0) {
            leave_out(field, "missing", "no lead has a value");
        }
        return;
    }
    FitColumn column;
    column.field = field.name;
    column.candidate = field.candidate;
    if (numbers >= levels) {
        column.numbers = std::move(field.numbers);
        column.numbers.resize(leads(), NAN);
        table_.columns.push_back(std::move(column));
        return;
    }
    if (numbers + field.object_count + field.other_count > 0) {
        leave_out(field, "mixed", "it holds texts in some leads and something else in others");
        return;
    }
    if (field.too_many) {
        leave_out(field, "identifier",
                  "more than " + std::to_string(most_collected_levels) + " different values: it names leads rather than describing them");
        return;
    }
    column.type = FitColumn::Type::level;
    column.only_texts = field.boolean_count == 0;
    column.levels.assign(field.levels.begin(), field.levels.end());
    column.codes = std::move(field.codes);
    column.codes.resize(leads(), -1);
    if (field.text_count == 0) {
        column.type = FitColumn::Type::boolean;
        const bool true_first = column.levels[0] == "true";
        column.levels = {"false", "true"};
        for (int32_t &code : column.codes) {
            code = code < 0 || !true_first ? code : 1 - code;
        }
    }
    table_.columns.push_back(std::move(column));
}

FitTable FitCollector::finish() {
    for (Field &field : fields_) {
        if (field.column < 0 || opens(static_cast<size_t>(field.column))) {
            finish_field(field);
        }
        forget(field);
    }
    // Members stand in the order in which they were met.
    std::sort(table_.columns.begin(), table_.columns.end(), [](const FitColumn &a, const FitColumn &b) { return a.field < b.field; });
    std::sort(table_.left_out.begin(), table_.left_out.end(), [](const FitLeftOut &a, const FitLeftOut &b) { return a.field < b.field; });
    return std::move(table_);
}

} // namespace leadscore
