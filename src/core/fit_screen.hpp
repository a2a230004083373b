// Which columns are fit to learn from, and why the others are not.
#pragma once

#include "no_postgres.hpp"
#include "fit_bins.hpp"
#include "fit_rows.hpp"

#include <optional>

namespace leadscore {

// A column of the training part in fine bins.
struct FitCandidate {
    size_t column = 0; // in the table
    FitBins bins;
    std::vector<uint8_t> codes; // one a lead of the training part, in the order of FitRows
};

// What each bin holds.
struct FitCount {
    size_t leads = 0;
    size_t conversions = 0;
};
std::vector<FitCount> counted(const std::vector<uint8_t> &codes, int bins, const std::vector<uint8_t> &converted);

// Whether an outcome is hardly there, though 30 leads of it were to be expected: its rate is at most 5 % of that among all.
bool one_outcome_only(const FitCount &part, const FitCount &all);

// The word in a column's name that speaks of a judgement, which may have been made after the outcome was known; else empty.
std::string word_of_judgement(const std::string &field);

// The columns that are used; what is not goes to `left_out`.
std::vector<FitCandidate> screen(const FitTable &table, const FitSettings &settings, const FitRows &rows,
                                 const std::vector<uint8_t> &converted, std::vector<FitLeftOut> &left_out);

} // namespace leadscore
