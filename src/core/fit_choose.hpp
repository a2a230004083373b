// Choices made by inner validation: how strongly weights are held back, and which pairs pay.
#pragma once

#include "no_postgres.hpp"
#include "fit_pairs.hpp"
#include "fit_weights.hpp"

#include <vector>

namespace leadscore {

struct FitStrength {
    double ridge = 3;
    double fuse = 20;
    double pair_ridge = 3;
};

// What leads of each fold lose, weighted by the others; one number a lead.
struct FitTrial {
    std::vector<double> losses;
    std::vector<FitWeights> weights; // by fold
    double mean() const noexcept;
};

// Columns as features. `fine`: between neighbours as many fine bins as they hold, so that a slope costs the same in bands.
std::vector<FitFeature> features_of(const std::vector<FitCandidate> &columns, const FitStrength &strength,
                                    const std::vector<std::vector<int>> &fine_bins);

// By strength, from `start` (may be empty).
FitTrial try_out(const FitMatrix &matrix, const std::vector<FitFeature> &features, const std::vector<FitWeights> &start);

// The strength with the least loss; `trial` is what it came to.
FitStrength choose_strength(const FitMatrix &matrix, std::vector<FitFeature> features, FitTrial &trial);

void set_strength(std::vector<FitFeature> &features, const FitStrength &strength);

struct FitPairChoice {
    size_t count = 0; // 0: none pays
    double ridge = 3;
    double loss = 0;
    double loss_without = 0;
};

// How many of the best pairs pay, each fold having chosen its own. `features`: the columns'.
FitPairChoice choose_pairs(const FitPairs &pairs, const FitMatrix &matrix, const std::vector<FitFeature> &features,
                           const FitTrial &without, const std::vector<uint8_t> &converted, size_t stride, size_t most,
                           GoOn go_on);

} // namespace leadscore
