// One attribute rule made ready.
#include "attribute_rule.hpp"

#include "iso_time.hpp"

#include <algorithm>

namespace leadscore {

namespace {

// Largest multiple of a micro unit not above the number: bands have at most 6 places, so `from` <= number keeps its answer.
// Numbers beyond every possible `from` come back as just that.
int128 micro_below(const Number &number) {
    if (number.small) {
        int128 scaled = number.mantissa;
        int scale = number.scale;
        for (; scale < 6; ++scale) {
            scaled *= 10;
        }
        int64_t divisor = 1;
        for (; scale > 6; --scale) {
            divisor *= 10;
        }
        return scaled / divisor - (scaled % divisor < 0 ? 1 : 0);
    }
    int128 micro = 0;
    if (!number_to_micro(number, most_from_micro, micro)) {
        return number.negative ? -most_from_micro - 1 : most_from_micro;
    }
    const StoredNumber rounded(micro_text(micro));
    return compare(rounded.number, number) > 0 ? micro - 1 : micro;
}

} // namespace

AttributeRule::AttributeRule(const Rule &rule, FieldNames &fields, std::vector<std::string> &patterns, const Zone &zone)
    : rule_(rule) {
    if (rule.form == Form::condition_points) {
        condition_.emplace(rule.condition, fields, patterns, zone);
    } else {
        field_ = fields.number_of(rule.attribute);
    }
}

int64_t AttributeRule::points_of_value(const Value &value) const {
    std::string key;
    switch (value.type) {
    case Value::Type::text:
        key = value.text;
        break;
    case Value::Type::number:
        key = number_text(value.number);
        break;
    case Value::Type::boolean:
        key = value.boolean ? "true" : "false";
        break;
    case Value::Type::date:
        key = date_text(value.time);
        break;
    default:
        return rule_.otherwise;
    }
    const auto place = std::lower_bound(rule_.values.begin(), rule_.values.end(), key,
                                        [](const auto &entry, const std::string &wanted) { return entry.first < wanted; });
    return place != rule_.values.end() && place->first == key ? place->second : rule_.otherwise;
}

// Of a single value; arrays have been taken apart before.
int64_t AttributeRule::points_of(const Value &value) const {
    if (!value.is_there()) {
        return rule_.missing;
    }
    if (rule_.form == Form::attribute_values) {
        return points_of_value(value);
    }
    if (value.type != Value::Type::number) {
        return rule_.missing;
    }
    return points_of_bands(rule_.bands, micro_below(value.number), 1);
}

Outcome AttributeRule::outcome(const Value *values, const Surroundings &around) const {
    Outcome outcome;
    if (condition_) {
        const bool holds = condition_->holds(values, around);
        outcome.hits = holds ? 1 : 0;
        outcome.unclamped = holds ? rule_.points : 0;
    } else if (const Value &value = values[field_]; value.type == Value::Type::array && value.count > 0) {
        outcome.unclamped = points_of(value.elements[0]);
        for (uint32_t i = 1; i < value.count; ++i) {
            outcome.unclamped = std::max<int128>(outcome.unclamped, points_of(value.elements[i]));
        }
    } else if (value.type == Value::Type::array) {
        outcome.missing = true;
        outcome.unclamped = rule_.missing;
    } else {
        outcome.missing = !value.is_there() || (rule_.form == Form::attribute_bands && value.type != Value::Type::number);
        outcome.unclamped = points_of(value);
    }
    outcome.points = clamped(outcome.unclamped, rule_.min, rule_.max);
    return outcome;
}

} // namespace leadscore
