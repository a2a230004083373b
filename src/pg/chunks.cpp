// Leads some hundreds at a time.
#include "chunks.hpp"

namespace leadscore {

void in_chunks(Touched **leads, size_t count, void (*work)(void *argument, Touched **leads, size_t count), void *argument) {
    MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "leadscore chunk", ALLOCSET_DEFAULT_SIZES);
    for (size_t from = 0; from < count; from += chunk_size) {
        MemoryContext old = MemoryContextSwitchTo(memory);
        SPI_connect();
        MemoryContextSwitchTo(memory);
        work(argument, leads + from, count - from < chunk_size ? count - from : chunk_size);
        SPI_finish();
        MemoryContextSwitchTo(old);
        MemoryContextReset(memory);
    }
    MemoryContextDelete(memory);
}

} // namespace leadscore
