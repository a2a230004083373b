// The statements upkeep runs on contacts, rows through which events reach their leads, as saved plans; for one contact and for many, as in
// model_plans.hpp.
#pragma once

#include "batch.hpp"

namespace leadscore {

// Keys of the leads of contacts, one row each behind the number of the contact ($ord_column); locks the contacts' rows FOR SHARE where each
// has but one. With SPI connected; the result is in SPI_tuptable.
uint64 find_leads_of_contacts(Model *model, const EventSource *source, Touched *const *contacts, size_t count);

// The numbers of those contacts whose rows are there, none of them locked.
uint64 find_contacts_there(Model *model, const EventSource *source, Touched *const *contacts, size_t count);

// The numbers of those contacts that have events.
uint64 find_contacts_with_events(Model *model, const EventSource *source, Touched *const *contacts, size_t count);

} // namespace leadscore
