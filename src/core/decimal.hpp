// Fixed-point decimals with 6 places ("micro" units): what points, weights, bounds and sums are made of.
#pragma once

#include "no_postgres.hpp"

#include <cstdint>
#include <string>

namespace leadscore {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

constexpr int64_t micro_per_unit = 1000000;
// Points of one rule and the sum of one tick are held within these while scoring (docs/fine-points.md).
constexpr int128 most_micro = static_cast<int128>(1000000000000000) * micro_per_unit;

// Quotient rounded half away from zero; `divisor` > 0.
int128 divide_rounded(int128 dividend, int128 divisor) noexcept;

// a × b / divisor rounded half away from zero, held within ±most_micro.
int128 multiply_held(int128 a, int128 b, int128 divisor) noexcept;

// Points (below 10^25 micro units) × weight (below 10^16), exact but for rounding half away from zero at the last micro unit.
int128 multiply_by_weight(int128 points, int128 weight) noexcept;

// Shortest text of a number in micro units: "-0.5", "12".
std::string micro_text(int128 micro);

// Text with exactly `places` digits behind the point; `units` counts 10^-places.
std::string fixed_text(int128 units, int places);

} // namespace leadscore
