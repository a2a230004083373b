// Leads and the related rows they point to, coming and changing at the same time.
#pragma once

#include "lead_work.hpp"

namespace leadscore {

// A lead that comes to a related row which another transaction is changing must wait for it: that transaction looked for the
// leads of its row before this one belonged to it. The lock is held to the end, so it also works the other way round. Where there
// is no such row, its key is locked.
void lock_related(Work *work, LeadWork **leads, size_t count);

// Related rows come: whose leads are on their way must be waited for. `keys`: one list a column, each of `count` values.
void lock_coming_related(const Model *model, const AttributeSource *source, ArrayBuildState *const *keys, size_t count);

} // namespace leadscore
