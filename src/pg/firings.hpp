// The firings of upkeep() that belong to one statement.
//
// INSERT … ON CONFLICT DO UPDATE, MERGE and data-modifying WITH write in several ways, and several models may look at a table: each
// is a firing of its own. Were each brought up to date by itself, its leads would be locked in key order, but those of the next one
// behind them: no order over the statement, and two statements could wait for each other. So triggers BEFORE a statement say how many
// firings will follow it; what they find is gathered, and the last one does the work of all.
//
// A statement is known by the memory of its executor, in whose children both kinds of triggers run; what is noted goes with that
// memory. Where a firing does not come that was announced (a statement stopped after some rows, settings changed on the way), the end of the
// executor does the work. Firings that nobody announced (a trigger that was disabled, a cascade, whose triggers fire with those of the outer statement) are
// brought up to date alone: only the order of locks is then that of the firings.
#pragma once

#include "upkeep_work.hpp"

namespace leadscore {

// Plain data, in the memory of the executor.
struct Firings;

// Before a statement: one firing of the same trigger's arguments follows, if its trigger is enabled.
void announce_firing(const TriggerData *trigger);

// After it, once for each firing, in the memory that it was called in: what it is part of. Null: it stands alone. `begun`: counts_so_far() as
// the statement began, as far as that is known.
Firings *take_firing(const TriggerData *trigger, uint64 *begun);
bool is_last_firing(const Firings *firings);

// Whether a statement that is going on takes events away, or changes them, other than the one whose work this is: the triggers that tell of them may be
// yet to come.
bool is_taking_events(const Works *but);

// What was gathered so far; lives as long as the statement.
Works *works_of(Firings *firings);

} // namespace leadscore
