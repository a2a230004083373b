// Weights as whole points, and the probability that goes with their sum.
#include "fit_points.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {

FitPoints points_of(const FitWeights &weights, const std::vector<FitFeature> &features, size_t columns, double per_weight) {
    FitPoints points;
    for (size_t f = 0; f < features.size(); ++f) {
        const auto bins = static_cast<size_t>(features[f].bins);
        std::vector<size_t> counts(bins, 0);
        for (const uint8_t code : features[f].codes) {
            ++counts[code];
        }
        const auto usual = static_cast<size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
        const double zero = f < columns ? weights.of[f][usual] : 0;
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

FitLine line_of(const FitTotals &totals) {
    std::vector<OutcomeCell> cells;
    cells.reserve(totals.size());
    for (const auto &[points, total] : totals) {
        cells.push_back({static_cast<double>(points), unknown, total.leads, total.conversions});
    }
    return calibrate(cells);
}

} // namespace leadscore
