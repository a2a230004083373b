// Penalised logistic regression on bins: a weight for each bin of each feature, found by Newton's method.
#pragma once

#include "no_postgres.hpp"
#include "text_match.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace leadscore {

// A feature is a column in bins, or a pair of columns in cells.
struct FitFeature {
    std::vector<uint8_t> codes; // one a lead
    int bins = 0;
    double ridge = 1;         // what the square of a weight costs
    std::vector<double> fuse; // what the square of the difference between bins b and b + 1 costs, from b = 1 on; empty: nothing
};

std::vector<size_t> leads_by_bin(const FitFeature &feature);
size_t most_common(const std::vector<size_t> &counts) noexcept; // the first of them

struct FitWeights {
    double intercept = 0;
    std::vector<std::vector<double>> of; // by feature and bin
};

constexpr size_t fit_folds = 5;

// Leads in rows of small numbers, ready for many fits.
class FitMatrix {
public:
    // Takes every `stride`-th lead.
    FitMatrix(const std::vector<FitFeature> &features, const std::vector<uint8_t> &converted, size_t stride, GoOn go_on);

    size_t rows() const noexcept {
        return converted_.size();
    }
    bool converted(size_t row) const noexcept {
        return converted_[row] != 0;
    }
    // Of the weights' penalties, those of `features`; `start` may be empty. All leads but the fold's; fold fit_folds: all.
    FitWeights fit(const std::vector<FitFeature> &features, size_t fold, const FitWeights &start, double precision) const;

    // The logarithm of the odds.
    double odds(const FitWeights &weights, size_t row) const noexcept;

    // Curvature of the likelihood by feature and bin: how much a weight is known to.
    std::vector<std::vector<double>> curvature(const FitWeights &weights) const;

private:
    struct Slopes;
    bool in_fold(size_t row, size_t fold) const noexcept {
        return row % fit_folds == fold;
    }
    void slopes_of(const std::vector<double> &flat, size_t fold, Slopes &slopes) const;
    std::vector<double> flat(const FitWeights &weights) const;

    std::vector<uint32_t> offsets_; // by feature, and the end
    std::vector<uint32_t> usual_;   // by feature: its most common bin, whose sums follow from the others'
    std::vector<uint16_t> cells_;   // row by row, places of bins
    std::vector<uint8_t> converted_;
    size_t features_ = 0;
    GoOn go_on_;
};

// -log of the probability of what happened.
double log_loss(double odds, bool converted) noexcept;

} // namespace leadscore
