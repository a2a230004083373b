// A model written as an ordinary document of rules.
#pragma once

#include "no_postgres.hpp"
#include "fit_model.hpp"

#include <string>
#include <vector>

namespace leadscore {

// One line of a rule, for the report: which bins of which feature it is for.
struct FitEntry {
    std::string rule;
    std::string field; // of a pair: both
    std::string value; // what people read: "from 5 to 12", "Software", "missing"
    size_t feature = 0;
    std::vector<bool> bins; // by bin or cell
    int64_t points = 0;
    bool usual = false; // holds the most common bin, which the others are measured against
};

struct FitDocument {
    Rules rules;
    std::string text;
    std::vector<FitEntry> entries;
    std::vector<size_t> weak; // columns that earn no points anywhere
};

// `training`: sums of points, for the levels of the label `priority`.
FitDocument document_of(const FitModel &model, const FitTable &table, const FitSettings &settings, const FitTotals &training);

// The shortest text that means the number to nine digits.
std::string number_as_text(double number);

} // namespace leadscore
