// A model that something changed in the middle of a statement whose rows have been gathered for it.
#pragma once

#include "upkeep_work.hpp"

namespace leadscore {

// Goes on with the model as it is now. What was gathered only tells the leads then, and they are counted anew: whoever changed the model may have
// counted what the statement wrote, and it would come on top of that. Where nothing can be made of what was gathered, the work has failed.
void change_model(ModelWork *work, Model *fresh);

// The same for a model that has gone stale.
void renew_stale(ModelWork *work);

} // namespace leadscore
