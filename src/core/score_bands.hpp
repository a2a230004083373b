// Leads put into bands of about equal size by their score.
#pragma once

#include "no_postgres.hpp"
#include "evaluation.hpp"

#include <vector>

namespace leadscore {

constexpr int most_bands = 1000;

struct ScoreBand {
    double lowest = unknown;
    double highest = unknown;
    int64_t leads = 0;
    int64_t conversions = 0;
    double score_sum = 0; // over the leads
};

// At most so many bands, the highest scores first. Leads with one score stay together, in the band where the middle one of them
// belongs; a band that is left empty so is not there.
std::vector<ScoreBand> score_bands(const std::vector<OutcomeCell> &cells, int bands);

// Limits of a rate (Wilson, Journal of the American Statistical Association 22, 1927); of no leads: unknown.
Limits wilson_limits(int64_t conversions, int64_t leads);

} // namespace leadscore
