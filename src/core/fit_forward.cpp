// Which measures of events are worth a rule: one after the other is taken in while leads of other folds lose less by it, or soon
// will.
#include "fit_forward.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {
namespace {

constexpr size_t most_measures = 12;
constexpr size_t tried_at_once = 4;
// So many that do not help in turn end the search: the next may help beside them.
constexpr int most_vain = 2;
// Weights of a measure run smoothly, lest one alone takes what several share.
constexpr FitStrength strength_of_trials{3, 500, 3};

// What is in so far, and what leads lose by it.
struct Chosen {
    std::vector<size_t> candidates;
    FitTrial trial;
};

FitTrial try_candidates(const std::vector<FitCandidate> &candidates, const std::vector<size_t> &chosen,
                        const std::vector<uint8_t> &converted, size_t stride, GoOn go_on) {
    std::vector<FitCandidate> columns;
    for (const size_t c : chosen) {
        columns.push_back(candidates[c]);
    }
    const std::vector<FitFeature> features = features_of(columns, strength_of_trials, {});
    return try_out(FitMatrix(features, converted, stride, go_on), features, {});
}

double chance_lost(double loss, bool converted) {
    return converted ? 1 - std::exp(-loss) : -(1 - std::exp(-loss));
}

// How much of what is not told yet a column could tell: the score test, bin by bin.
double promise(const FitCandidate &candidate, const FitTrial &trial, const std::vector<uint8_t> &converted, size_t stride) {
    std::vector<double> sums(static_cast<size_t>(candidate.bins.count), 0);
    std::vector<double> squares(sums.size(), 0);
    for (size_t row = 0; row < trial.losses.size(); ++row) {
        const bool yes = converted[row * stride] != 0;
        const double rest = chance_lost(trial.losses[row], yes);
        const double expected = yes ? 1 - rest : -rest;
        const uint8_t bin = candidate.codes[row * stride];
        sums[bin] += rest;
        squares[bin] += expected * (1 - expected);
    }
    // Neighbouring bins share what they know.
    double gain = 0;
    for (size_t bin = 0; bin < sums.size(); ++bin) {
        double sum = sums[bin];
        double weight = squares[bin];
        for (const int step : {-1, 1}) {
            const size_t other = bin + static_cast<size_t>(step);
            if (bin > 0 && other > 0 && other < sums.size()) {
                sum += sums[other];
                weight += squares[other];
            }
        }
        gain += squares[bin] * sum * sum / ((weight + 3) * (weight + 3));
    }
    return gain;
}

// The best of the few that promise most is taken in.
void take_next(Chosen &chosen, const std::vector<FitCandidate> &candidates, std::vector<size_t> &waiting,
               const std::vector<uint8_t> &converted, size_t stride, GoOn go_on) {
    std::vector<std::pair<double, size_t>> order;
    for (const size_t c : waiting) {
        order.emplace_back(-promise(candidates[c], chosen.trial, converted, stride), c);
    }
    std::sort(order.begin(), order.end());
    order.resize(std::min(order.size(), tried_at_once));
    FitTrial best;
    size_t next = 0;
    for (const auto &[promised, c] : order) {
        ask(go_on);
        std::vector<size_t> tried = chosen.candidates;
        tried.push_back(c);
        FitTrial trial = try_candidates(candidates, tried, converted, stride, go_on);
        if (best.losses.empty() || trial.mean() < best.mean()) {
            best = std::move(trial);
            next = c;
        }
    }
    chosen.candidates.push_back(next);
    chosen.trial = std::move(best);
    waiting.erase(std::find(waiting.begin(), waiting.end(), next));
}

} // namespace

FitLeftOut told_by_others(const FitColumn &column) {
    return {column.field, "weak", "other measures and attributes tell as much"};
}

void drop_repeats(std::vector<FitCandidate> &candidates, const FitTable &table, std::vector<FitLeftOut> &left_out) {
    std::vector<FitCandidate> different;
    for (FitCandidate &candidate : candidates) {
        const FitColumn &column = table.columns[candidate.column];
        const bool repeats = column.candidate >= 0 && std::any_of(different.begin(), different.end(), [&](const FitCandidate &d) {
                                 return table.columns[d.column].candidate >= 0 && d.codes == candidate.codes;
                             });
        if (repeats) {
            left_out.push_back(told_by_others(column));
        } else {
            different.push_back(std::move(candidate));
        }
    }
    candidates = std::move(different);
}

std::vector<FitCandidate> choose_measures(std::vector<FitCandidate> candidates, const FitTable &table,
                                          const std::vector<uint8_t> &converted, size_t stride, GoOn go_on,
                                          std::vector<FitLeftOut> &left_out) {
    Chosen chosen;
    std::vector<size_t> waiting;
    for (size_t c = 0; c < candidates.size(); ++c) {
        if (table.columns[candidates[c].column].candidate < 0) {
            chosen.candidates.push_back(c);
        } else {
            waiting.push_back(c);
        }
    }
    if (waiting.size() < 2) {
        return candidates;
    }
    chosen.trial = try_candidates(candidates, chosen.candidates, converted, stride, go_on);
    Chosen best = chosen;
    const size_t most = chosen.candidates.size() + most_measures;
    for (int vain = 0; vain <= most_vain && !waiting.empty() && chosen.candidates.size() < most; ++vain) {
        take_next(chosen, candidates, waiting, converted, stride, go_on);
        if (chosen.trial.mean() < best.trial.mean()) {
            best = chosen;
            vain = -1;
        }
    }
    std::sort(best.candidates.begin(), best.candidates.end());
    std::vector<FitCandidate> result;
    for (size_t c = 0; c < candidates.size(); ++c) {
        if (std::binary_search(best.candidates.begin(), best.candidates.end(), c)) {
            result.push_back(std::move(candidates[c]));
        } else {
            left_out.push_back(told_by_others(table.columns[candidates[c].column]));
        }
    }
    return result;
}

} // namespace leadscore
