// Reads stages and labels: named levels, ascending.
#include "reader.hpp"

#include <algorithm>

namespace leadscore {
namespace {

// The `from` of the index-th stage or level: the first has none, the others ascend.
std::optional<int128> read_from(const JsonValue &item, size_t index, const std::optional<int128> &before) {
    if (index == 0) {
        if (const std::optional<JsonValue> from = item.find("from")) {
            from->refuse("the first has no \"from\"",
                         "The lowest stands first and takes all that is below the \"from\" of the second.");
        }
        return std::nullopt;
    }
    const JsonValue from = item.require("from");
    const int128 micro = read_micro(from, most_from_micro);
    if (before && micro <= *before) {
        from.refuse("must be greater than the one before");
    }
    return micro;
}

std::vector<std::pair<std::string, int64_t>> read_needs(const JsonValue &value, const Rules &rules) {
    expect_object(value);
    std::vector<std::pair<std::string, int64_t>> needs;
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue item = value.item(i);
        check_dimension_known(item, item.key(), rules);
        needs.emplace_back(item.key(), read_points(item));
    }
    std::sort(needs.begin(), needs.end());
    return needs;
}

void read_name_of(const JsonValue &item, UniqueNames &names, std::string &name) {
    const JsonValue value = item.require("name");
    name = read_name(value);
    names.add(value, name);
}

Stage read_stage(const JsonValue &item, size_t index, const std::vector<Stage> &before, const Rules &rules, UniqueNames &names) {
    expect_object(item, {"name", "qualification", "from", "needs", "keep", "sticky"});
    Stage stage;
    read_name_of(item, names, stage.name);
    if (stage.name == "excluded") {
        item.require("name").refuse("this name is kept for excluded leads");
    }
    stage.qualification = read_optional_text(item, "qualification");
    stage.has_qualification = !stage.qualification.empty();
    stage.from = read_from(item, index, before.empty() ? std::nullopt : before.back().from);
    if (const std::optional<JsonValue> needs = item.find("needs")) {
        if (index == 0) {
            needs->refuse("the first has no \"needs\"");
        }
        stage.needs = read_needs(*needs, rules);
    }
    if (const std::optional<JsonValue> keep = item.find("keep")) {
        stage.keep = read_points(*keep);
        if (stage.keep < 0) {
            keep->refuse("must not be negative");
        }
    }
    stage.sticky = read_optional_boolean(item, "sticky", false);
    return stage;
}

std::vector<Level> read_levels(const JsonValue &value) {
    expect_array(value);
    if (value.count() == 0) {
        value.refuse("must not be empty");
    }
    std::vector<Level> levels;
    UniqueNames names;
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue item = value.item(i);
        expect_object(item, {"name", "from"});
        Level level;
        read_name_of(item, names, level.name);
        level.from = read_from(item, i, levels.empty() ? std::nullopt : levels.back().from);
        levels.push_back(std::move(level));
    }
    return levels;
}

} // namespace

std::vector<Stage> read_stages(const JsonValue &value, const Rules &rules) {
    expect_array(value);
    std::vector<Stage> stages;
    UniqueNames names;
    for (size_t i = 0; i < value.count(); ++i) {
        stages.push_back(read_stage(value.item(i), i, stages, rules, names));
    }
    return stages;
}

std::vector<Label> read_labels(const JsonValue &value, const Rules &rules) {
    expect_object(value);
    std::vector<Label> labels;
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue item = value.item(i);
        check_name(item, item.key());
        expect_object(item, {"of", "levels"});
        Label label;
        label.name = item.key();
        const JsonValue of = item.require("of");
        label.of = read_name(of);
        if (label.of == "probability" && !rules.probability) {
            of.refuse("the document has no \"probability\"");
        }
        if (label.of != "score" && label.of != "probability") {
            check_dimension_known(of, label.of, rules);
        }
        label.levels = read_levels(item.require("levels"));
        labels.push_back(std::move(label));
    }
    std::sort(labels.begin(), labels.end(), [](const Label &a, const Label &b) { return a.name < b.name; });
    return labels;
}

} // namespace leadscore
