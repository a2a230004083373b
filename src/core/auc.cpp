// The area under the ROC curve with its variance, of one score and of two scores of the same leads.
//
// DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988): each converted lead is placed among the others (the share of them it
// is ahead of), each other lead among the converted ones. Both means of these places are the AUC; their variances and covariances
// give that of the AUC. Leads with one score share their place, so sorted counts are enough.
#include "evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace leadscore {

namespace {

// Of one cell under one score: the shares its converted and its other leads have as their places.
struct Place {
    double converted; // of the others, this share is below
    double others;    // of the converted, this share is above
};

struct Totals {
    int64_t converted = 0;
    int64_t others = 0;
};

Totals totals_of(const std::vector<OutcomeCell> &cells) {
    Totals totals;
    for (const OutcomeCell &cell : cells) {
        totals.converted += cell.conversions;
        totals.others += cell.leads - cell.conversions;
    }
    return totals;
}

// Places of the cells taken in `order`, by the number `key` names; ties share one.
std::vector<Place> places_of(const std::vector<OutcomeCell> &cells, const std::vector<size_t> &order, double OutcomeCell::*key,
                             const Totals &totals, Auc &auc) {
    std::vector<Place> places(cells.size());
    const auto all_converted = static_cast<double>(totals.converted);
    const auto all_others = static_cast<double>(totals.others);
    int64_t converted_below = 0;
    int64_t others_below = 0;
    for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        int64_t converted = 0;
        int64_t others = 0;
        for (; end < order.size() && cells[order[end]].*key == cells[order[begin]].*key; ++end) {
            converted += cells[order[end]].conversions;
            others += cells[order[end]].leads - cells[order[end]].conversions;
        }
        auc.twice_concordant += static_cast<int128>(converted) * (2 * static_cast<int128>(others_below) + others);
        const int64_t converted_above = totals.converted - converted_below - converted;
        const Place place = {(static_cast<double>(others_below) + static_cast<double>(others) / 2) / all_others,
                             (static_cast<double>(converted_above) + static_cast<double>(converted) / 2) / all_converted};
        for (size_t i = begin; i < end; ++i) {
            places[order[i]] = place;
        }
        converted_below += converted;
        others_below += others;
    }
    auc.pairs = static_cast<int128>(totals.converted) * totals.others;
    auc.value = static_cast<double>(auc.twice_concordant) / (2 * static_cast<double>(auc.pairs));
    return places;
}

// The covariance of two AUCs; with one of them twice, its variance. Unknown with less than two leads of an outcome.
double covariance(const std::vector<OutcomeCell> &cells, const std::vector<Place> &a, const std::vector<Place> &b, double mean_a,
                  double mean_b, const Totals &totals) {
    if (totals.converted < 2 || totals.others < 2) {
        return unknown;
    }
    double of_converted = 0;
    double of_others = 0;
    for (size_t i = 0; i < cells.size(); ++i) {
        of_converted += static_cast<double>(cells[i].conversions) * (a[i].converted - mean_a) * (b[i].converted - mean_b);
        of_others += static_cast<double>(cells[i].leads - cells[i].conversions) * (a[i].others - mean_a) * (b[i].others - mean_b);
    }
    const auto converted = static_cast<double>(totals.converted);
    const auto others = static_cast<double>(totals.others);
    return of_converted / (converted - 1) / converted + of_others / (others - 1) / others;
}

// On the logit scale, so that they stay within 0 and 1. Where all pairs are right, or all wrong, the method knows no limits.
Limits limits_of(double auc, double variance) {
    if (std::isnan(variance) || auc <= 0 || auc >= 1) {
        return {};
    }
    const double logit = std::log(auc / (1 - auc));
    const double reach = normal_975 * std::sqrt(variance) / (auc * (1 - auc));
    return {1 / (1 + std::exp(reach - logit)), 1 / (1 + std::exp(-reach - logit))};
}

void set_variance(Auc &auc, double variance) {
    auc.variance = variance;
    auc.limits = limits_of(auc.value, variance);
}

} // namespace

Auc auc_of(const std::vector<OutcomeCell> &cells) {
    Auc auc;
    const Totals totals = totals_of(cells);
    if (totals.converted == 0 || totals.others == 0) {
        return auc;
    }
    std::vector<size_t> order(cells.size());
    std::iota(order.begin(), order.end(), 0);
    const std::vector<Place> places = places_of(cells, order, &OutcomeCell::score, totals, auc);
    set_variance(auc, covariance(cells, places, places, auc.value, auc.value, totals));
    return auc;
}

Comparison compare_scores(const std::vector<OutcomeCell> &cells) {
    Comparison result;
    const Totals totals = totals_of(cells);
    result.leads = totals.converted + totals.others;
    result.conversions = totals.converted;
    if (totals.converted == 0 || totals.others == 0) {
        return result;
    }
    std::vector<size_t> order(cells.size());
    std::iota(order.begin(), order.end(), 0);
    const std::vector<Place> a = places_of(cells, order, &OutcomeCell::score, totals, result.a);
    std::stable_sort(order.begin(), order.end(), [&cells](size_t x, size_t y) { return cells[x].other < cells[y].other; });
    const std::vector<Place> b = places_of(cells, order, &OutcomeCell::other, totals, result.b);
    set_variance(result.a, covariance(cells, a, a, result.a.value, result.a.value, totals));
    set_variance(result.b, covariance(cells, b, b, result.b.value, result.b.value, totals));

    const int128 twice = result.b.twice_concordant - result.a.twice_concordant;
    result.difference = static_cast<double>(twice) / (2 * static_cast<double>(result.a.pairs));
    // The variance of the difference is that of the differences of places: so it cannot come out below zero.
    std::vector<Place> differences(cells.size());
    for (size_t i = 0; i < cells.size(); ++i) {
        differences[i] = {b[i].converted - a[i].converted, b[i].others - a[i].others};
    }
    const double variance = covariance(cells, differences, differences, result.difference, result.difference, totals);
    if (variance > 0) {
        const double error = std::sqrt(variance);
        result.limits = {result.difference - normal_975 * error, result.difference + normal_975 * error};
        result.p_value = std::erfc(std::fabs(result.difference) / error / std::sqrt(2.0));
    } else if (variance == 0 && twice == 0) {
        result.limits = {0, 0};
        result.p_value = 1;
    }
    return result;
}

} // namespace leadscore
