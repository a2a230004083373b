// Leads of several models on one table, locked in one order.
#pragma once

#include "batch.hpp"

namespace leadscore {

// Whether both lock rows of the same leads table, in the same order.
bool are_locked_together(const Model *one, const Model *other);

// Each of the models goes over its leads after the other. Where those of the first one are not all, all are locked before. With SPI
// connected, as the owner of the leads table.
void lock_together(Batch *const *batches, size_t count);

} // namespace leadscore
