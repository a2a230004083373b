// lint_rules: exclusions, groups, dimensions and the score; the other sections have files of their own.
#include "study.hpp"

#include "json_tree.hpp"
#include "lint.hpp"
#include "truth.hpp"

#include <algorithm>
#include <charconv>

namespace leadscore {

namespace {

// Which groups and dimensions have an enabled rule, by position.
struct Filled {
    std::vector<bool> groups;
    std::vector<bool> dimensions;

    explicit Filled(const Rules &rules) {
        for (const Group &group : rules.groups) {
            groups.push_back(std::any_of(rules.rules.begin(), rules.rules.end(),
                                         [&](const Rule &rule) { return rule.enabled && rule.group == group.name; }));
        }
        for (const Dimension &dimension : rules.dimensions) { // a rule of a group has the group's dimension
            dimensions.push_back(std::any_of(rules.rules.begin(), rules.rules.end(),
                                             [&](const Rule &rule) { return rule.enabled && rule.dimension == dimension.name; }));
        }
    }
};

void lint_exclusions(const Rules &rules, Findings &findings) {
    for (size_t i = 0; i < rules.exclusions.size(); ++i) {
        const Exclusion &exclusion = rules.exclusions[i];
        const std::string place = indexed("exclude", i);
        for (const Contradiction &conflict : contradictions(exclusion.condition, place + ".if")) {
            const bool certain = !conflict.arrays_may;
            certain ? findings.error("contradiction", conflict.place, conflict.message)
                    : findings.warn("contradiction", conflict.place, conflict.message);
        }
        lint_patterns(exclusion.condition, place + ".if", findings);
        const Verdict truth = verdict(exclusion.condition);
        if (truth == Verdict::always) {
            findings.error("excludes every lead", place, "the condition always holds, so no lead gets a score");
        } else if (truth == Verdict::never) {
            findings.warn("exclusion without effect", place, "the condition never holds, so no lead is excluded");
        }
    }
}

// Points above a maximum are lost: worth knowing where rules are meant to add up to a budget.
void lint_budget(const std::string &place, const std::string &what, const std::optional<int64_t> &max, const Bound &most,
                 Findings &findings) {
    if (!max || !(finite(*max) < most)) {
        return;
    }
    const std::string budget = micro_text(*max);
    if (most.infinite != 0) {
        findings.note("points past the budget", place,
                      what + " can give points without limit; what is above " + budget + " is lost");
    } else {
        findings.note("points past the budget", place,
                      what + " can give up to " + amount(most) + " points, " + micro_text(most.micro - *max) +
                          " more than the max of " + budget);
    }
}

void lint_groups(const Rules &rules, const DocumentRange &ranges, const Filled &filled, Findings &findings) {
    for (size_t i = 0; i < rules.groups.size(); ++i) {
        const Group &group = rules.groups[i];
        const std::string place = keyed("groups", group.name);
        const std::string what = "group " + json_string(group.name);
        if (filled.groups[i]) {
            lint_caps(place, what, group.min, group.max, ranges.groups[i], findings);
        } else {
            findings.warn("empty group", place, what + " has no enabled rule");
        }
    }
}

void lint_dimensions(const Rules &rules, const DocumentRange &ranges, const Filled &filled, Findings &findings) {
    for (size_t i = 0; rules.dimensions_declared && i < rules.dimensions.size(); ++i) {
        const Dimension &dimension = rules.dimensions[i];
        const std::string place = keyed("dimensions", dimension.name);
        const std::string what = "dimension " + json_string(dimension.name);
        if (filled.dimensions[i]) {
            lint_caps(place, what, dimension.min, dimension.max, ranges.dimensions[i], findings);
            lint_budget(place + ".max", "the rules of " + what, dimension.max, ranges.dimensions[i].before.most, findings);
        } else {
            findings.warn("empty dimension", place, what + " has no enabled rule; only adjustments can give it points");
        }
        if (dimension.weight == 0) {
            findings.note("weight 0", place + ".weight", what + " has the weight 0, so it changes no score");
        }
    }
}

// rule "pricing page" for a place such as rules[17].points, which only counts; of exclusions, too; empty for other places.
std::string owner_of(const Rules &rules, const std::string &place) {
    const auto owner = [&](const std::string &list, const std::string &word, const auto &items) {
        size_t index = items.size();
        if (place.compare(0, list.size() + 1, list + "[") == 0) {
            std::from_chars(place.data() + list.size() + 1, place.data() + place.size(), index);
        }
        return index < items.size() ? word + " " + json_string(items[index].name) : std::string();
    };
    return owner("rules", "rule", rules.rules) + owner("exclude", "exclusion", rules.exclusions);
}

} // namespace

void Findings::add(const char *severity, const char *topic, const std::string &place, const std::string &message) {
    const bool told = message.find(owner_of(rules_, place)) != std::string::npos;
    rows_.row().text("severity", severity).text("topic", topic).text("place", place);
    rows_.text("message", told ? message : message + owner_behind(rules_, place));
}

std::string owner_behind(const Rules &rules, const std::string &place) {
    const std::string owner = owner_of(rules, place);
    return owner.empty() ? owner : " (" + owner + ")";
}

std::string amount(const Bound &bound) {
    return bound.infinite != 0 ? "without limit" : micro_text(bound.micro);
}

std::string points_text(const Bound &bound) {
    return amount(bound) + (bound == finite(micro_per_unit) ? " point" : " points");
}

std::string indexed(const std::string &list, size_t index) {
    std::string place = list;
    append_index(place, index);
    return place;
}

std::string keyed(const std::string &place, const std::string &key) {
    std::string longer = place;
    append_key(longer, key);
    return longer;
}

void lint_caps(const std::string &place, const std::string &what, const std::optional<int64_t> &min,
               const std::optional<int64_t> &max, const CapRange &range, Findings &findings) {
    if (range.after.single() && !range.before.single()) {
        findings.warn("cap leaves one value", place,
                      "min and max leave " + what + " no other value than " + amount(range.after.least));
        return;
    }
    if (min && finite(*min) < range.before.least) {
        findings.note("cap never binds", place + ".min",
                      "the min of " + micro_text(*min) + " never binds: " + what + " is at least " + amount(range.before.least));
    }
    if (max && range.before.most < finite(*max)) {
        findings.note("cap never binds", place + ".max",
                      "the max of " + micro_text(*max) + " never binds: " + what + " is at most " + amount(range.before.most));
    }
}

std::string list_findings(const Rules &rules) {
    const DocumentRange ranges = document_range(rules);
    const Filled filled(rules);
    Findings findings(rules);
    lint_zone(rules, findings);
    lint_exclusions(rules, findings);
    lint_each_rule(rules, ranges, findings);
    lint_shadows(rules, ranges, findings);
    lint_groups(rules, ranges, filled, findings);
    lint_dimensions(rules, ranges, filled, findings);
    lint_dimension_names(rules, findings);
    if (std::any_of(rules.rules.begin(), rules.rules.end(), [](const Rule &rule) { return rule.enabled; })) {
        lint_caps("score", "the score", rules.score_min, rules.score_max, ranges.score, findings);
        lint_budget("score.max", "all dimensions together", rules.score_max, ranges.score.before.most, findings);
    } else {
        findings.note("no rules", "rules", "there is no enabled rule, so all leads have the same score");
    }
    lint_stages(rules, ranges, findings);
    lint_labels(rules, ranges, findings);
    return findings.finish();
}

std::string list_ranges(const Rules &rules) {
    const DocumentRange ranges = document_range(rules);
    StudyRows rows;
    const auto add = [&](const char *scope, const std::string &name, const Range &range) {
        rows.row().text("scope", scope).text_or_null("name", name);
        rows.json("lowest", bound_json(range.least)).json("highest", bound_json(range.most));
    };
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        add("rule", rules.rules[i].name, ranges.rules[i].after);
    }
    for (size_t i = 0; i < rules.groups.size(); ++i) {
        add("group", rules.groups[i].name, ranges.groups[i].after);
    }
    for (size_t i = 0; i < rules.dimensions.size(); ++i) {
        add("dimension", rules.dimensions[i].name, ranges.dimensions[i].after);
    }
    add("score", {}, ranges.score.after);
    return rows.finish();
}

} // namespace leadscore
