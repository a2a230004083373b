// Events that name a row of another table, a contact, which names the lead.
//
// Upkeep of such events locks the contact's row FOR SHARE: whoever moves the contact to another lead waits for it, or is waited for, so
// each event is counted for the lead its contact has in the end. Events of a contact that came, went or moved are counted anew for the
// leads concerned, from their tables.
//
// Where a contact may have several rows, one for each of its leads, no lock on those that are there keeps others from coming. There both
// sides lock the contact's key: whoever writes its events shares it, whoever writes its rows excludes them, and events take no row locks,
// for a row that goes is locked before its key is.
#pragma once

#include "collect.hpp"
#include "upkeep_work.hpp"

namespace leadscore {

// Locks the keys of all contacts that the firings of a statement are about, in one order: a MERGE is an insert, an update and a delete.
void lock_contacts_together(const ModelWork *work);

// Adds the differences of contacts to those of their leads. With SPI connected, as the owner of the leads table.
void spread_over_leads(const UpkeepCall &call, Batch *contacts, Batch *leads);

// A contact's row: its leads before and after are touched.
void collect_contact(Collector *collector, TupleTableSlot *before, TupleTableSlot *after);

// The leads of a contact that was collected, before and after, are counted anew.
void recount_contact(Touched *contact);

// Of the contacts collected, those that have events make their leads be recounted. As spread_over_leads().
void recount_leads_of_contacts(const UpkeepCall &call, Batch *contacts);

} // namespace leadscore
