// A weight for each bin of each column, all of them together, and pairs.
#pragma once

#include "no_postgres.hpp"
#include "fit_model.hpp"

namespace leadscore {

// Measures that are not used go to `left_out`.
FitModel learn_additive(std::vector<FitCandidate> candidates, const FitTable &table, const FitSettings &settings,
                        const std::vector<uint8_t> &converted, std::vector<FitLeftOut> &left_out);

} // namespace leadscore
