// From the rows that one firing of upkeep() is about to what they mean for a model.
#pragma once

#include "upkeep_work.hpp"

namespace leadscore {

// What one part of the work is called with.
struct Step {
    Works *works;
    ModelWork *work;
    Gathered *gathered;
    bool late; // the rest follows when other triggers have run
};

// A step that gathers: the work of the model of the call, and room for what comes of it.
Step prepare(Works *works, const UpkeepCall *call);

// Reads the rows. `argument` is that step.
void collect(void *argument);

} // namespace leadscore
