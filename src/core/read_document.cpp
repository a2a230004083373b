// Reads a whole document: its parts in the order in which they refer to each other.
#include "reader.hpp"

namespace leadscore {
namespace {

// A smaller document cannot grow past the limit by being written canonically: `1e15` grows most, to four times its length.
constexpr size_t surely_small = most_document_bytes / 8;

void read_score(const JsonValue &value, Rules &rules) {
    expect_object(value, {"min", "max", "decimals"});
    read_bounds(value, rules.score_min, rules.score_max);
    if (const std::optional<JsonValue> decimals = value.find("decimals")) {
        rules.score_decimals = static_cast<int>(read_whole(*decimals, 0, 6));
    }
}

std::vector<Exclusion> read_exclusions(const JsonValue &value, DocumentHost &host) {
    expect_array(value);
    std::vector<Exclusion> exclusions;
    UniqueNames names;
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue item = value.item(i);
        expect_object(item, {"name", "if"});
        const JsonValue name = item.require("name");
        Exclusion exclusion;
        exclusion.name = read_name(name);
        names.add(name, exclusion.name);
        exclusion.condition = read_condition(item.require("if"), Subject::attributes, host);
        exclusions.push_back(std::move(exclusion));
    }
    return exclusions;
}

void read_all_rules(const JsonValue &value, DocumentHost &host, Rules &rules) {
    expect_array(value);
    if (value.count() > most_rules) {
        value.fail(Trouble::limit, "more than " + std::to_string(most_rules) + " rules");
    }
    rules.rules.reserve(value.count());
    UniqueNames names;
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue item = value.item(i);
        Rule rule = read_rule(item, rules, host);
        names.add(item.require("name"), rule.name);
        rules.rules.push_back(std::move(rule));
    }
}

Probability read_probability(const JsonValue &value) {
    expect_object(value, {"intercept", "slope", "horizon"});
    Probability probability;
    probability.intercept = read_number_text(value.require("intercept"));
    probability.slope = read_number_text(value.require("slope"));
    if (const std::optional<JsonValue> horizon = value.find("horizon")) {
        probability.horizon = read_duration(*horizon);
    }
    return probability;
}

void read_head(const JsonValue &root, DocumentHost &host, Rules &rules) {
    if (const std::optional<JsonValue> name = root.find("name")) {
        rules.name = read_text(*name);
        if (!rules.name.empty()) {
            check_name(*name, rules.name);
        }
    }
    rules.description = read_optional_text(root, "description");
    if (const std::optional<JsonValue> zone = root.find("timezone")) {
        const std::optional<std::string> known = host.time_zone_name(read_name(*zone));
        if (!known) {
            zone->refuse("unknown time zone", "A name as in pg_timezone_names, such as \"Europe/Berlin\" or \"America/New_York\".");
        }
        rules.timezone = *known;
    }
    if (const std::optional<JsonValue> score = root.find("score")) {
        read_score(*score, rules);
    }
}

void read_body(const JsonValue &root, DocumentHost &host, Rules &rules) {
    if (const std::optional<JsonValue> dimensions = root.find("dimensions")) {
        rules.dimensions = read_dimensions(*dimensions);
        rules.dimensions_declared = true;
    }
    if (const std::optional<JsonValue> groups = root.find("groups")) {
        rules.groups = read_groups(*groups, rules);
    }
    if (const std::optional<JsonValue> exclusions = root.find("exclude")) {
        rules.exclusions = read_exclusions(*exclusions, host);
    }
    read_all_rules(root.require("rules"), host, rules);
    if (!rules.dimensions_declared) {
        rules.dimensions = collect_dimensions(rules);
    }
}

void read_tail(const JsonValue &root, Rules &rules) {
    if (const std::optional<JsonValue> stages = root.find("stages")) {
        rules.stages = read_stages(*stages, rules);
    }
    if (const std::optional<JsonValue> probability = root.find("probability")) {
        rules.probability = read_probability(*probability);
    }
    if (const std::optional<JsonValue> labels = root.find("labels")) {
        rules.labels = read_labels(*labels, rules);
    }
}

} // namespace

void UniqueNames::add(const JsonValue &value, const std::string &name) {
    if (!names_.insert(name).second) {
        value.refuse("the name " + json_string(name) + " is taken");
    }
}

Rules read_rules(std::string_view json, DocumentHost &host) {
    const JsonNode tree = parse_json(json);
    const JsonValue root(tree);
    expect_object(root, {"name", "description", "timezone", "score", "dimensions", "groups", "exclude", "rules", "stages",
                         "labels", "probability"});
    Rules rules;
    read_head(root, host, rules);
    read_body(root, host, rules);
    read_tail(root, rules);
    // What is stored is the canonical text, and that must be readable too.
    if (json.size() > surely_small && write_rules(rules).size() > most_document_bytes) {
        throw Problem(Trouble::limit, "",
                      "the canonical text of the document is larger than " + std::to_string(most_document_bytes) + " bytes");
    }
    return rules;
}

} // namespace leadscore
