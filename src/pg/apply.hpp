// Bringing leads up to date: locks, scores, writes. The one place where stored scores change.
#pragma once

#include "batch.hpp"
#include "owner_rights.hpp"

namespace leadscore {

struct ApplyOptions {
    const char *why;      // for the history: "insert on crm.events", "clock"
    TimestampTz as_of;    // moment of scoring
    bool recount = false; // tallies are counted anew from the event tables
    bool record = true;   // stage changes go into the history
    bool announce = true; // and, if the model has a channel, into notifications
    bool all = false;     // leads without any difference are scored too (the clock, new rules)
    bool locked = false;  // their rows are, in the order of the common key
    bool guarded = false; // nothing of the owner's may be left that runs later: see owner_rights.hpp
    bool moved = false;   // leads may refer to other related rows than before: see related_locks.hpp
};

// Leads in key order. To be called with SPI connected, as the owner of the leads table. Returns how many leads were handled.
int64 apply_batch(Batch *batch, const ApplyOptions &options);

// How often that was called in this session: whether triggers on what was written meanwhile changed scores.
uint64 batches_applied();

// With queued upkeep: appends what changed.
void queue_batch(Batch *batch, const ApplyOptions &options);

// Counts events that cannot count: `events` may be negative when one was mended. Reasons are texts that stay the same.
void note_refused(Model *model, const char *source, const char *reason, int64 events);

} // namespace leadscore
