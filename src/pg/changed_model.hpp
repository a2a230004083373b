// A model that something changed in the middle of a statement whose rows have been gathered for it.
#pragma once

#include "upkeep_work.hpp"

namespace leadscore {

// What other sessions change while a statement runs concerns those that come later. What the statement's own triggers change is gone on with: what
// was gathered only tells the leads then, and they are counted anew, for whoever changed the model may have counted what the statement wrote, and
// it would come on top of that. Where nothing can be made of what was gathered, the work has failed.

// Whether leads are named by keys of the same types, and whether what was gathered for the one is what it would be for the other.
bool have_same_keys(const Model *one, const Model *other);
bool means_the_same(const Model *then, const Model *now);

// For a firing that brought the model as it is now.
void take_model(ModelWork *work, Model *fresh);

// For a model that has gone stale.
void renew_stale(ModelWork *work);

} // namespace leadscore
