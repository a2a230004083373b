// Weights as whole points, and the probability that goes with their sum.
#include "fit_points.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {
namespace {

constexpr int halvings = 60;
constexpr double farthest_odds = 50;

double promised(const FitLine &line, const FitTotals &totals) {
    double sum = 0;
    for (const auto &[points, total] : totals) {
        sum += static_cast<double>(total.leads) / (1 + std::exp(-line.odds(static_cast<double>(points))));
    }
    return sum;
}

} // namespace

FitPoints points_of(const FitWeights &weights, const std::vector<FitFeature> &features, size_t columns, double per_weight) {
    FitPoints points;
    for (size_t f = 0; f < features.size(); ++f) {
        const auto bins = static_cast<size_t>(features[f].bins);
        const std::vector<size_t> counts = leads_by_bin(features[f]);
        const double zero = f < columns ? weights.of[f][most_common(counts)] : 0;
        double mean = 0;
        for (size_t bin = 0; bin < bins; ++bin) {
            mean += weights.of[f][bin] * static_cast<double>(counts[bin]) / static_cast<double>(features[f].codes.size());
        }
        std::vector<int64_t> of_bins;
        for (size_t bin = 0; bin < bins; ++bin) {
            const double weight = counts[bin] > 0 || f >= columns ? weights.of[f][bin] : mean;
            of_bins.push_back(std::llround(std::clamp((weight - zero) * per_weight, -1e6, 1e6)));
        }
        points.push_back(std::move(of_bins));
    }
    return points;
}

double odds_without_points(const FitWeights &weights, const std::vector<FitFeature> &features, size_t columns) {
    double odds = weights.intercept;
    for (size_t f = 0; f < columns; ++f) {
        odds += weights.of[f][most_common(leads_by_bin(features[f]))];
    }
    return odds;
}

FitLine line_of(const FitTotals &totals) {
    std::vector<OutcomeCell> cells;
    cells.reserve(totals.size());
    for (const auto &[points, total] : totals) {
        cells.push_back({static_cast<double>(points), unknown, total.leads, total.conversions});
    }
    return calibrate(cells);
}

FitLine through_rate(FitLine line, const FitTotals &totals) {
    int64_t conversions = 0;
    for (const auto &[points, total] : totals) {
        conversions += total.conversions;
    }
    double low = line.intercept - farthest_odds;
    double high = line.intercept + farthest_odds;
    for (int i = 0; i < halvings; ++i) {
        line.intercept = (low + high) / 2;
        (promised(line, totals) < static_cast<double>(conversions) ? low : high) = line.intercept;
    }
    return line;
}

} // namespace leadscore
