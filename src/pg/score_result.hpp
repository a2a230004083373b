// Scores as SQL values.
#pragma once

#include "program.hpp"
#include "server.hpp"

namespace leadscore {

// An argument that must be a finite moment; raises if it is null or infinite.
int64_t moment_argument(FunctionCallInfo fcinfo, int argument);

// `units` of 10^-places as numeric with that many places.
Datum score_numeric(int128 units, int places);

// Shortest decimal of micro units.
Datum micro_numeric(int128 micro);

// The row type that the call of a function returns; found out once per call site.
TupleDesc result_type(FunctionCallInfo fcinfo, TupleDesc &known, MemoryContext context);

// A row of type scored_lead.
Datum scored_lead(Program &program, const Scored &scored, TupleDesc descriptor);

// When time alone next changes a score, and the newest day with evidence that counts.
struct Calendar {
    int64_t next_change; // PG_INT64_MAX: never
    bool has_last_event;
    int64_t last_event; // day from 2000-01-01
};

// The columns of maintained_score.
constexpr int maintained_columns = 8;
void maintained_values(const Program &program, const Scored &scored, const Calendar &calendar, Datum *values, bool *nulls);

// A row of type maintained_score.
Datum maintained_lead(const Program &program, const Scored &scored, const Calendar &calendar, TupleDesc descriptor);

} // namespace leadscore
