// In which order leads tables are brought up to date.
#pragma once

#include "upkeep_work.hpp"

namespace leadscore {

// The models of the leads table whose turn it is: first those whose leads others look at, for these lock them FOR SHARE.
ModelWork *take_group(ModelWork **left);

} // namespace leadscore
