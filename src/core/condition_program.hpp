// Conditions made ready to run: fields numbered, literals parsed, patterns prepared. Run once per event or lead.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"
#include "text_match.hpp"
#include "value.hpp"
#include "zone.hpp"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace leadscore {

// Names of fields, numbered as they come up; the glue fetches values by number.
class FieldNames {
public:
    size_t number_of(const std::string &name);
    const std::vector<std::string> &names() const noexcept {
        return names_;
    }

private:
    std::vector<std::string> names_;
    std::unordered_map<std::string, size_t> numbers_;
};

// Regular expressions are the server's; the core knows them by number.
class RegexHost {
public:
    virtual ~RegexHost() = default;
    // 1 if it matches, 0 if not, -1 if the server raised an error (which the host keeps).
    virtual int match(size_t pattern, std::string_view text) = 0;
};

// What a condition may look at besides the fields.
struct Surroundings {
    int64_t as_of = 0; // moment of scoring, microseconds of UTC
    const Zone *zone = nullptr;
    RegexHost *regex = nullptr;
    GoOn go_on = nullptr;
};

// Number with memory of its own.
struct StoredNumber {
    explicit StoredNumber(std::string_view text);
    std::unique_ptr<std::string> storage;
    Number number;
};

class ConditionProgram {
public:
    // Adds its fields to `fields` and its regular expressions to `patterns`.
    ConditionProgram(const Condition &condition, FieldNames &fields, std::vector<std::string> &patterns, const Zone &zone);

    // `values` by field number. Throws Interrupted, or Problem(host) when the server's regex failed.
    bool holds(const Value *values, const Surroundings &around) const;

    // Whether one of its tests compares with the moment of scoring.
    bool looks_at_clock() const noexcept;

    // The first moment after `around.as_of` and before `until` at which one of those tests may change its answer on these values;
    // `until` if there is none.
    int64_t next_moment(const Value *values, const Surroundings &around, int64_t until) const;

    // Numbers of the fields it looks at.
    void add_fields_to(std::vector<size_t> &fields) const;

private:
    struct Literals {
        std::vector<std::string> texts; // sorted
        std::vector<int64_t> instants;  // texts that are ISO times, as moments
        std::vector<StoredNumber> numbers;
        bool has[2] = {false, false}; // false, true
    };
    struct Check {
        Operator op;
        Literals literals;
        std::vector<Literal> operands;
        int64_t duration = 0; // microseconds
        size_t pattern = 0;
        std::optional<LikePattern> like;
    };
    struct Entry {
        Condition::Connective connective;
        size_t field = 0;
        std::vector<Check> checks;
        std::vector<ConditionProgram> children;
    };

    static Check prepare(const Test &test, std::vector<std::string> &patterns, const Zone &zone);
    static bool passes(const Check &check, const Value &value, const Surroundings &around);
    static bool element_passes(const Check &check, const Value &value, const Surroundings &around);
    static std::optional<int> order(const Literals &literals, size_t n, const Value &value, const Surroundings &around);
    static bool is_one_of(const Literals &literals, const Value &value, const Surroundings &around);
    static bool clock_holds(const Check &check, const Value &value, const Surroundings &around);
    static int64_t next_moment_of(const Check &check, const Value &value, const Surroundings &around, int64_t until);
    static bool text_holds(const Check &check, std::string_view text, const Surroundings &around);

    std::vector<Entry> entries_;
};

// The moment of a date or time value, or of ISO text where `text_too`; nothing for other values.
std::optional<int64_t> moment_of(const Value &value, const Zone &zone, bool text_too);

} // namespace leadscore
