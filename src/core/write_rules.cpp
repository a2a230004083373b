// Canonical JSON of a document: fixed order of keys, defaults left out.
#include "json_writer.hpp"

namespace leadscore {
namespace {

void write_score(JsonWriter &document, const Rules &rules) {
    if (!rules.score_min && !rules.score_max && rules.score_decimals == 0) {
        return;
    }
    JsonWriter object(document.key("score"));
    object.bounds(rules.score_min, rules.score_max);
    if (rules.score_decimals != 0) {
        object.whole("decimals", rules.score_decimals);
    }
}

void write_dimensions(JsonWriter &document, const Rules &rules) {
    if (!rules.dimensions_declared) {
        return;
    }
    JsonWriter object(document.key("dimensions"));
    for (const Dimension &dimension : rules.dimensions) {
        JsonWriter inner(object.key(dimension.name));
        inner.bounds(dimension.min, dimension.max);
        inner.number_unless(micro_per_unit, "weight", dimension.weight);
    }
}

void write_groups(JsonWriter &document, const std::vector<Group> &groups) {
    if (groups.empty()) {
        return;
    }
    JsonWriter object(document.key("groups"));
    for (const Group &group : groups) {
        JsonWriter inner(object.key(group.name));
        if (group.dimension != "engagement") {
            inner.text("dimension", group.dimension);
        }
        inner.bounds(group.min, group.max);
        if (group.take != Group::Take::sum) {
            inner.text("take", group.take == Group::Take::max ? "max" : "min");
        }
    }
}

void write_exclusions(JsonWriter &document, const std::vector<Exclusion> &exclusions) {
    if (exclusions.empty()) {
        return;
    }
    JsonWriter list(document.key("exclude"), '[');
    for (const Exclusion &exclusion : exclusions) {
        JsonWriter inner(list.item());
        inner.text("name", exclusion.name);
        write_condition_to(inner.key("if"), exclusion.condition);
    }
}

void write_stages(JsonWriter &document, const std::vector<Stage> &stages) {
    if (stages.empty()) {
        return;
    }
    JsonWriter list(document.key("stages"), '[');
    for (const Stage &stage : stages) {
        JsonWriter inner(list.item());
        inner.text("name", stage.name);
        inner.text_unless_empty("qualification", stage.qualification);
        if (stage.from) {
            inner.number("from", *stage.from);
        }
        if (!stage.needs.empty()) {
            JsonWriter needs(inner.key("needs"));
            for (const auto &[dimension, least] : stage.needs) {
                needs.number(dimension, least);
            }
        }
        inner.number_unless(0, "keep", stage.keep);
        if (stage.sticky) {
            inner.truth("sticky", true);
        }
    }
}

void write_labels(JsonWriter &document, const std::vector<Label> &labels) {
    if (labels.empty()) {
        return;
    }
    JsonWriter object(document.key("labels"));
    for (const Label &label : labels) {
        JsonWriter inner(object.key(label.name));
        inner.text("of", label.of);
        JsonWriter levels(inner.key("levels"), '[');
        for (const Level &level : label.levels) {
            JsonWriter item(levels.item());
            item.text("name", level.name);
            if (level.from) {
                item.number("from", *level.from);
            }
        }
    }
}

void write_probability(JsonWriter &document, const std::optional<Probability> &probability) {
    if (!probability) {
        return;
    }
    JsonWriter object(document.key("probability"));
    object.key("intercept").append(probability->intercept);
    object.key("slope").append(probability->slope);
    if (probability->horizon) {
        object.text("horizon", duration_text(*probability->horizon));
    }
}

} // namespace

std::string write_rules(const Rules &rules) {
    std::string out;
    {
        JsonWriter document(out);
        document.text_unless_empty("name", rules.name);
        document.text_unless_empty("description", rules.description);
        if (rules.timezone != "UTC") {
            document.text("timezone", rules.timezone);
        }
        write_score(document, rules);
        write_dimensions(document, rules);
        write_groups(document, rules.groups);
        write_exclusions(document, rules.exclusions);
        {
            JsonWriter list(document.key("rules"), '[');
            for (const Rule &rule : rules.rules) {
                write_rule_to(list.item(), rule);
            }
        }
        write_stages(document, rules.stages);
        write_labels(document, rules.labels);
        write_probability(document, rules.probability);
    }
    return out;
}

} // namespace leadscore
