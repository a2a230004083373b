// rules_of: the rules of a document as rows.
#include "study.hpp"

#include "range.hpp"
#include "study_rows.hpp"

namespace leadscore {

namespace {

std::string kinds_json(const Kinds &kinds) {
    if (kinds.every) {
        return "[\"*\"]";
    }
    std::string list = "[";
    for (const std::string &name : kinds.names) {
        list += (list.size() > 1 ? "," : "") + json_string(name);
    }
    return list + "]";
}

std::string kinds_text(const Kinds &kinds) {
    std::string list = kinds.every ? "*" : "";
    for (const std::string &name : kinds.names) {
        list += (list.empty() ? "" : ", ") + name;
    }
    return list;
}

const char *form_name(Form form) {
    switch (form) {
    case Form::condition_points:
        return "if";
    case Form::attribute_values:
        return "values";
    case Form::event_points:
        return "points";
    case Form::attribute_bands:
    case Form::event_bands:
        break;
    }
    return "bands";
}

std::string measure_name(const Rule &rule) {
    switch (rule.measure) {
    case Measure::hits:
        return "hits";
    case Measure::sum:
        return "sum(" + rule.property + ")";
    case Measure::distinct:
        return "distinct(" + rule.property + ")";
    case Measure::ratio_to:
        return "ratio_to(" + kinds_text(rule.ratio_to) + ")";
    case Measure::idle:
        break;
    }
    return "idle";
}

} // namespace

std::string list_rules(const Rules &rules) {
    const DocumentRange ranges = document_range(rules);
    StudyRows rows;
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        const Rule &rule = rules.rules[i];
        const bool events = rule.on_events();
        const bool has_points = rule.form == Form::condition_points || rule.form == Form::event_points;
        rows.row().json("position", std::to_string(i + 1)).text("name", rule.name);
        rows.json("enabled", rule.enabled ? "true" : "false").text("dimension", rule.dimension);
        rows.text_or_null("group", rule.group).json("on", events ? kinds_json(rule.on) : "");
        rows.text("form", form_name(rule.form)).text_or_null("measure", events ? measure_name(rule) : "");
        rows.json("points", has_points ? micro_text(rule.points) : "");
        rows.json("lowest", bound_json(ranges.rules[i].after.least)).json("highest", bound_json(ranges.rules[i].after.most));
        rows.text_or_null("description", rule.description).json("rule", write_rule(rule));
    }
    return rows.finish();
}

} // namespace leadscore
