// Plots of an evaluation as text, in ASCII, for a terminal.
#pragma once

#include "no_postgres.hpp"
#include "outcome_table.hpp"

#include <string>
#include <vector>

namespace leadscore {

// Of sorted cells whose scores are probabilities: predicted against converted, band by band.
std::string reliability_text(const std::vector<OutcomeCell> &cells);

// Of sorted cells: the conversions among the best tenth, fifth … of leads.
std::string lift_text(const std::vector<OutcomeCell> &cells);

} // namespace leadscore
