// Reads one rule: which of its keys go together, and what they say.
#include "reader.hpp"

#include <algorithm>

namespace leadscore {
namespace {

void refuse_keys(const JsonValue &rule, Keys keys, const std::string &why, const std::string &hint = {}) {
    for (const std::string_view key : keys) {
        if (const std::optional<JsonValue> value = rule.find(key)) {
            value->refuse(why, hint);
        }
    }
}

void read_group_and_dimension(const JsonValue &value, const Rules &rules, bool on_events, Rule &rule) {
    const std::optional<JsonValue> group = value.find("group");
    if (!group) {
        rule.dimension = read_dimension_name(value, on_events ? "engagement" : "fit", rules);
        return;
    }
    rule.group = read_name(*group);
    const Group *const found = find_group(rules, rule.group);
    if (found == nullptr) {
        refuse_unknown_group(*group, rule.group, rules);
    }
    rule.dimension = found->dimension;
    const std::optional<JsonValue> dimension = value.find("dimension");
    if (dimension && read_name(*dimension) != rule.dimension) {
        dimension->refuse("the group " + json_string(rule.group) + " belongs to the dimension " + json_string(rule.dimension));
    }
}

void read_missing(const JsonValue &value, Rule &rule) {
    rule.missing = read_optional_points(value, "missing").value_or(0);
}

// What to write for one list of values and one number of points.
std::string hint_for_values(const JsonValue &rule) {
    const std::optional<JsonValue> values = rule.find("values");
    const std::optional<JsonValue> points = rule.find("points");
    const bool listed = values && values->kind() == JsonNode::Kind::array && values->count() > 0;
    const bool text = listed && values->item(0).kind() == JsonNode::Kind::text;
    const std::string key = text ? json_string(shortened(values->item(0).node().text, 40)) : "\"US\"";
    const bool number = points && points->kind() == JsonNode::Kind::number && points->node().text.size() <= 20;
    return "Each value has points of its own: \"values\": {" + key + ": " + (number ? points->node().text : "5") + "}.";
}

std::string hint_beside_attribute(const JsonValue &rule) {
    if (rule.has("bands")) {
        return "Each band has points of its own.";
    }
    if (rule.has("values")) {
        return hint_for_values(rule);
    }
    return "Leave out \"attribute\" and name the field in \"if\", as in {\"country\": \"US\"}; or give it \"bands\" or "
           "\"values\".";
}

void read_lookup(const JsonValue &value, const JsonValue &rule_value, Rule &rule) {
    if (value.kind() != JsonNode::Kind::object) {
        value.wrong_type("an object", hint_for_values(rule_value));
    }
    rule.values.reserve(value.count());
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue item = value.item(i);
        rule.values.emplace_back(item.key(), read_points(item));
    }
    std::sort(rule.values.begin(), rule.values.end());
}

void read_attribute_form(const JsonValue &value, DocumentHost &host, Rule &rule) {
    refuse_keys(value, {"measure", "within", "burst", "at_most", "limit", "decay"},
                "allowed in rules on events only (with \"on\")");
    const std::optional<JsonValue> bands = value.find("bands");
    const std::optional<JsonValue> lookup = value.find("values");
    if (!value.has("attribute")) {
        refuse_keys(value, {"bands", "values", "otherwise", "missing"}, "allowed beside \"attribute\" only");
        rule.form = Form::condition_points;
        rule.has_condition = true;
        if (!value.has("if") && !value.has("points")) {
            value.refuse("needs \"if\" and \"points\", or \"attribute\", or \"on\"");
        }
        rule.condition = read_condition(value.require("if"), Subject::attributes, host);
        rule.points = read_points(value.require("points"));
        return;
    }
    rule.attribute = read_name(value.require("attribute"));
    refuse_keys(value, {"if"}, "not allowed beside \"attribute\"",
                "Leave out \"attribute\" and name its field in \"if\", or make two rules of it.");
    refuse_keys(value, {"points"}, "not allowed beside \"attribute\"", hint_beside_attribute(value));
    if (bands && lookup) {
        lookup->refuse("not allowed beside \"bands\"");
    }
    if (!bands && !lookup) {
        value.refuse("\"attribute\" needs \"bands\" or \"values\"");
    }
    read_missing(value, rule);
    if (bands) {
        refuse_keys(value, {"otherwise"}, "allowed beside \"values\" only");
        rule.form = Form::attribute_bands;
        rule.bands = read_bands(*bands);
        return;
    }
    rule.form = Form::attribute_values;
    read_lookup(*lookup, value, rule);
    rule.otherwise = read_optional_points(value, "otherwise").value_or(0);
}

void read_measure(const JsonValue &value, Rule &rule) {
    if (value.kind() == JsonNode::Kind::text) {
        const std::string &word = value.node().text;
        if (word == "sum" || word == "distinct" || word == "ratio_to") {
            value.refuse("of what?", "Write {\"" + word + "\": …}.");
        }
        if (word == "idle") {
            rule.measure = Measure::idle;
        } else if (word != "hits") {
            value.refuse("unknown measure", hint_for(word, {"hits", "idle", "sum", "distinct", "ratio_to"}));
        }
        return;
    }
    if (value.kind() != JsonNode::Kind::object) {
        value.wrong_type("a string or an object");
    }
    expect_object(value, {"sum", "distinct", "ratio_to"});
    if (value.count() != 1) {
        value.refuse("needs one of \"sum\", \"distinct\" and \"ratio_to\"");
    }
    const JsonValue of = value.item(0);
    if (of.key() == "ratio_to") {
        rule.measure = Measure::ratio_to;
        rule.ratio_to = read_kinds(of);
        return;
    }
    rule.measure = of.key() == "sum" ? Measure::sum : Measure::distinct;
    rule.property = read_name(of);
}

// What cannot be counted or cut in a measure is not allowed with it.
void check_measure(const JsonValue &value, const Rule &rule) {
    switch (rule.measure) {
    case Measure::hits:
        break;
    case Measure::distinct:
        refuse_keys(value, {"burst"}, "not allowed with the measure \"distinct\"");
        break;
    case Measure::sum:
        refuse_keys(value, {"burst", "at_most", "limit"}, "not allowed with the measure \"sum\"");
        break;
    case Measure::ratio_to:
        refuse_keys(value, {"burst", "at_most", "limit", "points", "decay"}, "not allowed with the measure \"ratio_to\"");
        break;
    case Measure::idle:
        refuse_keys(value, {"within", "burst", "at_most", "limit", "points", "decay"}, "not allowed with the measure \"idle\"");
        break;
    }
}

void read_hits(const JsonValue &value, Rule &rule) {
    if (const std::optional<JsonValue> within = value.find("within")) {
        rule.within = read_duration(*within);
    }
    if (const std::optional<JsonValue> burst = value.find("burst")) {
        rule.burst = read_whole(*burst, 1, most_count);
    }
    if (const std::optional<JsonValue> at_most = value.find("at_most")) {
        expect_object(*at_most, {"hits", "per"});
        rule.at_most_hits = read_whole(at_most->require("hits"), 1, most_count);
        rule.at_most_per = read_duration(at_most->require("per"));
    }
    if (const std::optional<JsonValue> limit = value.find("limit")) {
        rule.limit = read_whole(*limit, 1, most_count);
    }
}

void read_event_form(const JsonValue &value, DocumentHost &host, Rule &rule) {
    rule.on = read_kinds(value.require("on"));
    refuse_keys(value, {"attribute", "values", "otherwise"}, "not allowed in rules on events (with \"on\")");
    if (const std::optional<JsonValue> condition = value.find("if")) {
        rule.condition = read_condition(*condition, Subject::event, host);
        // A condition without entries says nothing: the evidence is that of a rule without one.
        rule.has_condition = !rule.condition.entries.empty();
    }
    if (const std::optional<JsonValue> measure = value.find("measure")) {
        read_measure(*measure, rule);
    }
    check_measure(value, rule);
    read_hits(value, rule);
    if (const std::optional<JsonValue> bands = value.find("bands")) {
        refuse_keys(value, {"points", "decay"}, "not allowed beside \"bands\"");
        rule.form = Form::event_bands;
        rule.bands = read_bands(*bands);
        read_missing(value, rule);
        return;
    }
    if (!value.has("points")) {
        const bool bands_only = rule.measure == Measure::ratio_to || rule.measure == Measure::idle;
        value.refuse(bands_only ? "this measure needs \"bands\"" : "needs \"points\" or \"bands\"");
    }
    refuse_keys(value, {"missing"}, "allowed beside \"bands\" only");
    rule.form = Form::event_points;
    rule.points = read_points(value.require("points"));
    if (const std::optional<JsonValue> decay = value.find("decay")) {
        rule.decay = read_decay(*decay);
    }
}

} // namespace

Rule read_rule(const JsonValue &value, const Rules &rules, DocumentHost &host) {
    expect_object(value, {"name",      "description", "enabled", "dimension", "group",   "on",    "if",
                          "attribute", "measure",     "within",  "burst",     "at_most", "limit", "points",
                          "decay",     "bands",       "values",  "otherwise", "missing", "min",   "max"});
    Rule rule;
    rule.name = read_name(value.require("name"));
    rule.description = read_optional_text(value, "description");
    rule.enabled = read_optional_boolean(value, "enabled", true);
    const bool on_events = value.has("on");
    read_group_and_dimension(value, rules, on_events, rule);
    read_bounds(value, rule.min, rule.max);
    if (on_events) {
        read_event_form(value, host, rule);
    } else {
        read_attribute_form(value, host, rule);
    }
    return rule;
}

} // namespace leadscore
