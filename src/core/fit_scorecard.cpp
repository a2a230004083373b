// A scorecard of columns that each tell something alone.
#include "fit_scorecard.hpp"

#include "fit_garrote.hpp"
#include "fit_merge.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {
namespace {

constexpr FitStrength strength_alone;
constexpr double precision_alone = 1e-4;
// From strong to weak, while validation gains.
constexpr double strongest_ridge = 300;
constexpr double weakest_ridge = 0.3;

// What a column tells alone: by its bins a band and a weight.
struct Alone {
    std::vector<uint8_t> bands;  // of numbers
    std::vector<double> weights; // by band; else by bin
};

Alone alone_of(const FitCandidate &candidate, const std::vector<uint8_t> &converted, size_t fold,
               std::optional<FitDirection> direction, GoOn go_on) {
    const std::vector<FitFeature> features = features_of({candidate}, strength_alone, {});
    const FitMatrix matrix(features, converted, 1, go_on);
    const FitWeights found = matrix.fit(features, fold, {}, precision_alone);
    const std::vector<double> &weights = found.of[0];
    if (!candidate.bins.ordered) {
        return {{}, weights};
    }
    const std::vector<double> curvature = matrix.curvature(found)[0];
    Alone alone{bands_of(weights, curvature, direction), {}};
    const size_t count = alone.bands.back() + 1U;
    std::vector<double> sums(count, 0);
    std::vector<double> known(count, 1e-9);
    for (size_t bin = 0; bin < weights.size(); ++bin) {
        sums[alone.bands[bin]] += weights[bin] * (curvature[bin] + 1e-9);
        known[alone.bands[bin]] += curvature[bin] + 1e-9;
    }
    for (size_t band = 0; band < count; ++band) {
        alone.weights.push_back(sums[band] / known[band]);
    }
    return alone;
}

using Card = std::vector<Alone>;

Card card_of(const std::vector<FitCandidate> &candidates, const FitTable &table, const FitSettings &settings,
             const std::vector<uint8_t> &converted, size_t fold) {
    Card card;
    for (const FitCandidate &candidate : candidates) {
        card.push_back(
            alone_of(candidate, converted, fold, direction_of(settings, table.columns[candidate.column].field), settings.go_on));
    }
    return card;
}

double told(const Alone &alone, uint8_t code) {
    return alone.weights[alone.bands.empty() ? code : alone.bands[code]];
}

// Rows of the fold (`inside`), or of all the others; fold fit_folds: all rows are others.
std::vector<size_t> rows_of(size_t rows, size_t fold, bool inside) {
    std::vector<size_t> result;
    for (size_t row = 0; row < rows; ++row) {
        if ((row % fit_folds == fold) == inside) {
            result.push_back(row);
        }
    }
    return result;
}

struct Sheet {
    Eigen::MatrixXd alone;
    std::vector<uint8_t> converted;
};

Sheet sheet_of(const std::vector<FitCandidate> &candidates, const Card &card, const std::vector<uint8_t> &converted,
               const std::vector<size_t> &rows) {
    Sheet sheet{Eigen::MatrixXd(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(candidates.size())), {}};
    for (size_t i = 0; i < rows.size(); ++i) {
        sheet.converted.push_back(converted[rows[i]]);
        for (size_t c = 0; c < candidates.size(); ++c) {
            sheet.alone(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) = told(card[c], candidates[c].codes[rows[i]]);
        }
    }
    return sheet;
}

FitFactors no_factors(size_t columns) {
    return {0, Eigen::VectorXd::Zero(static_cast<Eigen::Index>(columns))};
}

// Cards and leads of the inner validation.
struct Fold {
    Card card;
    Sheet others;
    Sheet inside;
    FitFactors factors;
};

std::vector<Fold> folds_of(const std::vector<FitCandidate> &candidates, const FitTable &table, const FitSettings &settings,
                           const std::vector<uint8_t> &converted) {
    std::vector<Fold> folds;
    for (size_t fold = 0; fold < fit_folds; ++fold) {
        Card card = card_of(candidates, table, settings, converted, fold);
        Sheet others = sheet_of(candidates, card, converted, rows_of(converted.size(), fold, false));
        Sheet inside = sheet_of(candidates, card, converted, rows_of(converted.size(), fold, true));
        folds.push_back({std::move(card), std::move(others), std::move(inside), no_factors(candidates.size())});
    }
    return folds;
}

// The ridge with the least loss in leads of other folds; the folds keep the factors they have by it.
double choose_ridge(std::vector<Fold> &folds, GoOn go_on) {
    double best = strongest_ridge;
    double least = HUGE_VAL;
    for (double ridge = strongest_ridge; ridge > weakest_ridge; ridge /= 3) {
        double loss = 0;
        std::vector<FitFactors> found;
        for (const Fold &fold : folds) {
            found.push_back(fold.factors);
            fit_factors(fold.others.alone, fold.others.converted, ridge, go_on, found.back());
            const Eigen::VectorXd odds = (fold.inside.alone * found.back().of).array() + found.back().intercept;
            for (Eigen::Index i = 0; i < odds.size(); ++i) {
                loss += log_loss(odds(i), fold.inside.converted[static_cast<size_t>(i)] != 0);
            }
        }
        if (loss >= least) {
            break;
        }
        least = loss;
        best = ridge;
        for (size_t fold = 0; fold < folds.size(); ++fold) {
            folds[fold].factors = found[fold];
        }
    }
    return best;
}

// What a column tells alone, times its factor.
std::vector<double> shared(const Alone &alone, double factor) {
    std::vector<double> weights = alone.weights;
    for (double &weight : weights) {
        weight *= factor;
    }
    return weights;
}

// Whether its points are all the same.
bool is_weak(const std::vector<double> &weights, double per_weight) {
    const auto [low, high] = std::minmax_element(weights.begin(), weights.end());
    return (*high - *low) * per_weight < 0.5;
}

double mean_odds(const std::vector<FitCandidate> &candidates, const Card &card, const FitFactors &factors) {
    double odds = factors.intercept;
    for (size_t c = 0; c < candidates.size(); ++c) {
        double sum = 0;
        for (const uint8_t code : candidates[c].codes) {
            sum += told(card[c], code);
        }
        odds += factors.of(static_cast<Eigen::Index>(c)) * sum / static_cast<double>(candidates[c].codes.size());
    }
    return odds;
}

double mean_points(const FitModel &model) {
    double mean = 0;
    for (size_t c = 0; c < model.columns.size(); ++c) {
        double sum = 0;
        for (const uint8_t code : model.columns[c].codes) {
            sum += static_cast<double>(model.points[c][code]);
        }
        mean += sum / static_cast<double>(model.columns[c].codes.size());
    }
    return mean;
}

// Columns in their bands, and points; weak ones stay out.
FitModel model_of(const std::vector<FitCandidate> &candidates, const Card &card, const FitFactors &factors, double per_weight) {
    FitModel model;
    FitWeights weights;
    for (size_t c = 0; c < candidates.size(); ++c) {
        std::vector<double> of_bins = shared(card[c], factors.of(static_cast<Eigen::Index>(c)));
        if (is_weak(of_bins, per_weight)) {
            continue;
        }
        FitCandidate candidate = candidates[c];
        if (candidate.bins.ordered) {
            candidate.bins = joined(candidate.bins, card[c].bands);
            for (uint8_t &code : candidate.codes) {
                code = card[c].bands[code];
            }
        }
        weights.of.push_back(std::move(of_bins));
        model.columns.push_back(std::move(candidate));
        model.groups.emplace_back();
    }
    model.points = points_of(weights, features_of(model.columns, strength_alone, {}), model.columns.size(), per_weight);
    model.line = {mean_odds(candidates, card, factors) - mean_points(model) / per_weight, 1 / per_weight};
    return model;
}

// Sums of points of leads that had no part in making them.
FitTotals validated(const std::vector<FitCandidate> &candidates, const std::vector<Fold> &folds,
                    const std::vector<uint8_t> &converted, double per_weight) {
    FitTotals all;
    for (size_t fold = 0; fold < folds.size(); ++fold) {
        FitTotals totals;
        const FitModel model = model_of(candidates, folds[fold].card, folds[fold].factors, per_weight);
        for (size_t row = fold; row < converted.size(); row += fit_folds) {
            int64_t sum = 0;
            for (size_t c = 0; c < model.columns.size(); ++c) {
                sum += model.points[c][model.columns[c].codes[row]];
            }
            FitTotal &total = totals[sum];
            ++total.leads;
            total.conversions += converted[row];
        }
        add_by_odds(totals, model.line, per_weight, all);
    }
    return all;
}

} // namespace

FitModel learn_scorecard(const std::vector<FitCandidate> &candidates, const FitTable &table, const FitSettings &settings,
                         const std::vector<uint8_t> &converted) {
    const double per_weight = points_per_weight(settings);
    std::vector<Fold> folds = folds_of(candidates, table, settings, converted);
    const double ridge = choose_ridge(folds, settings.go_on);
    const Card card = card_of(candidates, table, settings, converted, fit_folds);
    const Sheet sheet = sheet_of(candidates, card, converted, rows_of(converted.size(), fit_folds, false));
    FitFactors factors = no_factors(candidates.size());
    fit_factors(sheet.alone, converted, ridge, settings.go_on, factors);
    FitModel model = model_of(candidates, card, factors, per_weight);
    model.method = FitMethod::scorecard;
    model.strength = strength_alone;
    model.strength.ridge = ridge;
    judge(validated(candidates, folds, converted, per_weight), per_weight, model);
    return model;
}

} // namespace leadscore
