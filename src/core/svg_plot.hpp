// An evaluation as a picture.
#pragma once

#include "no_postgres.hpp"
#include "outcome_table.hpp"

#include <string>
#include <vector>

namespace leadscore {

// Of sorted cells, whose second numbers are probabilities or unknown: reliability and lift side by side, as one SVG document that
// needs nothing else.
std::string evaluation_svg(const std::vector<OutcomeCell> &cells);

} // namespace leadscore
