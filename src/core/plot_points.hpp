// What the plots of an evaluation show, in numbers.
#pragma once

#include "no_postgres.hpp"
#include "score_bands.hpp"

#include <string>
#include <vector>

namespace leadscore {

// Leads with about the same probability, and what became of them.
struct ReliabilityPoint {
    double predicted = 0; // mean probability
    double rate = 0;
    Limits limits; // of the rate (Wilson)
    int64_t leads = 0;
};

// Of sorted cells whose scores are probabilities: at most ten bands, the lowest first.
std::vector<ReliabilityPoint> reliability_points(const std::vector<OutcomeCell> &cells);

// A round end of the axes that leaves room for all points: 1 or less.
double axis_end(const std::vector<ReliabilityPoint> &points);

// Of sorted cells: the shares of all conversions among the best 0, 1 … `steps` steps of leads; leads with one score count in
// proportion. Empty if none converted.
std::vector<double> capture_curve(const std::vector<OutcomeCell> &cells, int steps);

// Numbers as text, the same in every locale.
std::string fixed(double number, int places);
std::string percent(double share, int places);
std::string grouped(int64_t number);    // 12,345
std::string count_leads(int64_t leads); // 12,345 leads

} // namespace leadscore
