// Marks the moments in which upkeep itself writes score and stage into lead rows, so that the triggers of the leads table, which
// fire for that too, need not look at these columns.
#pragma once

#include "server.hpp"

namespace leadscore {

struct MirrorWrite {
    Oid leads;
};

// Around the one statement that writes; what was marked before comes back with the end.
MirrorWrite begin_mirror_write(Oid leads);
void end_mirror_write(const MirrorWrite &before);

// Whether the running trigger was fired by such a write.
bool is_mirror_write(Oid leads);

} // namespace leadscore
