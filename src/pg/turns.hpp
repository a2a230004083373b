// In which order leads tables are brought up to date.
#pragma once

#include "upkeep_work.hpp"

namespace leadscore {

// The models of the leads table whose turn it is.
ModelWork *take_group(ModelWork **left);

// In every session: models came, went or look at other tables.
void forget_turns();

} // namespace leadscore
