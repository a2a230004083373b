// Logistic regression of the outcome on one number, by Newton's method on a scale of its own.
#include "calibration.hpp"

#include "number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace leadscore {

namespace {

// Scores as (score / unit - middle) / spread, which is about 1 in size whatever the scores are.
struct Scale {
    double unit = 0; // the largest of them: squares of what is divided by it do not overflow
    double middle = 0;
    double spread = 0;
    double of(double score) const noexcept {
        return (score / unit - middle) / spread;
    }
};

Scale scale_of(const std::vector<OutcomeCell> &cells) {
    Scale scale;
    double leads = 0;
    for (const OutcomeCell &cell : cells) {
        scale.unit = std::max(scale.unit, std::fabs(cell.score));
        leads += static_cast<double>(cell.leads);
    }
    if (scale.unit == 0) {
        return scale;
    }
    for (const OutcomeCell &cell : cells) {
        scale.middle += cell.score / scale.unit * static_cast<double>(cell.leads) / leads;
    }
    double squares = 0;
    for (const OutcomeCell &cell : cells) {
        const double distance = cell.score / scale.unit - scale.middle;
        squares += distance * distance * static_cast<double>(cell.leads) / leads;
    }
    scale.spread = std::sqrt(squares);
    return scale;
}

// ln(1 + e^x) without overflow.
double softplus(double x) noexcept {
    return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
}

struct Targets {
    double of_conversion;
    double of_other;
    double wanted(const OutcomeCell &cell) const noexcept {
        return static_cast<double>(cell.conversions) * of_conversion +
               static_cast<double>(cell.leads - cell.conversions) * of_other;
    }
};

double cost_of(const std::vector<OutcomeCell> &cells, const Scale &scale, const Targets &targets, const CalibrationLine &line) {
    double cost = 0;
    for (const OutcomeCell &cell : cells) {
        const double odds = line.odds(scale.of(cell.score));
        const double wanted = targets.wanted(cell);
        cost += wanted * softplus(-odds) + (static_cast<double>(cell.leads) - wanted) * softplus(odds);
    }
    return cost;
}

// Newton's step from a line.
CalibrationLine step_from(const std::vector<OutcomeCell> &cells, const Scale &scale, const Targets &targets,
                          const CalibrationLine &line) {
    double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
    for (const OutcomeCell &cell : cells) {
        const double x = scale.of(cell.score);
        const double probability = 1 / (1 + std::exp(-line.odds(x)));
        const auto leads = static_cast<double>(cell.leads);
        const double rest = targets.wanted(cell) - leads * probability;
        const double curvature = leads * probability * (1 - probability);
        g0 += rest;
        g1 += rest * x;
        h00 += curvature;
        h01 += curvature * x;
        h11 += curvature * x * x;
    }
    const double determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 0)) {
        return {0, 0};
    }
    return {(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant};
}

} // namespace

CalibrationLine calibrate(const std::vector<OutcomeCell> &cells) {
    double conversions = 0;
    double others = 0;
    for (const OutcomeCell &cell : cells) {
        conversions += static_cast<double>(cell.conversions);
        others += static_cast<double>(cell.leads - cell.conversions);
    }
    const CalibrationLine constant = {std::log((conversions + 1) / (others + 1)), 0};
    const Scale scale = scale_of(cells);
    if (!(scale.spread > 0)) {
        return constant;
    }
    const Targets targets = {(conversions + 1) / (conversions + 2), 1 / (others + 2)};
    CalibrationLine line = constant;
    double cost = cost_of(cells, scale, targets, line);
    for (int round = 0; round < 200; ++round) {
        CalibrationLine step = step_from(cells, scale, targets, line);
        CalibrationLine next = {line.intercept + step.intercept, line.slope + step.slope};
        double next_cost = cost_of(cells, scale, targets, next);
        for (int halved = 0; halved < 60 && !(next_cost <= cost); ++halved) {
            step = {step.intercept / 2, step.slope / 2};
            next = {line.intercept + step.intercept, line.slope + step.slope};
            next_cost = cost_of(cells, scale, targets, next);
        }
        if (!(next_cost <= cost)) {
            break; // as good as the numbers allow
        }
        line = next;
        cost = next_cost;
        if (std::fabs(step.intercept) < 1e-11 && std::fabs(step.slope) < 1e-11) {
            break;
        }
    }
    const double slope = line.slope / scale.spread / scale.unit;
    const double intercept = line.intercept - line.slope * scale.middle / scale.spread;
    return slope > 0 && std::isfinite(slope) && std::isfinite(intercept) ? CalibrationLine{intercept, slope} : constant;
}

Probability probability_of(const CalibrationLine &line) {
    const auto text_of = [](double number) {
        char buffer[64];
        const auto end =
            std::to_chars(buffer, buffer + sizeof buffer, number == 0 ? 0 : number, std::chars_format::general, 9).ptr;
        std::string storage;
        Number parsed;
        parse_number({buffer, static_cast<size_t>(end - buffer)}, storage, parsed);
        return number_text(parsed);
    };
    Probability probability;
    probability.intercept = text_of(line.intercept);
    probability.slope = text_of(line.slope);
    return probability;
}

} // namespace leadscore
