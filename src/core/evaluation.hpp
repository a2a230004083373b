// What a score is worth, from the outcomes of the leads that had it.
#pragma once

#include "no_postgres.hpp"
#include "decimal.hpp"
#include "outcome_table.hpp"

#include <vector>

namespace leadscore {

// The standard normal distribution's 97.5 % point: limits are those of 95 %.
constexpr double normal_975 = 1.959963984540054;

// Limits of 95 %, or both unknown.
struct Limits {
    double low = unknown;
    double high = unknown;
};

// The area under the ROC curve: the share of pairs of a converted and another lead in which the converted one has the higher
// score, a tie counting half.
struct Auc {
    int128 twice_concordant = 0; // concordant pairs twice, ties once
    int128 pairs = 0;
    double value = unknown; // of no pairs: unknown
    double variance = unknown;
    Limits limits; // DeLong, DeLong and Clarke-Pearson 1988, on the logit scale
};

// Numbers that cannot be told are `unknown`.
struct Evaluation {
    int64_t leads = 0;
    int64_t conversions = 0;
    double rate = unknown;
    Auc auc;
    double gini = unknown; // 2 AUC - 1
    double ks = unknown;   // Kolmogorov and Smirnov: largest distance between the distributions of both outcomes
    // Of the tenth and fifth with the highest scores; leads with the score at the cut count in proportion.
    double lift_10 = unknown;
    double lift_20 = unknown;
    double capture_10 = unknown;
    double capture_20 = unknown;
    // Of leads with a probability.
    int64_t with_probability = 0;
    double brier = unknown;
    double log_loss = unknown; // natural logarithm; a probability counts as at least 1e-15 away from 0 and 1
    double calibration_error = unknown;
};

// From sorted cells (sorted_outcomes), whose second numbers are probabilities or unknown.
Evaluation evaluate(const std::vector<OutcomeCell> &cells);

// Of cells in the order of their scores; the second numbers do not matter.
Auc auc_of(const std::vector<OutcomeCell> &cells);

// Share of all conversions found among the best `share` of leads.
double capture_of(const std::vector<OutcomeCell> &cells, double share);

// Of sorted cells whose scores are probabilities: leads-weighted distance of mean probability and rate over ten bands
// (score_bands.hpp).
double calibration_error_of(const std::vector<OutcomeCell> &cells);

// The cells' second numbers as scores, of those that have one, sorted.
std::vector<OutcomeCell> by_other(const std::vector<OutcomeCell> &cells);

// Two scores of the same leads, by the paired method of DeLong, DeLong and Clarke-Pearson.
struct Comparison {
    int64_t leads = 0;
    int64_t conversions = 0;
    Auc a;
    Auc b;
    double difference = unknown; // b - a
    Limits limits;
    double p_value = unknown; // two-sided, of no difference
};

// From sorted cells whose second numbers are the other score.
Comparison compare_scores(const std::vector<OutcomeCell> &cells);

} // namespace leadscore
