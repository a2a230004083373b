// The rows a statement wrote, one by one, for the function that collects what they mean.
#pragma once

#include "collect.hpp"

namespace leadscore {

// Whether the trigger was given no row at all.
bool is_empty(const TriggerData *trigger);

// The rows a trigger was given. Old and new rows of an update come in pairs, as far as they go: a row that moves to another
// partition may be gone on the way. What is collected must not depend on which rows are paired.
void each_changed_row(const TriggerData *trigger, Collector *collector, CollectRow collect);

// All rows of a table as they are now, as rows that will be no more. Of a partitioned table nothing: the rows are in its leaves.
void each_row(Relation table, Collector *collector, CollectRow collect);

} // namespace leadscore
