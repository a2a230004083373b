// evaluate_score(), score_bands(), compare_scores(): from counts to rows.
#include "../core/evaluation.hpp"
#include "../core/score_bands.hpp"

#include "guard.hpp"
#include "outcome_state.hpp"
#include "result_row.hpp"
#include "score_result.hpp"

namespace leadscore {

namespace {

// Pairs as a decimal: counted twice they are whole.
Datum pairs_numeric(int128 twice) {
    return twice % 2 == 0 ? score_numeric(twice / 2, 0) : score_numeric(twice * 5, 1);
}

void add_auc(ResultRow &row, const Auc &auc) {
    row.number(auc.value);
    row.number(auc.limits.low);
    row.number(auc.limits.high);
}

int64 left_out_of(const OutcomeState *state) {
    return state != nullptr ? state->table.left_out : 0;
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_evaluate_final);
LEADSCORE_FUNCTION(leadscore_bands_final);
LEADSCORE_FUNCTION(leadscore_compare_final);

Datum leadscore_evaluate_final(PG_FUNCTION_ARGS) {
    aggregate_context_of(fcinfo);
    const OutcomeState *state = outcomes_argument(fcinfo, 0);
    Evaluation found;
    call_core([state, &found] { found = evaluate(outcomes_of(state)); });
    ResultRow row(fcinfo);
    row.whole(found.leads);
    row.whole(found.conversions);
    row.whole(left_out_of(state));
    row.number(found.rate);
    row.value(pairs_numeric(found.auc.twice_concordant));
    row.value(pairs_numeric(2 * found.auc.pairs));
    add_auc(row, found.auc);
    row.number(found.gini);
    row.number(found.ks);
    row.number(found.lift_10);
    row.number(found.lift_20);
    row.number(found.capture_10);
    row.number(found.capture_20);
    row.whole(found.with_probability);
    row.number(found.brier);
    row.number(found.log_loss);
    row.number(found.calibration_error);
    return row.finish();
}

Datum leadscore_bands_final(PG_FUNCTION_ARGS) {
    aggregate_context_of(fcinfo);
    const OutcomeState *state = outcomes_argument(fcinfo, 0);
    ScoreBand *bands = nullptr;
    size_t count = 0;
    call_core([state, &bands, &count] {
        const std::vector<ScoreBand> found =
            state != nullptr ? score_bands(outcomes_of(state), state->bands) : std::vector<ScoreBand>();
        count = found.size();
        bands = reinterpret_cast<ScoreBand *>(copy_out({reinterpret_cast<const char *>(found.data()), count * sizeof *bands}, 0));
    });
    int64 leads = 0;
    int64 conversions = 0;
    for (size_t i = 0; i < count; ++i) {
        leads += bands[i].leads;
        conversions += bands[i].conversions;
    }
    ResultRow row(fcinfo);
    auto *rows = static_cast<Datum *>(palloc(sizeof(Datum) * (count + 1)));
    for (size_t i = 0; i < count; ++i) {
        const ScoreBand &band = bands[i];
        const auto of_band = static_cast<double>(band.leads);
        const double rate = static_cast<double>(band.conversions) / of_band;
        const Limits limits = wilson_limits(band.conversions, band.leads);
        row.whole32(static_cast<int32>(i + 1));
        row.number(band.lowest);
        row.number(band.highest);
        row.number(band.score_sum / of_band);
        row.whole(band.leads);
        row.whole(band.conversions);
        row.number(rate);
        row.number(limits.low);
        row.number(limits.high);
        row.number(conversions > 0 ? rate * static_cast<double>(leads) / static_cast<double>(conversions) : unknown);
        rows[i] = row.finish();
    }
    return row.array(rows, count);
}

Datum leadscore_compare_final(PG_FUNCTION_ARGS) {
    aggregate_context_of(fcinfo);
    const OutcomeState *state = outcomes_argument(fcinfo, 0);
    Comparison found;
    call_core([state, &found] { found = compare_scores(outcomes_of(state)); });
    ResultRow row(fcinfo);
    row.whole(found.leads);
    row.whole(found.conversions);
    row.whole(left_out_of(state));
    add_auc(row, found.a);
    add_auc(row, found.b);
    row.number(found.difference);
    row.number(found.limits.low);
    row.number(found.limits.high);
    row.number(found.p_value);
    return row.finish();
}
}
