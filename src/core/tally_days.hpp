// What a tally says about days of the calendar.
#pragma once

#include "no_postgres.hpp"
#include "tally.hpp"
#include "zone.hpp"

#include <optional>

namespace leadscore {

// The newest day (from 2000-01-01, local in `zone`) with a hit or a value that counts, or any sum, among evidence of `set`; a
// tally may hold more than that. An hour is of the day in which it begins; what is before the first date
// of the server is of that one. Nothing if there is none.
std::optional<int64_t> newest_day(const Tally &tally, const EvidenceSet &set, const Zone &zone);

// Whether it has any cell of that day among evidence of `set`, whatever it counts.
bool has_day(const Tally &tally, const EvidenceSet &set, const Zone &zone, int64_t day);

} // namespace leadscore
