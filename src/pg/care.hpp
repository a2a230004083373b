// Work that may fail without its failure being that of the statement it serves: a write of the CRM goes on.
#pragma once

#include "server.hpp"

namespace leadscore {

using CareWork = void (*)(void *argument);

// Runs the work in a subtransaction; false, and the message, if it failed and is undone. Errors that are not of the work but of
// the transaction or the server are raised: cancellation, deadlocks, lock_timeout, memory, disks.
bool run_with_care(CareWork work, void *argument, const char **message);

// Whether an error is not of the work at hand but of the transaction or the server.
bool is_of_server(int sqlstate);

} // namespace leadscore
