// Sorts the counts of a log. Nothing here allocates or throws.
#pragma once

#include "no_postgres.hpp"
#include "tally_log.hpp"

namespace leadscore {

// By evidence and tick; the order among entries of one place does not matter.
void sort_by_place(CountEntry *entries, uint32_t used) noexcept;

// By tick alone.
void sort_by_tick(CountEntry *entries, uint32_t used) noexcept;

} // namespace leadscore
