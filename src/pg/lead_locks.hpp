// The order in which leads are locked.
#pragma once

#include "lead_work.hpp"

namespace leadscore {

// Locks lead rows one behind the other, by their keys; where there is none its key is locked in its place, so that nobody is
// behind a key whom somebody else before it waits for. Leads that this statement brought are locked by key too: for others they
// are not there yet.
void lock_leads_in_order(Work *work, LeadWork **leads, size_t count);

// Waits until nobody else has any of several lead rows, in a plain table, or of their score rows if these are locked first, with none of them in hand: so
// who changes leads in an order of their own, or over several statements, is in no circle with a statement that comes later. Only what begins in the
// instant before the rows are locked may be.
void await_leads(Work *work, Touched **leads, size_t count);

// What counting events anew reads, locked before any lead is: TRUNCATE has locked its table when it comes to the leads. That of the other models on
// these leads, too, whose turn comes in the same statement; with queued upkeep it does not, and a table that another model has come to read since
// the transaction locked its leads would be locked after them.
void lock_event_tables(const Model *model);

} // namespace leadscore
