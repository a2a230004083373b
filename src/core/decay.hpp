// Weight of a hit by its age.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"

namespace leadscore {

constexpr int64_t whole_weight = 1000000000; // weights are in units of 10^-9

// Weight of a hit `age` >= 0 ticks old, rounded half up to 9 places; the same on every machine (integers only).
int64_t decay_weight(const Decay &decay, bool hour_ticks, int64_t age) noexcept;

// The least age from which on the weight is 0 for good; -1 if it never gets there (no decay).
int64_t decay_end(const Decay &decay, bool hour_ticks) noexcept;

} // namespace leadscore
