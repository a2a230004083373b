// Choices made by inner validation.
#include "fit_choose.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {
namespace {

constexpr double precision_of_trials = 1e-3;
// So many standard errors must pairs be better than none: a table without them is easier to read.
constexpr double clear_gain = 2;

// Mean of a - b in standard errors.
double gain_in_errors(const std::vector<double> &a, const std::vector<double> &b) {
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        sum += a[i] - b[i];
        squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    const auto count = static_cast<double>(a.size());
    const double mean = sum / count;
    const double variance = squares / count - mean * mean;
    return variance > 0 ? mean / std::sqrt(variance / count) : 0;
}

} // namespace

double FitTrial::mean() const noexcept {
    double sum = 0;
    for (const double loss : losses) {
        sum += loss;
    }
    return losses.empty() ? 0 : sum / static_cast<double>(losses.size());
}

std::vector<FitFeature> features_of(const std::vector<FitCandidate> &columns, const FitStrength &strength,
                                    const std::vector<std::vector<int>> &fine_bins) {
    std::vector<FitFeature> features;
    for (size_t c = 0; c < columns.size(); ++c) {
        FitFeature feature{columns[c].codes, columns[c].bins.count, strength.ridge, {}};
        for (int bin = 1; columns[c].bins.ordered && bin + 1 < feature.bins; ++bin) {
            const double apart =
                fine_bins.empty() ? 1
                                  : 0.5 * (fine_bins[c][static_cast<size_t>(bin)] + fine_bins[c][static_cast<size_t>(bin) + 1]);
            feature.fuse.push_back(strength.fuse / apart);
        }
        features.push_back(std::move(feature));
    }
    return features;
}

void set_strength(std::vector<FitFeature> &features, const FitStrength &strength) {
    for (FitFeature &feature : features) {
        feature.ridge = strength.ridge;
        std::fill(feature.fuse.begin(), feature.fuse.end(), strength.fuse);
    }
}

FitTrial try_out(const FitMatrix &matrix, const std::vector<FitFeature> &features, const std::vector<FitWeights> &start) {
    FitTrial trial;
    trial.losses.resize(matrix.rows());
    for (size_t fold = 0; fold < fit_folds; ++fold) {
        trial.weights.push_back(matrix.fit(features, fold, start.empty() ? FitWeights() : start[fold], precision_of_trials));
        for (size_t row = fold; row < matrix.rows(); row += fit_folds) {
            trial.losses[row] = log_loss(matrix.odds(trial.weights.back(), row), matrix.converted(row));
        }
    }
    return trial;
}

// One after the other, for the two hardly depend on each other: up and down while it helps.
FitStrength choose_strength(const FitMatrix &matrix, std::vector<FitFeature> features, FitTrial &trial) {
    FitStrength best;
    set_strength(features, best);
    trial = try_out(matrix, features, {});
    const auto walk = [&](double FitStrength::*part, double factor, double most) {
        bool moved = false;
        for (double next = best.*part * factor; next > 0.2 && next < most; next *= factor) {
            FitStrength tried = best;
            tried.*part = next;
            set_strength(features, tried);
            FitTrial outcome = try_out(matrix, features, trial.weights);
            if (outcome.mean() >= trial.mean()) {
                break;
            }
            trial = std::move(outcome);
            best = tried;
            moved = true;
        }
        return moved;
    };
    if (!walk(&FitStrength::ridge, 3, 3000)) {
        walk(&FitStrength::ridge, 1.0 / 3, 3000);
    }
    if (!walk(&FitStrength::fuse, 4, 30000)) {
        walk(&FitStrength::fuse, 0.25, 30000);
    }
    return best;
}

FitPairChoice choose_pairs(const FitPairs &pairs, const FitMatrix &matrix, const std::vector<FitFeature> &features,
                           const FitTrial &without, const std::vector<uint8_t> &converted, size_t stride, size_t most,
                           GoOn go_on) {
    FitPairChoice choice;
    choice.loss = choice.loss_without = without.mean();
    std::vector<std::vector<FitPair>> best_of_fold;
    for (size_t fold = 0; fold < fit_folds && most > 0; ++fold) {
        best_of_fold.push_back(pairs.best(matrix, without.weights[fold], stride, fold, most, go_on));
    }
    for (size_t count = std::min<size_t>(most, 2); count > 0 && count <= most;
         count = count < most ? std::min(count * 2, most) : most + 1) {
        for (const double ridge : {3.0, 10.0}) {
            std::vector<double> losses(matrix.rows());
            for (size_t fold = 0; fold < fit_folds; ++fold) {
                std::vector<FitFeature> all = features;
                for (size_t p = 0; p < count && p < best_of_fold[fold].size(); ++p) {
                    all.push_back(pairs.feature(best_of_fold[fold][p], ridge));
                }
                const FitMatrix wider(all, converted, stride, go_on);
                FitWeights start = without.weights[fold];
                for (size_t f = features.size(); f < all.size(); ++f) {
                    start.of.emplace_back(static_cast<size_t>(all[f].bins), 0.0);
                }
                const FitWeights weights = wider.fit(all, fold, start, precision_of_trials);
                for (size_t row = fold; row < wider.rows(); row += fit_folds) {
                    losses[row] = log_loss(wider.odds(weights, row), wider.converted(row));
                }
            }
            double mean = 0;
            for (const double loss : losses) {
                mean += loss / static_cast<double>(losses.size());
            }
            if (mean < choice.loss && gain_in_errors(without.losses, losses) > clear_gain) {
                choice.count = count;
                choice.ridge = ridge;
                choice.loss = mean;
            }
        }
    }
    return choice;
}

} // namespace leadscore
