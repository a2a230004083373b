// What is learned, by the method that validation prefers.
#pragma once

#include "no_postgres.hpp"
#include "fit_model.hpp"

namespace leadscore {

// `converted`: of the training part, in the order of the candidates' codes and of `rows`. Measures that are not used go to
// `left_out`.
FitModel learn(std::vector<FitCandidate> candidates, const FitTable &table, const FitSettings &settings, const FitRows &rows,
               const std::vector<uint8_t> &converted, std::vector<FitLeftOut> &left_out);

} // namespace leadscore
