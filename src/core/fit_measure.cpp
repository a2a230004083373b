// How well points told who would convert.
#include "fit_measure.hpp"

#include "evaluation.hpp"

#include <cmath>

namespace leadscore {
namespace {

void measure_auc(const Auc &auc, FitMeasures &measures) {
    if (auc.pairs == 0) {
        return;
    }
    measures.auc = auc.value;
    measures.auc_error = std::isnan(auc.variance) ? 0 : std::sqrt(auc.variance);
    measures.auc_low = std::isnan(auc.limits.low) ? auc.value : auc.limits.low;
    measures.auc_high = std::isnan(auc.limits.high) ? auc.value : auc.limits.high;
}

} // namespace

FitMeasures measures_of(const FitTotals &totals, const FitLine &line) {
    std::vector<OutcomeCell> cells; // sorted, as totals are
    cells.reserve(totals.size());
    for (const auto &[points, total] : totals) {
        const auto score = static_cast<double>(points);
        cells.push_back({score, 1 / (1 + std::exp(-line.odds(score))), total.leads, total.conversions});
    }
    const Evaluation found = evaluate(cells);
    FitMeasures measures;
    measures.leads = found.leads;
    measures.conversions = found.conversions;
    if (measures.leads == 0) {
        return measures;
    }
    const double rate = found.rate;
    measures.base_log_loss = rate <= 0 || rate >= 1 ? 0 : -rate * std::log(rate) - (1 - rate) * std::log(1 - rate);
    measures.log_loss = found.log_loss;
    measures.calibration_error = found.calibration_error;
    measure_auc(found.auc, measures);
    if (measures.conversions > 0) {
        measures.lift_10 = found.lift_10;
        measures.lift_20 = found.lift_20;
    }
    return measures;
}

} // namespace leadscore
