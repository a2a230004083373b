// What is learned: bands and values of columns, pairs, whole points and the probability of their sum.
#pragma once

#include "no_postgres.hpp"
#include "fit_choose.hpp"
#include "fit_measure.hpp"

#include <optional>

namespace leadscore {

struct FitModel {
    std::vector<FitCandidate> columns; // in their final bands
    std::vector<FitPair> pairs;
    std::vector<FitGroups> groups; // by column, as pairs see them
    FitPoints points;              // of columns, then of pairs
    FitLine line;
    FitStrength strength;
    FitPairChoice pair_choice;
    FitMeasures validation; // of the points, in leads that had no part in making them
};

// `converted`: of the training part, in the order of the candidates' codes. Measures that are not used go to `left_out`.
FitModel learn(std::vector<FitCandidate> candidates, const FitTable &table, const FitSettings &settings,
               const std::vector<uint8_t> &converted, std::vector<FitLeftOut> &left_out);

// Sums of points of rows, as scoring counts them.
FitTotals totals_of(const FitModel &model, const FitTable &table, const std::vector<uint32_t> &rows);

} // namespace leadscore
