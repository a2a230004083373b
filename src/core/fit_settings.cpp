// Settings of fitting as JSON.
#include "fit_settings.hpp"

#include "reader.hpp"

#include <algorithm>

namespace leadscore {
namespace {

constexpr int64_t most_leads = 1000000000;

std::vector<std::string> read_fields(const JsonValue &value) {
    expect_array(value);
    std::vector<std::string> fields;
    for (size_t i = 0; i < value.count(); ++i) {
        fields.push_back(read_text(value.item(i)));
    }
    return fields;
}

FitDirection read_direction(const JsonValue &value) {
    const std::string &text = read_text(value);
    if (text != "rising" && text != "falling") {
        value.refuse("expected \"rising\" or \"falling\"");
    }
    return text == "rising" ? FitDirection::rising : FitDirection::falling;
}

template <typename T> void read_whole_into(const JsonValue &object, std::string_view key, int64_t least, int64_t most, T &out) {
    if (const auto value = object.find(key)) {
        out = static_cast<T>(read_whole(*value, least, most));
    }
}

// Settings that people give. SQL takes out test_share, and adds what stands in the arguments or follows from foreign keys.
void expect_settings(const JsonValue &object) {
    const std::vector<std::string_view> keys = {"name",         "timezone",   "doubling",   "least_conversions",
                                                "least_others", "most_pairs", "test_share", "monotone",
                                                "keep",         "leave_out"};
    expect_object(object);
    for (size_t i = 0; i < object.count(); ++i) {
        const JsonValue entry = object.item(i);
        const std::string_view key = entry.key();
        if (key != "horizon" && key != "references" && std::find(keys.begin(), keys.end(), key) == keys.end()) {
            entry.fail(Trouble::syntax, "unknown key", hint_for(key, keys));
        }
    }
}

} // namespace

FitSettings read_fit_settings(std::string_view json) {
    const JsonNode root = parse_json(json);
    const JsonValue object(root);
    expect_settings(object);
    FitSettings settings;
    settings.name = read_optional_text(object, "name");
    settings.timezone = read_optional_text(object, "timezone");
    if (const auto horizon = object.find("horizon")) {
        settings.horizon = read_duration(*horizon);
    }
    read_whole_into(object, "doubling", 1, 1000, settings.doubling);
    read_whole_into(object, "least_conversions", 1, most_leads, settings.least_conversions);
    read_whole_into(object, "least_others", 1, most_leads, settings.least_others);
    read_whole_into(object, "most_pairs", 0, 32, settings.most_pairs);
    if (const auto monotone = object.find("monotone")) {
        expect_object(*monotone);
        for (size_t i = 0; i < monotone->count(); ++i) {
            settings.monotone.emplace_back(monotone->item(i).key(), read_direction(monotone->item(i)));
        }
    }
    if (const auto keep = object.find("keep")) {
        settings.keep = read_fields(*keep);
    }
    if (const auto leave_out = object.find("leave_out")) {
        settings.leave_out = read_fields(*leave_out);
    }
    if (const auto references = object.find("references")) {
        settings.references = read_fields(*references);
    }
    return settings;
}

} // namespace leadscore
