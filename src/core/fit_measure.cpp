// How well points told who would convert.
#include "fit_measure.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {
namespace {

// DeLong, DeLong and Clarke-Pearson 1988 on grouped counts; limits on the logit scale, so that they stay inside 0 and 1.
void measure_auc(const FitTotals &totals, FitMeasures &measures) {
    const auto conversions = static_cast<double>(measures.conversions);
    const double others = static_cast<double>(measures.leads) - conversions;
    if (conversions < 1 || others < 1) {
        return;
    }
    double below_others = 0;
    double below_conversions = 0;
    double sum = 0;
    double squares_of_conversions = 0;
    double squares_of_others = 0;
    for (const auto &[points, total] : totals) {
        const auto here = static_cast<double>(total.conversions);
        const double here_others = static_cast<double>(total.leads) - here;
        const double place = (below_others + here_others / 2) / others;
        const double place_of_other = (conversions - below_conversions - here / 2) / conversions;
        sum += here * place;
        squares_of_conversions += here * place * place;
        squares_of_others += here_others * place_of_other * place_of_other;
        below_others += here_others;
        below_conversions += here;
    }
    const double auc = sum / conversions;
    const double variance = (squares_of_conversions / conversions - auc * auc) / std::max(conversions - 1, 1.0) +
                            (squares_of_others / others - auc * auc) / std::max(others - 1, 1.0);
    measures.auc = auc;
    measures.auc_error = std::sqrt(std::max(variance, 0.0));
    if (auc <= 0 || auc >= 1) {
        measures.auc_low = measures.auc_high = auc;
        return;
    }
    const double logit = std::log(auc / (1 - auc));
    const double reach = 1.959963984540054 * measures.auc_error / (auc * (1 - auc));
    measures.auc_low = 1 / (1 + std::exp(-(logit - reach)));
    measures.auc_high = 1 / (1 + std::exp(-(logit + reach)));
}

// Conversions among the best share of leads against all; leads of the last sum count in part.
double lift(const FitTotals &totals, const FitMeasures &measures, double share) {
    double left = static_cast<double>(measures.leads) * share;
    double conversions = 0;
    for (auto entry = totals.rbegin(); entry != totals.rend() && left > 0; ++entry) {
        const auto leads = static_cast<double>(entry->second.leads);
        conversions += static_cast<double>(entry->second.conversions) * std::min(left / leads, 1.0);
        left -= leads;
    }
    return measures.conversions > 0 ? conversions / static_cast<double>(measures.conversions) / share : 0;
}

// Mean distance between rate and probability in ten bands of about equally many leads; equal sums stay together.
double calibration_error(const FitTotals &totals, const FitLine &line, int64_t leads) {
    double error = 0;
    double expected = 0;
    double conversions = 0;
    int64_t seen = 0;
    int band = 0;
    for (const auto &[points, total] : totals) {
        const int here = static_cast<int>(std::min<int64_t>((2 * seen + total.leads) * 10 / (2 * leads), 9));
        if (here != band) {
            error += std::fabs(expected - conversions);
            expected = conversions = 0;
            band = here;
        }
        expected += static_cast<double>(total.leads) / (1 + std::exp(-line.odds(points)));
        conversions += static_cast<double>(total.conversions);
        seen += total.leads;
    }
    return (error + std::fabs(expected - conversions)) / static_cast<double>(leads);
}

} // namespace

FitMeasures measures_of(const FitTotals &totals, const FitLine &line) {
    FitMeasures measures;
    for (const auto &[points, total] : totals) {
        measures.leads += total.leads;
        measures.conversions += total.conversions;
        measures.log_loss += static_cast<double>(total.conversions) * log_loss(line.odds(points), true) +
                             static_cast<double>(total.leads - total.conversions) * log_loss(line.odds(points), false);
    }
    if (measures.leads == 0) {
        return measures;
    }
    const auto leads = static_cast<double>(measures.leads);
    measures.log_loss /= leads;
    const double rate = static_cast<double>(measures.conversions) / leads;
    measures.base_log_loss = rate <= 0 || rate >= 1 ? 0 : -rate * std::log(rate) - (1 - rate) * std::log(1 - rate);
    measure_auc(totals, measures);
    measures.calibration_error = calibration_error(totals, line, measures.leads);
    measures.lift_10 = lift(totals, measures, 0.1);
    measures.lift_20 = lift(totals, measures, 0.2);
    return measures;
}

} // namespace leadscore
