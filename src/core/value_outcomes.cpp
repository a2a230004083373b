// What became of leads, counted by the values of their attributes.
#include "value_outcomes.hpp"

#include "json_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace leadscore {

namespace {

// The nearest double; not finite if there is none.
double nearest(const Number &number) {
    static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    constexpr int64_t exact = int64_t{1} << 53;
    if (number.small && number.mantissa <= exact && number.mantissa >= -exact && number.scale <= 22) {
        return static_cast<double>(number.mantissa) / powers[number.scale];
    }
    const std::string text = number_text(number);
    double result = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), result);
    return read.ec == std::errc() ? result : HUGE_VAL;
}

std::string shortest(double number) {
    char buffer[64];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, number + 0.0).ptr};
}

// What a rule would look for, as text; false if no rule can.
bool as_text(const Value &value, std::string &text) {
    switch (value.type) {
    case Value::Type::text:
        text.assign(value.text);
        return true;
    case Value::Type::boolean:
        text = value.boolean ? "true" : "false";
        return true;
    case Value::Type::number:
        text = number_text(value.number);
        return true;
    default:
        return false;
    }
}

class RowWriter {
public:
    explicit RowWriter(std::string &out) : rows_(out, '[') {
    }
    void of(const std::string &field) {
        field_ = field;
    }
    void write(std::string_view part, const OutcomeCount &count, const std::string *value = nullptr,
               const std::string &lowest = {}, const std::string &note = {}) {
        if (count.leads == 0 && part != "all") {
            return;
        }
        JsonWriter row(rows_.item());
        if (part != "all") {
            row.text("field", field_);
        }
        row.text("part", part);
        if (value != nullptr) {
            row.text("value", *value);
        }
        if (!lowest.empty()) {
            row.key("lowest").append(lowest);
        }
        row.whole("leads", count.leads);
        row.whole("conversions", count.conversions);
        row.text_unless_empty("note", note);
    }

private:
    JsonWriter rows_;
    std::string field_;
};

void write_bands(RowWriter &rows, std::string_view part, const NumberOutcomes &numbers, size_t bands) {
    for (const NumberOutcomes::Cell &band : numbers.bands(bands)) {
        const std::string lowest = shortest(band.lowest);
        const std::string value = band.lowest == band.highest ? lowest : lowest + " to " + shortest(band.highest);
        rows.write(part, band.count, &value, lowest);
    }
}

// Fewer leads than this do not tell whether a text names leads.
constexpr int64_t least_for_identifier = 40;

void write_texts(RowWriter &rows, std::string_view part, const TextOutcomes &texts, size_t most_values) {
    const std::vector<TextOutcomes::Entry> entries = texts.by_leads();
    const auto different = static_cast<int64_t>(entries.size());
    if (texts.too_many() ||
        (part == "value" && texts.all().leads >= least_for_identifier && different * 10 >= texts.all().leads * 9)) {
        rows.write("present", texts.all(), nullptr, {}, "too many different values");
        return;
    }
    OutcomeCount others;
    for (size_t i = 0; i < entries.size(); ++i) {
        if (i < most_values) {
            rows.write(part, entries[i].count, &entries[i].text);
        } else {
            others.add(entries[i].count);
        }
    }
    if (part == "value") {
        const std::string value = std::to_string(entries.size() - std::min(most_values, entries.size())) + " more";
        rows.write("others", others, &value);
    }
}

} // namespace

bool ValueOutcomes::is_closed(int group) const noexcept {
    return group >= 0 && static_cast<size_t>(group) < group_sizes_.size() &&
           group_sizes_[static_cast<size_t>(group)] > most_members;
}

// Null: of a column with too many members, or hidden by another field of that name.
ValueOutcomes::Field *ValueOutcomes::field_for(const FieldValue &value, size_t place) {
    if (place < places_.size() && places_[place] != nullptr && places_[place]->name == value.name &&
        places_[place]->group == value.group) {
        return is_closed(value.group) ? nullptr : places_[place];
    }
    if (is_closed(value.group)) {
        return nullptr;
    }
    Field *field = nullptr;
    const auto known = by_name_.find(value.name);
    if (known != by_name_.end()) {
        field = known->second;
    } else {
        if (value.group >= 0) {
            const auto group = static_cast<size_t>(value.group);
            group_sizes_.resize(std::max(group_sizes_.size(), group + 1));
            if (++group_sizes_[group] > most_members) {
                return nullptr;
            }
        }
        field = &fields_.emplace_back();
        field->name = value.name;
        field->group = value.group;
        by_name_.emplace(field->name, field);
    }
    if (field->group != value.group) {
        return nullptr;
    }
    places_.resize(std::max(places_.size(), place + 1));
    places_[place] = field;
    return field;
}

void ValueOutcomes::count(Field &field, const FieldValue &given, bool converted) {
    const Value &value = given.value;
    if (given.is_days) {
        field.days.add(static_cast<double>(given.days), converted);
        return;
    }
    if (value.type == Value::Type::number) {
        if (const double number = nearest(value.number); std::isfinite(number)) {
            field.numbers.add(number, converted);
            return;
        }
    } else if (value.type == Value::Type::text) {
        field.texts.add(value.text, converted);
        return;
    } else if (value.type == Value::Type::boolean) {
        field.texts.add(value.boolean ? "true" : "false", converted);
        return;
    } else if (value.type == Value::Type::array) {
        // Each once, however often it is in the array.
        std::set<std::string> elements;
        std::string text;
        for (uint32_t i = 0; i < value.count; ++i) {
            if (as_text(value.elements[i], text)) {
                elements.insert(text);
            }
        }
        for (const std::string &element : elements) {
            field.elements.add(element, converted);
        }
        if (!elements.empty()) {
            return;
        }
    }
    field.others.add(converted);
}

void ValueOutcomes::add_lead(const FieldValue *values, size_t count_of_values, bool converted) {
    all_.add(converted);
    for (size_t i = 0; i < count_of_values; ++i) {
        Field *field = field_for(values[i], i);
        // An empty array is missing, too.
        const Value &value = values[i].value;
        const bool there = values[i].is_days || (value.is_there() && !(value.type == Value::Type::array && value.count == 0));
        if (field == nullptr || !there || field->last_lead == all_.leads) {
            continue;
        }
        field->last_lead = all_.leads;
        field->there.add(converted);
        count(*field, values[i], converted);
    }
}

// Columns as they stand in the row, each followed by its members by name.
std::vector<const ValueOutcomes::Field *> ValueOutcomes::in_order() const {
    std::vector<std::vector<const Field *>> members(group_sizes_.size());
    std::vector<const Field *> order;
    for (const Field &field : fields_) {
        if (field.group >= 0) {
            members[static_cast<size_t>(field.group)].push_back(&field);
        }
    }
    const auto add_members = [&](size_t group) {
        if (group >= members.size() || is_closed(static_cast<int>(group))) {
            return;
        }
        std::sort(members[group].begin(), members[group].end(), [](const Field *a, const Field *b) { return a->name < b->name; });
        order.insert(order.end(), members[group].begin(), members[group].end());
    };
    size_t column = 0;
    for (const Field &field : fields_) {
        if (field.group == FieldValue::column) {
            order.push_back(&field);
            add_members(column++);
        }
    }
    for (; column < members.size(); ++column) {
        add_members(column);
    }
    return order;
}

std::string ValueOutcomes::rows(size_t bands, size_t most_values) const {
    std::string out;
    {
        RowWriter rows(out);
        rows.write("all", all_);
        int column = 0;
        for (const Field *field : in_order()) {
            const int group = field->group == FieldValue::column ? column++ : FieldValue::column;
            const bool opened =
                group >= 0 && static_cast<size_t>(group) < group_sizes_.size() && group_sizes_[static_cast<size_t>(group)] > 0;
            // Of an object its members tell.
            if (opened && !is_closed(group) && field->there.leads == field->others.leads) {
                continue;
            }
            rows.of(field->name);
            write_bands(rows, "band", field->numbers, bands);
            write_bands(rows, "days", field->days, bands);
            write_texts(rows, "value", field->texts, most_values);
            write_texts(rows, "element", field->elements, most_values);
            rows.write("present", field->others, nullptr, {}, is_closed(group) ? "too many members" : "");
            OutcomeCount missing = all_;
            missing.leads -= field->there.leads;
            missing.conversions -= field->there.conversions;
            rows.write("missing", missing);
        }
    }
    return out;
}

} // namespace leadscore
