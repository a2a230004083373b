// From a score to the probability of conversion.
#pragma once

#include "no_postgres.hpp"
#include "outcome_table.hpp"
#include "rules.hpp"

#include <vector>

namespace leadscore {

// ln(odds) = intercept + slope × score
struct CalibrationLine {
    double intercept = 0;
    double slope = 0;
    double odds(double score) const noexcept {
        return intercept + slope * score;
    }
};

// Logistic regression of the outcome on the score. With Platt's targets (Advances in Large Margin Classifiers, 1999: a conversion
// counts as (c + 1) / (c + 2) and another outcome as 1 / (o + 2), for c conversions and o others) it has an answer for every
// input. Never falling: where higher scores do not convert more often, the slope is 0.
CalibrationLine calibrate(const std::vector<OutcomeCell> &cells);

// As documents write it, 9 digits each.
Probability probability_of(const CalibrationLine &line);

} // namespace leadscore
