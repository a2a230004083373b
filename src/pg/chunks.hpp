// Leads some hundreds at a time.
#pragma once

#include "batch.hpp"

namespace leadscore {

// In one go: enough to share the cost of a statement, few enough for little memory.
constexpr size_t chunk_size = 500;

// Runs the work over all of them, chunk by chunk, each in memory of its own and with SPI connected once more: results of statements go with that.
void in_chunks(Touched **leads, size_t count, void (*work)(void *argument, Touched **leads, size_t count), void *argument);

} // namespace leadscore
