// Entries of a log that stand for sets of evidence, each hit in its own place again.
#pragma once

#include "no_postgres.hpp"
#include "hit_sets.hpp"
#include "tally_log.hpp"

#include <vector>

namespace leadscore {

// Appends the cells of a log to `cells`, which are of no evidence in it, in order; the log is sorted by tick. False, and nothing
// is appended, if it holds hits taken back, or so few that without_sets() is cheaper.
bool read_sets(Log<CountEntry> &log, const HitSets &sets, std::vector<CountCell> &cells);

// The same log as entries of single evidence. Throws Problem(Trouble::limit) if they are too many.
std::vector<CountEntry> without_sets(const Log<CountEntry> &log, const HitSets &sets);

} // namespace leadscore
