// Work that can be taken back without an error.
#pragma once

#include "server.hpp"

namespace leadscore {

// Runs the work in a subtransaction, which stays only if it returns true: else what it wrote and locked is given back. Tells what it returned. An error
// passes on; user, memory and resource owner are those of before in any case.
bool keep_if(bool (*work)(void *argument), void *argument);

} // namespace leadscore
