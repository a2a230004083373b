// What is learned: bands and values of columns, pairs, whole points and the probability of their sum.
#pragma once

#include "no_postgres.hpp"
#include "fit_choose.hpp"
#include "fit_measure.hpp"

#include <optional>

namespace leadscore {

enum class FitMethod { additive, scorecard };

struct FitModel {
    FitMethod method = FitMethod::additive;
    std::vector<FitCandidate> columns; // in their final bands
    std::vector<FitPair> pairs;
    std::vector<FitGroups> groups; // by column, as pairs see them
    FitPoints points;              // of columns, then of pairs
    FitLine line;
    FitStrength strength;
    FitPairChoice pair_choice;
    FitMeasures validation;               // of the points, in leads that had no part in making them
    std::optional<FitMeasures> other_way; // the validation of the other method, if it was tried
};

// Points that a weight of one is worth.
double points_per_weight(const FitSettings &settings);

// Asked for by the settings.
std::optional<FitDirection> direction_of(const FitSettings &settings, const std::string &field);

// Each fold of a validation has bands of its own, and 0 points elsewhere. So its sums are put together by the odds they mean to
// it.
void add_by_odds(const FitTotals &totals, const FitLine &line, double per_weight, FitTotals &all);

// The validation that `all` comes to, and the model's line mended by it.
void judge(const FitTotals &all, double per_weight, FitModel &model);

// Sums of points of rows, as scoring counts them.
FitTotals totals_of(const FitModel &model, const FitTable &table, const std::vector<uint32_t> &rows);

} // namespace leadscore
