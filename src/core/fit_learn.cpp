// What is learned, by the method that validation prefers.
#include "fit_learn.hpp"

#include "fit_additive.hpp"
#include "fit_forward.hpp"
#include "fit_scorecard.hpp"

#include <algorithm>

namespace leadscore {
namespace {

// To try both costs several times as much, and of more leads few measures are chosen for their noise.
constexpr size_t most_leads_to_try_both = 10000;

// Odds, in points, of leads that had no part in anything: not in the weights, nor in the choice of measures and bands.
FitTotals validated(const std::vector<FitCandidate> &candidates, const FitTable &table, const FitSettings &settings,
                    const std::vector<uint32_t> &rows, const std::vector<uint8_t> &converted) {
    FitTotals totals;
    FitSettings quiet = settings;
    quiet.progress = nullptr;
    for (size_t fold = 0; fold < fit_folds; ++fold) {
        std::vector<FitCandidate> others;
        for (const FitCandidate &candidate : candidates) {
            others.push_back({candidate.column, candidate.bins, {}});
        }
        std::vector<uint8_t> converted_others;
        std::vector<uint32_t> inside;
        for (size_t i = 0; i < rows.size(); ++i) {
            if (i % fit_folds == fold) {
                inside.push_back(rows[i]);
                continue;
            }
            converted_others.push_back(converted[i]);
            for (size_t c = 0; c < candidates.size(); ++c) {
                others[c].codes.push_back(candidates[c].codes[i]);
            }
        }
        std::vector<FitLeftOut> ignored;
        const FitModel model = learn_additive(std::move(others), table, quiet, converted_others, ignored);
        add_by_odds(totals_of(model, table, inside), model.line, points_per_weight(settings), totals);
    }
    return totals;
}

// Of what the scorecard does not use.
void leave_out_others(const FitModel &model, const std::vector<FitCandidate> &candidates, const FitTable &table,
                      std::vector<FitLeftOut> &left_out) {
    for (const FitCandidate &candidate : candidates) {
        if (std::none_of(model.columns.begin(), model.columns.end(),
                         [&](const auto &c) { return c.column == candidate.column; })) {
            left_out.push_back(told_by_others(table.columns[candidate.column]));
        }
    }
}

} // namespace

FitModel learn(std::vector<FitCandidate> candidates, const FitTable &table, const FitSettings &settings, const FitRows &rows,
               const std::vector<uint8_t> &converted, std::vector<FitLeftOut> &left_out) {
    drop_repeats(candidates, table, left_out);
    const auto measures = std::count_if(candidates.begin(), candidates.end(),
                                        [&](const FitCandidate &c) { return table.columns[c.column].candidate >= 0; });
    if (measures < 2 || converted.size() > most_leads_to_try_both) {
        return learn_additive(std::move(candidates), table, settings, converted, left_out);
    }
    if (settings.progress) {
        settings.progress("comparing two ways of weighing");
    }
    const FitTotals totals = validated(candidates, table, settings, rows.training, converted);
    const FitMeasures validation = measures_of(totals, line_of(totals));
    FitModel scorecard = learn_scorecard(candidates, table, settings, converted);
    if (scorecard.validation.log_loss < validation.log_loss) {
        scorecard.other_way = validation;
        leave_out_others(scorecard, candidates, table, left_out);
        return scorecard;
    }
    FitModel additive = learn_additive(std::move(candidates), table, settings, converted, left_out);
    judge(totals, points_per_weight(settings), additive);
    additive.other_way = scorecard.validation;
    return additive;
}

} // namespace leadscore
