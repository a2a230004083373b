// Work that can be taken back.
#pragma once

#include "server.hpp"

namespace leadscore {

using KeepWork = bool (*)(void *argument);

// Runs the work in a subtransaction, which stays only if it returns true: else what it wrote and locked is given back. Tells what it returned. An error
// passes on; user, memory and resource owner are those of before in any case.
bool keep_if(KeepWork work, void *argument);

// The same, but an error is given back, false; null: there was none.
bool try_keep_if(KeepWork work, void *argument, ErrorData **error);

} // namespace leadscore
