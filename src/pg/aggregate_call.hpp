// What the functions of an aggregate ask of the call they are in.
#pragma once

#include "server.hpp"

namespace leadscore {

// The memory that outlives the call; raises unless an aggregate calls.
inline MemoryContext aggregate_context_of(FunctionCallInfo fcinfo) {
    MemoryContext context = nullptr;
    if (AggCheckCallContext(fcinfo, &context) == 0) {
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("this function can be called by its aggregate only")));
    }
    return context;
}

} // namespace leadscore
