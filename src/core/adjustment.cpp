// Adjustments: reading them.
#include "adjustment.hpp"

#include "number.hpp"
#include "read_values.hpp"

#include <algorithm>

namespace leadscore {

namespace {

Number read_number(const JsonValue &value, std::string &storage) {
    Number number;
    if (value.kind() != JsonNode::Kind::number || !parse_number(value.node().text, storage, number)) {
        value.wrong_type("a number");
    }
    return number;
}

int64_t read_held_points(const JsonValue &value) {
    std::string storage;
    const Number number = read_number(value, storage);
    int128 micro = 0;
    if (!number_to_micro(number, most_points_micro, micro)) {
        micro = (number.small ? number.mantissa < 0 : number.negative) ? -most_points_micro : most_points_micro;
    }
    return static_cast<int64_t>(micro);
}

int64_t read_moment(const JsonValue &value) {
    std::string storage;
    const Number number = read_number(value, storage);
    // A whole number of 64 bits: no places, and nothing that did not fit the small form.
    if (!number.small || number.scale != 0) {
        value.wrong_type("whole microseconds from 2000-01-01 UTC");
    }
    return number.mantissa;
}

bool read_is_set(const JsonValue &value) {
    const std::string &op = read_text(value);
    if (op != "set" && op != "add") {
        value.refuse("expected \"set\" or \"add\"");
    }
    return op == "set";
}

} // namespace

Adjustments read_adjustments(std::string_view json) {
    // In an object, so that places say what they are in.
    const JsonNode tree = parse_json("{\"adjustments\":" + std::string(json) + "}");
    const JsonValue root(tree);
    const JsonValue rows = root.require("adjustments");
    expect_array(rows);
    Adjustments adjustments;
    for (size_t i = 0; i < rows.count(); ++i) {
        const JsonValue row = rows.item(i);
        expect_object(row, {"at", "dimension", "op", "points", "reason"});
        adjustments.push_back({read_text(row.require("dimension")), read_is_set(row.require("op")),
                               read_held_points(row.require("points")), read_moment(row.require("at")),
                               read_optional_text(row, "reason")});
    }
    std::stable_sort(adjustments.begin(), adjustments.end(),
                     [](const Adjustment &a, const Adjustment &b) { return a.at < b.at; });
    return adjustments;
}

} // namespace leadscore
