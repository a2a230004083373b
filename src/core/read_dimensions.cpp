// Reads dimensions and groups, and looks up their names.
#include "reader.hpp"

#include "meant_words.hpp"

#include <algorithm>
#include <set>

namespace leadscore {
namespace {

void check_dimension_name(const JsonValue &value, const std::string &name) {
    check_name(value, name);
    if (name == "score" || name == "probability") {
        value.refuse("no dimension may be called " + json_string(name));
    }
}

bool is_known_dimension(const Rules &rules, std::string_view name) noexcept {
    const auto found = std::lower_bound(rules.dimensions.begin(), rules.dimensions.end(), name,
                                        [](const Dimension &dimension, std::string_view key) { return dimension.name < key; });
    return found != rules.dimensions.end() && found->name == name;
}

std::string unknown_dimension(std::string_view name) {
    return "there is no dimension " + json_string(name);
}

// The names that there are, in a hint: the nearest one, or all if they are few.
template <typename Named> std::string hint_for_name(const std::string &name, const std::vector<Named> &known, const char *what) {
    constexpr size_t most_named = 10;
    constexpr size_t most_name_shown = 60;
    std::vector<std::string_view> names;
    for (const Named &one : known) {
        names.push_back(one.name);
    }
    std::string_view meant = meant_word(name, names);
    if (meant.empty()) {
        meant = nearest_word(name, names);
    }
    if (!meant.empty()) {
        return "Did you mean " + json_string(meant) + "?";
    }
    std::string list;
    for (size_t i = 0; i < names.size() && i < most_named; ++i) {
        list += (list.empty() ? "" : ", ") + json_string(shortened(names[i], most_name_shown));
    }
    if (list.empty()) {
        return std::string("The document has no ") + what + "s.";
    }
    return std::string("The ") + what + "s of the document: " + list + (names.size() > most_named ? " and more." : ".");
}

} // namespace

std::vector<Dimension> read_dimensions(const JsonValue &value) {
    expect_object(value);
    std::vector<Dimension> dimensions;
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue item = value.item(i);
        check_dimension_name(item, item.key());
        expect_object(item, {"min", "max", "weight"});
        Dimension dimension;
        dimension.name = item.key();
        read_bounds(item, dimension.min, dimension.max);
        dimension.weight = read_optional_points(item, "weight").value_or(micro_per_unit);
        dimensions.push_back(std::move(dimension));
    }
    std::sort(dimensions.begin(), dimensions.end(), [](const Dimension &a, const Dimension &b) { return a.name < b.name; });
    return dimensions;
}

std::vector<Group> read_groups(const JsonValue &value, const Rules &rules) {
    expect_object(value);
    std::vector<Group> groups;
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue item = value.item(i);
        check_name(item, item.key());
        expect_object(item, {"dimension", "min", "max", "take"});
        Group group;
        group.name = item.key();
        group.dimension = read_dimension_name(item, "engagement", rules);
        read_bounds(item, group.min, group.max);
        if (const std::optional<JsonValue> take = item.find("take")) {
            const std::string &word = read_text(*take);
            if (word == "max" || word == "min") {
                group.take = word == "max" ? Group::Take::max : Group::Take::min;
            } else if (word != "sum") {
                take->refuse("expected \"sum\", \"max\" or \"min\"");
            }
        }
        groups.push_back(std::move(group));
    }
    std::sort(groups.begin(), groups.end(), [](const Group &a, const Group &b) { return a.name < b.name; });
    return groups;
}

std::string read_dimension_name(const JsonValue &object, std::string_view otherwise, const Rules &rules) {
    const std::optional<JsonValue> value = object.find("dimension");
    if (value) {
        std::string name = read_name(*value);
        check_dimension_name(*value, name);
        if (rules.dimensions_declared) {
            check_dimension_known(*value, name, rules);
        }
        return name;
    }
    if (rules.dimensions_declared && !is_known_dimension(rules, otherwise)) {
        throw Problem(Trouble::value, object.named_place_of("dimension"), unknown_dimension(otherwise),
                      "It is the default here; name one of the dimensions of the document.");
    }
    return std::string(otherwise);
}

std::vector<Dimension> collect_dimensions(const Rules &rules) {
    std::set<std::string> names = {"fit", "engagement"};
    for (const Group &group : rules.groups) {
        names.insert(group.dimension);
    }
    for (const Rule &rule : rules.rules) {
        names.insert(rule.dimension);
    }
    std::vector<Dimension> dimensions;
    for (const std::string &name : names) {
        Dimension dimension;
        dimension.name = name;
        dimensions.push_back(std::move(dimension));
    }
    return dimensions;
}

void refuse_unknown_group(const JsonValue &value, const std::string &name, const Rules &rules) {
    value.refuse("there is no group " + json_string(name), hint_for_name(name, rules.groups, "group"));
}

const Group *find_group(const Rules &rules, const std::string &name) noexcept {
    const auto found = std::lower_bound(rules.groups.begin(), rules.groups.end(), name,
                                        [](const Group &group, const std::string &key) { return group.name < key; });
    return found != rules.groups.end() && found->name == name ? &*found : nullptr;
}

void check_dimension_known(const JsonValue &value, const std::string &name, const Rules &rules) {
    if (!is_known_dimension(rules, name)) {
        value.refuse(unknown_dimension(name), hint_for_name(name, rules.dimensions, "dimension"));
    }
}

} // namespace leadscore
