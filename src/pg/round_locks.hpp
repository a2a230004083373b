// What a round of upkeep holds before it scores: leads in the order of their keys, their related rows, their score rows, and with queued
// upkeep what waits for them.
#pragma once

#include "lead_work.hpp"

namespace leadscore {

// Locks and reads all that. `moment` is that of what was taken from the queue, for events that are counted anew; registered. False if a
// lead came that was not there when it was looked for: then all is to be begun again.
bool lock_round(Work *work, LeadWork **leads, size_t count, Snapshot *moment);

// Reads the leads again after that, but those that were not there.
void read_locked(Work *work, LeadWork **leads, size_t count);

} // namespace leadscore
