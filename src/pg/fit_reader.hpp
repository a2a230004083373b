// The rows of a query read as past leads.
#pragma once

#include "../core/fit_bins.hpp"
#include "../core/fit_collect.hpp"
#include "program.hpp"
#include "server.hpp"

namespace leadscore {

// Runs a query of the caller and takes each row as a lead. Its columns are converted (boolean), test (boolean), at (timestamptz),
// tally (lead_tally or null), and then the attributes, called as rules name them; json and jsonb are opened into their members.
// What the candidates measure in the tally as of `at` become columns, too. Objects are deleted with `memory`.
class FitReader;

// `tally_type`: lead_tally.
FitReader *make_fit_reader(Program *candidates, Oid tally_type, size_t expected, MemoryContext memory);

void read_leads(FitReader *reader, const char *query);

// Inside core calls only.
FitTable collected(FitReader *reader);

} // namespace leadscore
