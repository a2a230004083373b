// The leads that a statement touched, in key order, with the difference its events make.
//
// A statement may bring millions of events for few leads or one for each of many: events are added to their lead's logs as they
// come, so memory grows with the leads touched, not with events. Everything lies in one memory context and goes with it.
#pragma once

#include "../core/tally_log.hpp"
#include "model.hpp"

namespace leadscore {

// Plain data. Its key follows the fixed part.
struct Touched {
    RBTNode node;
    TallyLogs delta;   // evidence by its index in the set the model collects (Model::collecting)
    bool input_changed; // the lead row came, went, or changed in what its score looks at
    bool comes;         // the lead row came by this key
    bool moved;         // it may refer to other related rows than before
    bool recount;       // its events are others than before in a way that no difference tells
    // For whoever applies the batch.
    bool done;
    void *work;
    Datum key[FLEXIBLE_ARRAY_MEMBER]; // Batch::key_count values in the batch's memory
};

struct Batch {
    Model *model;
    KeyColumn *keys; // of the leads, or of rows through which events reach them
    int key_count;
    bool own; // keys of the score table
    MemoryContext memory;
    RBTree *tree;
    size_t count;
    bool rules_change; // as the work began: what is written is due at once then. Not the model's, which triggers inside this work set anew
    Touched *last; // the lead met last: events come in runs
};

Batch *make_batch(Model *model, MemoryContext parent);
Batch *make_batch_by(Model *model, KeyColumn *keys, int key_count, MemoryContext parent);

// The entry of a key, made if need be; null if part of the key is null or no index holds it. `key` may point into a tuple.
Touched *touch(Batch *batch, const Datum *key, const bool *nulls);

// All entries in key order, in the batch's memory.
Touched **touched_in_order(Batch *batch);

// Those of them that matter: that changed, must be counted anew or have a difference; or all. Puts the logs of these in order.
Touched **touched_that_matter(Batch *batch, bool all, size_t *count);

// Makes room in the logs of an entry for what is to be appended.
void make_room(Batch *batch, Touched *touched, size_t counts, size_t wides, size_t values);

// Adds the difference of another entry.
void add_difference(Batch *batch, Touched *touched, const Touched *more);

} // namespace leadscore
