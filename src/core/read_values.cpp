// Typed access to a JSON tree: types, ranges, names, durations.
#include "read_values.hpp"

#include "meant_words.hpp"
#include "number.hpp"

#include <algorithm>
#include <iterator>

namespace leadscore {
namespace {

// Keys are short; a longer one is no typing mistake.
constexpr size_t most_compared = 40;
constexpr int64_t most_duration_hours = 24 * 1000000;

Number parse_node(const JsonValue &value, std::string &storage) {
    Number number;
    if (value.kind() != JsonNode::Kind::number || !parse_number(value.node().text, storage, number)) {
        value.wrong_type("a number");
    }
    return number;
}

std::optional<DurationUnit> find_unit(std::string_view word) {
    constexpr std::string_view names[] = {"hour", "day", "week", "month", "year"};
    if (!word.empty() && word.back() == 's') {
        word.remove_suffix(1);
    }
    for (size_t i = 0; i < std::size(names); ++i) {
        if (word == names[i]) {
            return static_cast<DurationUnit>(i);
        }
    }
    return std::nullopt;
}

// The duration that is meant by one with other letters or blanks, "" if there is none: "30 Days", "7d", "2  weeks".
std::string meant_duration(std::string_view text) {
    struct Short {
        std::string_view letters;
        const char *unit;
    };
    constexpr Short shorts[] = {{"h", "hour"},  {"hr", "hour"},   {"hrs", "hour"},   {"d", "day"},  {"w", "week"},
                                {"wk", "week"}, {"mon", "month"}, {"mons", "month"}, {"y", "year"}, {"yr", "year"}};
    std::string count;
    std::string word;
    for (const char c : plain_word(text)) {
        if (c >= '0' && c <= '9' && word.empty()) {
            count.push_back(c);
        } else if (c >= 'a' && c <= 'z' && !count.empty()) {
            word.push_back(c);
        } else if (c != '_' || text.find('-') != std::string_view::npos) {
            return {};
        }
    }
    for (const Short &one : shorts) {
        if (word == one.letters) {
            word = one.unit;
        }
    }
    if (count.empty() || count.size() > 9 || !find_unit(word)) {
        return {};
    }
    if (count != "1" && word.back() != 's') {
        word.push_back('s');
    }
    return json_string(count + " " + word);
}

std::string hint_for_duration(const JsonValue &value) {
    const std::string meant = meant_duration(value.node().text);
    return meant.empty() ? "" : "Write " + meant + ": a whole number, one blank, and the unit in lower case.";
}

} // namespace

std::optional<JsonValue> JsonValue::find(std::string_view key) const noexcept {
    for (size_t i = 0; i < count(); ++i) {
        if (node_->items[i].key == key) {
            return item(i);
        }
    }
    return std::nullopt;
}

JsonValue JsonValue::require(std::string_view key) const {
    const std::optional<JsonValue> found = find(key);
    if (!found) {
        refuse("the key " + json_string(key) + " is missing");
    }
    return *found;
}

std::string JsonValue::place() const {
    if (parent_ == nullptr) {
        return {};
    }
    std::string text = parent_->place();
    if (parent_->kind() == JsonNode::Kind::object) {
        append_key(text, node_->key);
    } else {
        append_index(text, index_);
    }
    return text;
}

void JsonValue::fail(Trouble trouble, const std::string &message, const std::string &hint) const {
    throw Problem(trouble, named_place(), message, hint);
}

std::string JsonValue::named_place() const {
    return place() + owner_behind();
}

std::string JsonValue::named_place_of(std::string_view key) const {
    std::string text = place();
    append_key(text, key);
    return text + owner_behind();
}

std::string JsonValue::owner_behind() const {
    return name_behind(owner_name());
}

std::string JsonValue::owner_name() const {
    for (const JsonValue *value = this; value->parent_ != nullptr; value = value->parent_) {
        const JsonValue &list = *value->parent_;
        if (list.parent_ == nullptr || list.parent_->parent_ != nullptr || list.kind() != JsonNode::Kind::array) {
            continue;
        }
        const std::optional<JsonValue> name = value->kind() == JsonNode::Kind::object ? value->find("name") : std::nullopt;
        // Not where the name itself is at fault.
        return name && name->kind() == JsonNode::Kind::text && name->node_ != node_ ? name->node().text : std::string();
    }
    return {};
}

std::string_view nearest_word(std::string_view word, const std::vector<std::string_view> &words) {
    std::string_view nearest;
    // Two letters of a short word make another one of it.
    size_t least = word.size() < 3 || word.size() > most_compared ? 0
                   : word.size() < 6                              ? 2
                                                                  : std::max<size_t>(2, word.size() / 3) + 1;
    for (const std::string_view candidate : words) {
        if (candidate.size() > most_compared) {
            continue;
        }
        const size_t distance = letters_apart(word, candidate);
        // Not if nothing of the word would be left.
        if (distance < least && distance < std::max(word.size(), candidate.size())) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

std::string hint_for(std::string_view key, const std::vector<std::string_view> &keys) {
    const std::string_view meant = meant_word(key, keys);
    const std::string_view nearest = meant.empty() ? nearest_word(key, keys) : meant;
    if (!nearest.empty()) {
        return "Did you mean " + json_string(nearest) + "?";
    }
    std::string list;
    for (const std::string_view candidate : keys) {
        list.append(list.empty() ? "Allowed here: " : ", ").append(candidate);
    }
    return list + ".";
}

namespace {

struct Example {
    std::string_view key;
    std::string_view text;
};

constexpr Example examples[] = {
    {"rules", "[{\"name\": \"visits\", \"on\": \"visit\", \"points\": 1}]"},
    {"stages", "[{\"name\": \"cold\"}, {\"name\": \"hot\", \"from\": 60}]"},
    {"exclude", "[{\"name\": \"customers\", \"if\": {\"status\": \"customer\"}}]"},
    {"labels", "{\"grade\": {\"of\": \"fit\", \"levels\": [{\"name\": \"B\"}, {\"name\": \"A\", \"from\": 50}]}}"},
    {"dimensions", "{\"fit\": {\"max\": 50}}"},
    {"bands", "[{\"points\": 0}, {\"from\": 50, \"points\": 10}]"},
    {"if", "{\"country\": \"DE\"}"},
    {"between", "[10, 20]"},
};

// By the last key of the place, for an element of an array that of the array.
std::string example_for(const std::string &place) {
    std::string_view key = place;
    if (!key.empty() && key.back() == ']') {
        key = key.substr(0, key.rfind('['));
    }
    key = key.substr(key.rfind('.') + 1); // the whole, if there is none
    for (const Example &example : examples) {
        if (example.key == key) {
            return "For example \"" + std::string(key) + "\": " + std::string(example.text) + ".";
        }
    }
    return {};
}

} // namespace

void expect_object(const JsonValue &value) {
    if (value.kind() != JsonNode::Kind::object) {
        value.wrong_type("an object", example_for(value.place()));
    }
}

void expect_object(const JsonValue &value, Keys keys) {
    expect_object(value);
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue entry = value.item(i);
        if (std::find(keys.begin(), keys.end(), entry.key()) == keys.end()) {
            entry.fail(Trouble::syntax, "unknown key", hint_for(entry.key(), keys));
        }
    }
}

void expect_array(const JsonValue &value) {
    if (value.kind() != JsonNode::Kind::array) {
        value.wrong_type("an array", example_for(value.place()));
    }
}

const std::string &read_text(const JsonValue &value) {
    if (value.kind() != JsonNode::Kind::text) {
        value.wrong_type("a string");
    }
    return value.node().text;
}

bool read_boolean(const JsonValue &value) {
    if (value.kind() != JsonNode::Kind::boolean) {
        value.wrong_type("true or false");
    }
    return value.node().boolean;
}

void check_name(const JsonValue &value, const std::string &name) {
    if (name.empty()) {
        value.refuse("must not be empty");
    }
    if (name.size() > most_name_bytes) {
        value.fail(Trouble::limit, "longer than " + std::to_string(most_name_bytes) + " bytes");
    }
}

std::string read_name(const JsonValue &value) {
    const std::string &name = read_text(value);
    check_name(value, name);
    return name;
}

int128 read_micro(const JsonValue &value, int128 bound) {
    std::string storage;
    const Number number = parse_node(value, storage);
    int128 micro = 0;
    if (!number_to_micro(number, bound, micro)) {
        value.refuse("must be between " + micro_text(-bound) + " and " + micro_text(bound));
    }
    if (!fits_six_places(number)) {
        value.refuse("more than 6 decimal places");
    }
    return micro;
}

int64_t read_points(const JsonValue &value) {
    return static_cast<int64_t>(read_micro(value, most_points_micro));
}

int64_t read_whole(const JsonValue &value, int64_t least, int64_t most) {
    std::string storage;
    const Number number = parse_node(value, storage);
    if (!number.small || number.scale > 0 || number.mantissa < least || number.mantissa > most) {
        value.refuse("must be a whole number between " + std::to_string(least) + " and " + std::to_string(most));
    }
    return number.mantissa;
}

std::string read_number_text(const JsonValue &value) {
    std::string storage;
    return number_text(parse_node(value, storage));
}

Duration read_duration(const JsonValue &value) {
    const std::string example = "a duration such as \"14 days\"";
    if (value.kind() != JsonNode::Kind::text) {
        value.wrong_type(example);
    }
    const std::string_view text = value.node().text;
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits + 1 >= text.size() || text[digits] != ' ') {
        value.refuse("expected " + example, hint_for_duration(value));
    }
    const std::optional<DurationUnit> unit = find_unit(text.substr(digits + 1));
    if (!unit) {
        const std::string hint = hint_for_duration(value);
        value.refuse("unknown unit of time",
                     hint.empty() ? "Units are hours, days, weeks, months (of 30 days) and years (of 365 days)." : hint);
    }
    Duration duration;
    duration.unit = *unit;
    for (const char c : text.substr(0, digits)) {
        duration.count = std::min(duration.count * 10 + (c - '0'), most_duration_hours + 1);
    }
    if (duration.count == 0) {
        value.refuse("must be at least 1");
    }
    if (duration.hours() > most_duration_hours) {
        value.refuse("longer than 1000000 days");
    }
    return duration;
}

std::string read_optional_text(const JsonValue &object, std::string_view key) {
    const std::optional<JsonValue> value = object.find(key);
    return value ? read_text(*value) : std::string();
}

std::optional<int64_t> read_optional_points(const JsonValue &object, std::string_view key) {
    const std::optional<JsonValue> value = object.find(key);
    return value ? std::optional<int64_t>(read_points(*value)) : std::nullopt;
}

bool read_optional_boolean(const JsonValue &object, std::string_view key, bool otherwise) {
    const std::optional<JsonValue> value = object.find(key);
    return value ? read_boolean(*value) : otherwise;
}

void read_bounds(const JsonValue &object, std::optional<int64_t> &min, std::optional<int64_t> &max) {
    min = read_optional_points(object, "min");
    max = read_optional_points(object, "max");
    if (min && max && *min > *max) {
        object.refuse("\"min\" is greater than \"max\"");
    }
}

} // namespace leadscore
