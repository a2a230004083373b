// ISO 8601 text as a moment, and civil dates as day numbers.
#pragma once

#include "no_postgres.hpp"
#include "zone.hpp"

#include <string>
#include <string_view>

namespace leadscore {

// Days from 2000-01-01 of a date in the proleptic Gregorian calendar.
int64_t days_from_date(int64_t year, int month, int day) noexcept;

// "2026-11-01" of a day number; years outside 1..9999 with as many digits as they need.
std::string date_text(int64_t days);

// Reads `2026-11-01`, `2026-11-01T09:30[:15[.25]]`, T or a blank, with Z, ±hh, ±hh:mm or ±hhmm behind a time. Without zone it is
// a local time of `zone`. False if `text` is none of these.
bool parse_iso_time(std::string_view text, const Zone &zone, int64_t &instant) noexcept;

} // namespace leadscore
