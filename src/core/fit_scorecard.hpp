// A scorecard: what each column tells alone, times a factor that says how much of it counts beside the others.
#pragma once

#include "no_postgres.hpp"
#include "fit_model.hpp"

namespace leadscore {

// Factors are never below zero (the non-negative garrote: Breiman, Technometrics 1995), so that columns which tell the same share
// what they tell, or some of them fall out. Bands, weights and factors are found anew in each fold of the validation.
FitModel learn_scorecard(const std::vector<FitCandidate> &candidates, const FitTable &table, const FitSettings &settings,
                         const std::vector<uint8_t> &converted);

} // namespace leadscore
