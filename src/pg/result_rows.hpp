// The rows of a function in FROM.
#pragma once

#include "server.hpp"

namespace leadscore {

// Sets up the result: rows go into its setResult, as its setDesc says. An error if the call does not stand in FROM.
ReturnSetInfo *begin_rows(FunctionCallInfo fcinfo);

} // namespace leadscore
