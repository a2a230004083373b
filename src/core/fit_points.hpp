// Weights as whole points, and the probability that goes with their sum.
#pragma once

#include "no_postgres.hpp"
#include "calibration.hpp"
#include "fit_weights.hpp"

#include <map>
#include <vector>

namespace leadscore {

using FitPoints = std::vector<std::vector<int64_t>>; // by feature and bin

// The first `columns` features have 0 in their most common bin; cells of pairs stand on their own. Bins without leads get what
// leads have on the average.
FitPoints points_of(const FitWeights &weights, const std::vector<FitFeature> &features, size_t columns, double per_weight);

// The odds, as a logarithm, that those points leave out: of who is in the most common bin of every column.
double odds_without_points(const FitWeights &weights, const std::vector<FitFeature> &features, size_t columns);

// How many leads there are with a sum of points, and how many of them converted.
struct FitTotal {
    int64_t leads = 0;
    int64_t conversions = 0;
};
using FitTotals = std::map<int64_t, FitTotal>;

// The probability of a sum of points.
using FitLine = CalibrationLine;
FitLine line_of(const FitTotals &totals);

// The same slope, with the intercept that promises as many conversions as there are.
FitLine through_rate(FitLine line, const FitTotals &totals);

} // namespace leadscore
