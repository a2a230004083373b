// The meaning of a rules document, as read: names resolved, defaults filled in, nothing compiled yet.
#pragma once

#include "no_postgres.hpp"
#include "decimal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadscore {

// Limits of a document (section 10 of the contract).
constexpr size_t most_document_bytes = 1024 * 1024;
constexpr int most_document_depth = 32;
constexpr size_t most_rules = 4096;
constexpr size_t most_name_bytes = 1024;
// Largest points, weight, bound; largest `from`; in micro units.
constexpr int128 most_points_micro = static_cast<int128>(1000000000) * micro_per_unit;
constexpr int128 most_from_micro = static_cast<int128>(1000000000000000) * micro_per_unit;
constexpr int64_t most_count = 1000000000;

enum class DurationUnit { hour, day, week, month, year };

// "<n> hours|days|weeks|months|years"; 1 <= n, at most 1,000,000 days in all.
struct Duration {
    int64_t count = 0;
    DurationUnit unit = DurationUnit::day;
    int64_t hours() const noexcept {
        static constexpr int64_t of[] = {1, 24, 7 * 24, 30 * 24, 365 * 24};
        return count * of[static_cast<int>(unit)];
    }
    // In ticks; a Duration in hours has no whole number of days and makes its rule count hours.
    int64_t ticks(bool hour_ticks) const noexcept {
        return hour_ticks ? hours() : hours() / 24;
    }
};

// A scalar in a condition. Numbers keep their canonical text.
struct Literal {
    enum class Type { text, number, boolean };
    Type type = Type::text;
    std::string text; // the text, the number's canonical text, or empty
    bool boolean = false;
};

enum class Operator {
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    in,
    not_in,
    between,
    starts_with,
    ends_with,
    contains,
    like,
    ilike,
    matches,
    exists, // operands[0].boolean tells which; "exists": false is the test `null`
    within_last,
    older_than,
    within_next
};

// One operator with its operands; `duration` for the last three only.
struct Test {
    Operator op = Operator::equal;
    std::vector<Literal> operands;
    Duration duration;
};

// An object of entries that must all hold.
struct Condition {
    enum class Connective { field, all, any, negation };
    struct Entry {
        Connective connective = Connective::field;
        std::string field;
        std::vector<Test> tests;         // field: all must hold, ordered by operator
        std::vector<Condition> children; // all, any: the array; negation: exactly one
    };
    std::vector<Entry> entries; // by key, code point order
};

// `from` is missing only in the first band (minus infinity).
struct Band {
    std::optional<int128> from;
    int64_t points = 0;
};

struct Decay {
    enum class Type { none, half_life, linear, every };
    Type type = Type::none;
    Duration duration;
    int64_t lose = 0; // micro, for `every`
};

// Kinds of events, sorted, without repeats; `every` is "*".
struct Kinds {
    bool every = false;
    std::vector<std::string> names;
};

enum class Form {
    condition_points, // attribute rule: if + points
    attribute_bands,
    attribute_values,
    event_points, // points × measure
    event_bands   // bands on the measure
};

enum class Measure { hits, sum, distinct, ratio_to, idle };

struct Rule {
    std::string name;
    std::string description;
    bool enabled = true;
    std::string dimension; // always filled in: written, its group's, or the default
    std::string group;     // empty: none
    std::optional<int64_t> min;
    std::optional<int64_t> max;
    Form form = Form::condition_points;

    std::string attribute;
    bool has_condition = false;
    Condition condition;
    int64_t points = 0;
    std::vector<Band> bands;
    std::vector<std::pair<std::string, int64_t>> values; // by key, code point order
    int64_t otherwise = 0;
    int64_t missing = 0;

    Kinds on;
    Measure measure = Measure::hits;
    std::string property; // of sum and distinct
    Kinds ratio_to;
    std::optional<Duration> within;
    int64_t burst = 0;        // 0: none
    int64_t at_most_hits = 0; // 0: none
    Duration at_most_per;
    int64_t limit = 0; // 0: none
    Decay decay;

    bool on_events() const noexcept {
        return form == Form::event_points || form == Form::event_bands;
    }
    // Whether age is counted in hours of UTC instead of days of the rules' time zone.
    bool hour_ticks() const noexcept {
        return (within && within->unit == DurationUnit::hour) || (at_most_hits > 0 && at_most_per.unit == DurationUnit::hour) ||
               (decay.type != Decay::Type::none && decay.duration.unit == DurationUnit::hour);
    }
};

struct Group {
    enum class Take { sum, max, min };
    std::string name;
    std::string dimension; // filled in
    std::optional<int64_t> min;
    std::optional<int64_t> max;
    Take take = Take::sum;
};

struct Dimension {
    std::string name;
    std::optional<int64_t> min;
    std::optional<int64_t> max;
    int64_t weight = micro_per_unit;
};

struct Exclusion {
    std::string name;
    Condition condition;
};

struct Stage {
    std::string name;
    std::string qualification;
    bool has_qualification = false;
    std::optional<int128> from;                         // missing in the first only
    std::vector<std::pair<std::string, int64_t>> needs; // dimension, least; by name
    int64_t keep = 0;
    bool sticky = false;
};

struct Level {
    std::string name;
    std::optional<int128> from;
};

struct Label {
    std::string name;
    std::string of; // a dimension, "score" or "probability"
    std::vector<Level> levels;
};

// Numbers as canonical text, for they may have any number of places.
struct Probability {
    std::string intercept = "0";
    std::string slope = "0";
    std::optional<Duration> horizon;
};

struct Rules {
    std::string name;
    std::string description;
    std::string timezone = "UTC";
    std::optional<int64_t> score_min;
    std::optional<int64_t> score_max;
    int score_decimals = 0;
    bool dimensions_declared = false;
    std::vector<Dimension> dimensions; // by name; undeclared ones (fit, engagement, named by rules) filled in
    std::vector<Group> groups;         // by name
    std::vector<Exclusion> exclusions;
    std::vector<Rule> rules;
    std::vector<Stage> stages;
    std::vector<Label> labels; // by name
    std::optional<Probability> probability;
};

// Asked by the reader for what only the host knows.
class DocumentHost {
public:
    virtual ~DocumentHost() = default;
    // The name as the time zone database spells it, or nothing if there is none.
    virtual std::optional<std::string> time_zone_name(const std::string &name) = 0;
    // Throws Problem(Trouble::regex, place, …) if the pattern is no regular expression.
    virtual void check_regex(const std::string &place, const std::string &pattern) = 0;
};

// Reads a document; throws Problem with the place of the first mistake.
Rules read_rules(std::string_view json, DocumentHost &host);

// Canonical JSON: what read_rules() reads back to an equal document (docs/fine-points.md, "Canonical text").
std::string write_rules(const Rules &rules);

// Parts of canonical JSON, for evidence, explanations and comparisons.
std::string write_rule(const Rule &rule);
std::string write_condition(const Condition &condition);
std::string json_string(std::string_view text);

} // namespace leadscore
