// Which measures of events are worth a rule. They resemble each other, and all of them together would each get next to nothing.
#pragma once

#include "no_postgres.hpp"
#include "fit_choose.hpp"

namespace leadscore {

// Why a column is left out that adds nothing to others.
FitLeftOut told_by_others(const FitColumn &column);

// Candidates without the measures that tell nothing which attributes and the others do not tell better.
std::vector<FitCandidate> choose_measures(std::vector<FitCandidate> candidates, const FitTable &table,
                                          const std::vector<uint8_t> &converted, size_t stride, GoOn go_on,
                                          std::vector<FitLeftOut> &left_out);

// A measure that tells the same of every lead as one before it, such as a longer window that holds nothing more, is left out.
void drop_repeats(std::vector<FitCandidate> &candidates, const FitTable &table, std::vector<FitLeftOut> &left_out);

} // namespace leadscore
