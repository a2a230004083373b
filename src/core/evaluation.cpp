// Measures of a score, each in one pass over sorted counts.
#include "evaluation.hpp"

#include "score_bands.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {

namespace {

constexpr double least_probability = 1e-15;

void judge_ranking(const std::vector<OutcomeCell> &cells, Evaluation &result) {
    result.auc = auc_of(cells);
    if (result.auc.pairs > 0) {
        result.gini = 2 * result.auc.value - 1;
        int64_t converted = 0;
        int64_t others = 0;
        const auto all = static_cast<double>(result.conversions);
        const auto all_others = static_cast<double>(result.leads - result.conversions);
        double largest = 0;
        for (size_t i = 0; i < cells.size(); ++i) {
            converted += cells[i].conversions;
            others += cells[i].leads - cells[i].conversions;
            if (i + 1 == cells.size() || cells[i + 1].score != cells[i].score) {
                const double distance = static_cast<double>(converted) / all - static_cast<double>(others) / all_others;
                largest = std::max(largest, std::fabs(distance));
            }
        }
        result.ks = largest;
    }
    if (result.conversions > 0) {
        result.capture_10 = capture_of(cells, 0.1);
        result.capture_20 = capture_of(cells, 0.2);
        result.lift_10 = result.capture_10 / 0.1;
        result.lift_20 = result.capture_20 / 0.2;
    }
}

void judge_probabilities(const std::vector<OutcomeCell> &cells, Evaluation &result) {
    double squares = 0;
    double logs = 0;
    for (const OutcomeCell &cell : cells) {
        if (std::isnan(cell.other)) {
            continue;
        }
        const double held = std::min(std::max(cell.other, least_probability), 1 - least_probability);
        const auto converted = static_cast<double>(cell.conversions);
        const auto others = static_cast<double>(cell.leads - cell.conversions);
        squares += converted * (1 - cell.other) * (1 - cell.other) + others * cell.other * cell.other;
        logs -= converted * std::log(held) + others * std::log1p(-held);
        result.with_probability += cell.leads;
    }
    if (result.with_probability > 0) {
        result.brier = squares / static_cast<double>(result.with_probability);
        result.log_loss = logs / static_cast<double>(result.with_probability);
        result.calibration_error = calibration_error_of(by_other(cells));
    }
}

} // namespace

Evaluation evaluate(const std::vector<OutcomeCell> &cells) {
    Evaluation result;
    for (const OutcomeCell &cell : cells) {
        result.leads += cell.leads;
        result.conversions += cell.conversions;
    }
    if (result.leads > 0) {
        result.rate = static_cast<double>(result.conversions) / static_cast<double>(result.leads);
        judge_ranking(cells, result);
        judge_probabilities(cells, result);
    }
    return result;
}

double capture_of(const std::vector<OutcomeCell> &cells, double share) {
    int64_t leads = 0;
    int64_t conversions = 0;
    for (const OutcomeCell &cell : cells) {
        leads += cell.leads;
        conversions += cell.conversions;
    }
    if (conversions == 0) {
        return unknown;
    }
    double wanted = static_cast<double>(leads) * share;
    double found = 0;
    for (size_t end = cells.size(); end > 0 && wanted > 0;) {
        int64_t tied = 0;
        int64_t tied_conversions = 0;
        const double score = cells[end - 1].score;
        for (; end > 0 && cells[end - 1].score == score; --end) {
            tied += cells[end - 1].leads;
            tied_conversions += cells[end - 1].conversions;
        }
        const double part = std::min(1.0, wanted / static_cast<double>(tied));
        found += part * static_cast<double>(tied_conversions);
        wanted -= static_cast<double>(tied);
    }
    return found / static_cast<double>(conversions);
}

double calibration_error_of(const std::vector<OutcomeCell> &cells) {
    double sum = 0;
    double leads = 0;
    for (const ScoreBand &band : score_bands(cells, 10)) {
        sum += std::fabs(band.score_sum - static_cast<double>(band.conversions));
        leads += static_cast<double>(band.leads);
    }
    return leads > 0 ? sum / leads : unknown;
}

std::vector<OutcomeCell> by_other(const std::vector<OutcomeCell> &cells) {
    std::vector<OutcomeCell> others;
    others.reserve(cells.size());
    for (const OutcomeCell &cell : cells) {
        if (!std::isnan(cell.other)) {
            others.push_back({cell.other, unknown, cell.leads, cell.conversions});
        }
    }
    return sorted_outcomes(std::move(others));
}

} // namespace leadscore
