// A weight for each bin of each column, all of them together, and pairs.
#include "fit_additive.hpp"

#include "fit_forward.hpp"
#include "fit_merge.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace leadscore {
namespace {

// Measures, strength and pairs are chosen on so many leads; bands and weights come from all of them.
constexpr size_t most_leads_to_choose = 40000;
constexpr double precision_of_weights = 1e-6;

void say(const FitSettings &settings, const std::string &what) {
    if (settings.progress) {
        settings.progress(what);
    }
}

// Bins of numbers become bands; returns how many bins each band holds.
std::vector<int> merge_column(FitCandidate &candidate, const std::vector<double> &weights, const std::vector<double> &curvature,
                              std::optional<FitDirection> direction) {
    const std::vector<uint8_t> bands = bands_of(weights, curvature, direction);
    candidate.bins = joined(candidate.bins, bands);
    std::vector<int> held(static_cast<size_t>(candidate.bins.count), 0);
    for (const uint8_t band : bands) {
        ++held[band];
    }
    for (uint8_t &code : candidate.codes) {
        code = bands[code];
    }
    return held;
}

// Points that rise where they must fall, or the other way round: their bands are joined. False if there are none.
bool mend_direction(FitModel &model, const FitWeights &weights, const FitTable &table, const FitSettings &settings,
                    std::vector<std::vector<int>> &held) {
    bool mended = false;
    for (size_t c = 0; c < model.columns.size(); ++c) {
        FitCandidate &candidate = model.columns[c];
        const auto direction = direction_of(settings, table.columns[candidate.column].field);
        if (!direction || !candidate.bins.ordered) {
            continue;
        }
        std::vector<uint8_t> bands(weights.of[c].size(), 0);
        for (size_t bin = 1; bin < bands.size(); ++bin) {
            const double step = bin > 1 ? weights.of[c][bin] - weights.of[c][bin - 1] : 0;
            const bool wrong = bin > 1 && (*direction == FitDirection::rising ? step < 0 : step > 0);
            bands[bin] = static_cast<uint8_t>(bands[bin - 1] + (wrong ? 0 : 1));
        }
        if (bands.back() + 1U == bands.size()) {
            continue;
        }
        mended = true;
        candidate.bins = joined(candidate.bins, bands);
        std::vector<int> joined_held(static_cast<size_t>(candidate.bins.count), 0);
        for (size_t bin = 0; bin < bands.size(); ++bin) {
            joined_held[bands[bin]] += held[c][bin];
        }
        held[c] = joined_held;
        for (uint8_t &code : candidate.codes) {
            code = bands[code];
        }
    }
    return mended;
}

std::vector<bool> allowed_in_pairs(const FitModel &model, const FitTable &table, const FitSettings &settings) {
    std::vector<bool> allowed;
    for (const FitCandidate &candidate : model.columns) {
        const FitColumn &column = table.columns[candidate.column];
        const bool infinite = std::any_of(column.numbers.begin(), column.numbers.end(), [](double v) { return std::isinf(v); });
        // An infinite number is no band's, and not missing either: conditions could not tell it. A direction must hold whatever
        // the rest of the lead is.
        allowed.push_back(column.candidate < 0 && !infinite && !direction_of(settings, column.field) &&
                          (column.type != FitColumn::Type::level || column.only_texts) && candidate.bins.count > 2);
    }
    return allowed;
}

// Odds, in points, of leads that had no part in making them. Each fold has points of its own, that leave other odds out.
FitTotals validated(const FitMatrix &matrix, const std::vector<FitFeature> &features, size_t columns, const FitWeights &start,
                    double per_weight) {
    FitTotals all;
    for (size_t fold = 0; fold < fit_folds; ++fold) {
        const FitWeights weights = matrix.fit(features, fold, start, precision_of_weights);
        const FitPoints points = points_of(weights, features, columns, per_weight);
        FitWeights as_points = weights;
        as_points.intercept = 0;
        for (size_t f = 0; f < points.size(); ++f) {
            std::copy(points[f].begin(), points[f].end(), as_points.of[f].begin());
        }
        FitTotals totals;
        for (size_t row = fold; row < matrix.rows(); row += fit_folds) {
            FitTotal &total = totals[std::llround(matrix.odds(as_points, row))];
            ++total.leads;
            total.conversions += matrix.converted(row) ? 1 : 0;
        }
        add_by_odds(totals, {odds_without_points(weights, features, columns), 1 / per_weight}, per_weight, all);
    }
    return all;
}

FitTotals totals_of_codes(const FitModel &model, const std::vector<FitFeature> &features, const std::vector<uint8_t> &converted) {
    FitTotals totals;
    for (size_t row = 0; row < converted.size(); ++row) {
        int64_t sum = 0;
        for (size_t f = 0; f < features.size(); ++f) {
            sum += model.points[f][features[f].codes[row]];
        }
        FitTotal &total = totals[sum];
        ++total.leads;
        total.conversions += converted[row];
    }
    return totals;
}

} // namespace

// The slope of the line, how far points may be trusted, is for leads to say that had no part in them; how many convert is for all to say.
// Folds are of a part of the leads, and with their intercept, too, probabilities were up to twice the rate.
FitModel learn_additive(std::vector<FitCandidate> candidates, const FitTable &table, const FitSettings &settings,
                        const std::vector<uint8_t> &converted, std::vector<FitLeftOut> &left_out) {
    const size_t stride = (converted.size() + most_leads_to_choose - 1) / most_leads_to_choose;
    const double per_weight = points_per_weight(settings);
    FitModel model;
    say(settings, "choosing measures of events");
    model.columns = choose_measures(std::move(candidates), table, converted, stride, settings.go_on, left_out);

    say(settings, "choosing how strongly weights are held back");
    std::vector<std::vector<int>> held;
    {
        std::vector<FitFeature> fine = features_of(model.columns, model.strength, {});
        const FitMatrix matrix(fine, converted, stride, settings.go_on);
        FitTrial trial;
        model.strength = choose_strength(matrix, fine, trial);
        set_strength(fine, model.strength);
        // Which neighbours differ is for all leads to say: a part of them told fewer bands apart.
        const std::optional<FitMatrix> all =
            stride > 1 ? std::optional<FitMatrix>(std::in_place, fine, converted, 1, settings.go_on) : std::nullopt;
        const FitMatrix &whole = all ? *all : matrix;
        const FitWeights weights = whole.fit(fine, fit_folds, trial.weights[0], precision_of_weights);
        const auto curvature = whole.curvature(weights);
        for (size_t c = 0; c < model.columns.size(); ++c) {
            held.emplace_back();
            if (model.columns[c].bins.ordered) {
                held[c] = merge_column(model.columns[c], weights.of[c], curvature[c],
                                       direction_of(settings, table.columns[model.columns[c].column].field));
            }
        }
    }

    std::vector<FitFeature> features = features_of(model.columns, model.strength, held);
    say(settings, "looking for pairs of columns");
    {
        const FitMatrix matrix(features, converted, stride, settings.go_on);
        const FitTrial trial = try_out(matrix, features, {});
        const FitPairs pairs(model.columns, converted, allowed_in_pairs(model, table, settings));
        model.pair_choice = choose_pairs(pairs, matrix, features, trial, converted, stride,
                                         static_cast<size_t>(std::max(settings.most_pairs, 0)), settings.go_on);
        if (model.pair_choice.count > 0) {
            const FitWeights weights = matrix.fit(features, fit_folds, trial.weights[0], precision_of_weights);
            model.pairs = pairs.best(matrix, weights, stride, fit_folds, model.pair_choice.count, settings.go_on);
            for (const FitPair &pair : model.pairs) {
                features.push_back(pairs.feature(pair, model.pair_choice.ridge));
            }
        }
        for (size_t c = 0; c < model.columns.size(); ++c) {
            model.groups.push_back(pairs.groups(c));
        }
    }

    say(settings, "weighing all leads");
    FitWeights weights;
    for (bool again = true; again;) {
        const FitMatrix matrix(features, converted, 1, settings.go_on);
        weights = matrix.fit(features, fit_folds, {}, precision_of_weights);
        again = mend_direction(model, weights, table, settings, held);
        if (again) {
            std::vector<FitFeature> mended = features_of(model.columns, model.strength, held);
            std::move(features.begin() + static_cast<std::ptrdiff_t>(model.columns.size()), features.end(),
                      std::back_inserter(mended));
            features = std::move(mended);
        }
    }
    model.points = points_of(weights, features, model.columns.size(), per_weight);

    say(settings, "finding the probability");
    const FitMatrix matrix(features, converted, stride, settings.go_on);
    model.line = {odds_without_points(weights, features, model.columns.size()), 1 / per_weight};
    judge(validated(matrix, features, model.columns.size(), weights, per_weight), per_weight, model);
    model.line = through_rate(model.line, totals_of_codes(model, features, converted));
    return model;
}

} // namespace leadscore
