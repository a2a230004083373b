// What the firings of upkeep() of one statement found, model by model, and how it becomes scores.
#pragma once

#include "upkeep_call.hpp"

namespace leadscore {

// Of one firing. Plain data, as the rest here.
struct Gathered {
    Gathered *next;
    UpkeepCall call; // its trigger is gone by the time the last one fires
    Collector collector;
    Oid emptied; // the table that TRUNCATE emptied
    bool gone; // its source is, or is another one now: nothing can be made of the rest
};

struct ModelWork {
    ModelWork *next;
    Model *model;
    Batch *leads; // of all firings
    bool moved;   // see ApplyOptions
    bool recount; // see is_counted_since()
    bool failed;  // see Model::doubts
    bool found;   // its leads are, by way of other tables
    bool locked;  // its lead rows are, with those of other models
    bool foreign; // a table that was written is one over which the owner of leads has no power
    Gathered *gathered;
    const char *why;
    const char *table_name;
};

struct Works {
    MemoryContext memory;
    uint64 begun; // counts_so_far() then
    ModelWork *first;
};

// The rows of one firing, read into what is to be done.
void gather(Works *works, const UpkeepCall *call);

// From all that was gathered to scores.
void bring_up_to_date(Works *works);

// Both, where nothing else belongs to the statement.
void gather_and_bring(Works *works, const UpkeepCall *call);

} // namespace leadscore
