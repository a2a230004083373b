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
    double conversions = 0;
    double others = 0;
    for (const auto &[points, total] : totals) {
        conversions += static_cast<double>(total.conversions);
        others += static_cast<double>(total.leads - total.conversions);
    }
    const double of_conversion = (conversions + 1) / (conversions + 2);
    const double of_other = 1 / (others + 2);
    FitLine line{std::log((conversions + 1) / (others + 1)), 0};
    double best = HUGE_VAL;
    FitLine before = line;
    for (int step = 0; step < 100; ++step) {
        double g0 = 0, g1 = 0, h00 = 1e-9, h01 = 0, h11 = 1e-9, cost = 0;
        for (const auto &[points, total] : totals) {
            const auto score = static_cast<double>(points);
            const double probability = 1 / (1 + std::exp(-line.odds(points)));
            const auto count = static_cast<double>(total.leads);
            const double wanted = static_cast<double>(total.conversions) * of_conversion +
                                  static_cast<double>(total.leads - total.conversions) * of_other;
            cost += wanted * log_loss(line.odds(points), true) + (count - wanted) * log_loss(line.odds(points), false);
            const double rest = wanted - count * probability;
            const double curvature = count * probability * (1 - probability);
            g0 += rest;
            g1 += rest * score;
            h00 += curvature;
            h01 += curvature * score;
            h11 += curvature * score * score;
        }
        if (cost > best + 1e-9 * std::fabs(best)) {
            line = {(line.intercept + before.intercept) / 2, (line.slope + before.slope) / 2};
            continue;
        }
        best = cost;
        before = line;
        const double determinant = h00 * h11 - h01 * h01;
        const double d0 = determinant > 1e-12 ? (h11 * g0 - h01 * g1) / determinant : g0 / h00;
        const double d1 = determinant > 1e-12 ? (h00 * g1 - h01 * g0) / determinant : 0;
        line.intercept += d0;
        line.slope += d1;
        if (std::fabs(d0) < 1e-9 && std::fabs(d1) < 1e-11) {
            break;
        }
    }
    return line.slope > 0 ? line : FitLine{std::log((conversions + 1) / (others + 1)), 0};
}

} // namespace leadscore
