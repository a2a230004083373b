// Has the population moved since then: the population stability index.
#pragma once

#include "no_postgres.hpp"
#include "outcome_table.hpp"

#include <vector>

namespace leadscore {

// Of counts of leads in the same bands, then and now: the sum over bands of (share now - share then) × ln(share now / share
// then). Half a lead is added to each band, so an empty one has a logarithm. Unknown if there are no leads of one of them.
double stability_index(const std::vector<int64_t> &then, const std::vector<int64_t> &now);

// The same of sorted cells, whose conversions are the leads of now, the others those of then: over at most so many bands of about
// equally many leads of then. Leads of now beyond the ends belong to the outermost bands.
double stability_index(const std::vector<OutcomeCell> &cells, int bands);

} // namespace leadscore
