// Canonical JSON of one rule.
#include "json_writer.hpp"

namespace leadscore {
namespace {

void write_kinds(std::string &out, const Kinds &kinds) {
    if (kinds.every) {
        out.append("\"*\"");
        return;
    }
    if (kinds.names.size() == 1) {
        out.append(json_string(kinds.names.front()));
        return;
    }
    JsonWriter list(out, '[');
    for (const std::string &name : kinds.names) {
        list.item().append(json_string(name));
    }
}

void write_measure(JsonWriter &object, const Rule &rule) {
    switch (rule.measure) {
    case Measure::hits:
        break;
    case Measure::idle:
        object.text("measure", "idle");
        break;
    case Measure::sum:
    case Measure::distinct:
        JsonWriter(object.key("measure")).text(rule.measure == Measure::sum ? "sum" : "distinct", rule.property);
        break;
    case Measure::ratio_to: {
        JsonWriter measure(object.key("measure"));
        write_kinds(measure.key("ratio_to"), rule.ratio_to);
        break;
    }
    }
}

void write_decay(JsonWriter &object, const Decay &decay) {
    if (decay.type == Decay::Type::none) {
        return;
    }
    JsonWriter inner(object.key("decay"));
    const std::string duration = duration_text(decay.duration);
    switch (decay.type) {
    case Decay::Type::none:
        break;
    case Decay::Type::half_life:
        inner.text("half_life", duration);
        break;
    case Decay::Type::linear:
        inner.text("linear", duration);
        break;
    case Decay::Type::every:
        inner.text("every", duration);
        inner.number("lose", decay.lose);
        break;
    }
}

void write_counting(JsonWriter &object, const Rule &rule) {
    write_measure(object, rule);
    if (rule.within) {
        object.text("within", duration_text(*rule.within));
    }
    if (rule.burst > 0) {
        object.whole("burst", rule.burst);
    }
    if (rule.at_most_hits > 0) {
        JsonWriter inner(object.key("at_most"));
        inner.whole("hits", rule.at_most_hits);
        inner.text("per", duration_text(rule.at_most_per));
    }
    if (rule.limit > 0) {
        object.whole("limit", rule.limit);
    }
}

void write_points(JsonWriter &object, const Rule &rule) {
    if (rule.form == Form::condition_points || rule.form == Form::event_points) {
        object.number("points", rule.points);
        write_decay(object, rule.decay);
        return;
    }
    if (rule.form == Form::attribute_values) {
        JsonWriter values(object.key("values"));
        for (const auto &[value, points] : rule.values) {
            values.number(value, points);
        }
    } else {
        JsonWriter bands(object.key("bands"), '[');
        for (const Band &band : rule.bands) {
            JsonWriter inner(bands.item());
            if (band.from) {
                inner.number("from", *band.from);
            }
            inner.number("points", band.points);
        }
    }
    object.number_unless(0, "otherwise", rule.otherwise);
    object.number_unless(0, "missing", rule.missing);
}

} // namespace

void write_rule_to(std::string &out, const Rule &rule) {
    JsonWriter object(out);
    object.text("name", rule.name);
    object.text_unless_empty("description", rule.description);
    if (!rule.enabled) {
        object.truth("enabled", false);
    }
    if (rule.group.empty() && rule.dimension != (rule.on_events() ? "engagement" : "fit")) {
        object.text("dimension", rule.dimension);
    }
    object.text_unless_empty("group", rule.group);
    if (rule.on_events()) {
        write_kinds(object.key("on"), rule.on);
    }
    if (rule.has_condition) {
        write_condition_to(object.key("if"), rule.condition);
    }
    object.text_unless_empty("attribute", rule.attribute);
    write_counting(object, rule);
    write_points(object, rule);
    object.bounds(rule.min, rule.max);
}

std::string write_rule(const Rule &rule) {
    std::string out;
    write_rule_to(out, rule);
    return out;
}

} // namespace leadscore
