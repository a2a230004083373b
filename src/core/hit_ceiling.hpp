// The most a rule's hits can weigh: the best placement of events in time, through burst, at_most, within and limit.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"

namespace leadscore {

struct HitCeiling {
    bool infinite = false;
    int128 weight = 0; // Σ weight × hits in units of 10^-9
};

// `weigh` false: each hit weighs 1, whatever the decay. More than `exact_ages` ages: an upper estimate where no formula is exact.
HitCeiling hit_ceiling(const Rule &rule, bool weigh, int64_t exact_ages);

} // namespace leadscore
