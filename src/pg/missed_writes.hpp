// Writes that a model could not follow: the status tells of them until everything has been counted anew.
#pragma once

#include "upkeep_call.hpp"

namespace leadscore {

// Notes in the writer's transaction that rows of a source may be missing in the scores of a model, unless that is noted already. Nobody waits for
// anybody, and no statement fails for it. `written`: the table, or a partition of it.
void note_missed(const char *model, Part part, int source, Oid written);

// As that, of the sources that a model cannot read, or of which a partition is detached: leads are scored without them. `recounted`: events of leads are counted anew, too.
void note_unread(const Model *model, bool recounted);

// As that, of the tables whose triggers of the model somebody has disabled; `upkeep`: their function. Nothing of the model runs when that is done, nor when such a
// table is written to; but the model is loaded anew after it when another one is. Again each time while there are any, for what was noted may have been undone. Partitions are left to refresh().
void note_disabled(Model *model, Oid upkeep);

} // namespace leadscore
