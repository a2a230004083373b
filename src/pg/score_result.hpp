// Scores as SQL values.
#pragma once

#include "program.hpp"
#include "server.hpp"

namespace leadscore {

// An argument that must be a finite moment; raises if it is null or infinite.
int64_t moment_argument(FunctionCallInfo fcinfo, int argument);

// `units` of 10^-places as numeric with that many places.
Datum score_numeric(int128 units, int places);

// A row of type scored_lead.
Datum scored_lead(const Program &program, const Scored &scored, TupleDesc descriptor);

} // namespace leadscore
