// One firing of upkeep().
#pragma once

#include "collect.hpp"

namespace leadscore {

// Plain data.
struct UpkeepCall {
    const TriggerData *trigger;
    Model *model;
    Part part;
    int source;
    Oid table; // the registered one, of which the trigger's table may be a partition
    const EventSource *events;
    const AttributeSource *attributes;
};

// Parts as they are written in the arguments of triggers.
constexpr const char *part_names[] = {"leads", "events", "attributes", "via"};
bool read_part(const char *name, Part *part);

// BEFORE TRUNCATE of events: reads them while they are there.
void keep_truncated(const UpkeepCall *call);
// AFTER TRUNCATE: what is gone; of events, what was read before.
void collect_truncated(const UpkeepCall *call, Collector *collector);

} // namespace leadscore
