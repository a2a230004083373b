// A score line by line, so that the points of all lines add up to it exactly.
#pragma once

#include "no_postgres.hpp"
#include "score_program.hpp"

#include <string>

namespace leadscore {

// JSON array of rows step, name, dimension, hits, measure, points. Lines of step "dimension", "score" and "stage" hold a subtotal
// as measure and no points; all others hold what they add or take.
std::string explain_rows(const Rules &rules, const Scored &scored, const Workings &workings);

// The same as a text tree for people.
std::string explain_tree(const Rules &rules, const Scored &scored, const Workings &workings);

} // namespace leadscore
