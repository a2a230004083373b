// Past leads with their outcome, as a table of columns, and the rules learned from it.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"
#include "text_match.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace leadscore {

// What rules can look at: an attribute, or the measure of an event rule.
struct FitColumn {
    enum class Type { number, level, boolean };
    std::string field; // of an attribute: as rules name it; of a measure: what people should read
    Type type = Type::number;
    std::vector<double> numbers;     // number: one a lead, the double nearest to the decimal that is scored; NaN: missing
    std::vector<int32_t> codes;      // else: one a lead, into `levels`; -1: missing
    std::vector<std::string> levels; // in any order, as `values` of rules writes them; boolean: "false", "true"
    bool only_texts = true;          // levels: no value is a number or a boolean, so that a condition finds it by its text
    int candidate = -1;              // the event rule of `candidates` this measures; -1: an attribute
};

// What is not used, and why.
struct FitLeftOut {
    std::string field;
    std::string reason; // constant, missing, identifier, reference, suspect, asked, weak; the glue has more
    std::string detail; // a sentence
};

struct FitTable {
    std::vector<FitColumn> columns;
    std::vector<uint8_t> converted;   // one a lead
    std::vector<uint8_t> test;        // one a lead: held back
    Rules candidates;                 // event rules whose measures are columns: form, bands and points do not matter
    std::vector<FitLeftOut> left_out; // by whoever made the table; the report goes on from it
};

enum class FitDirection { rising, falling };

struct FitSettings {
    std::string name;
    std::string timezone; // as the database spells it; empty: that of the candidates
    std::optional<Duration> horizon;
    int64_t least_conversions = 40; // of the training part, and as many leads without
    int64_t least_others = 40;
    int doubling = 10;                                          // points that double the odds, 1 to 1000
    int most_pairs = 8;                                         // pairs of columns that may become rules with two conditions
    std::vector<std::pair<std::string, FitDirection>> monotone; // by field: points never fall, never rise
    std::vector<std::string> keep;                              // fields to use although they are suspects
    std::vector<std::string> leave_out;
    std::vector<std::string> references;               // fields whose numbers name rows of other tables
    GoOn go_on = nullptr;                              // asked often; fit_table throws Interrupted when it says no
    std::function<void(const std::string &)> progress; // told what begins; may be empty
};

// Whether a list of the settings has the field.
inline bool is_one_of(const std::vector<std::string> &fields, const std::string &field) {
    return std::find(fields.begin(), fields.end(), field) != fields.end();
}

struct FitResult {
    Rules rules;
    std::string document; // canonical text of `rules`
    std::string report;   // JSON object
};

// The same leads give the same bytes, in whatever order they stand. Throws Problem if there are too few.
FitResult fit_table(const FitTable &table, const FitSettings &settings);

} // namespace leadscore
