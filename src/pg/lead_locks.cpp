// Leads locked in the order of their keys, whether they are there or not.
#include "lead_locks.hpp"

#include "key_locks.hpp"

namespace leadscore {

namespace {

// Above that many it is worth a look whether all are there, for then one statement locks them all.
constexpr size_t few = 32;

bool are_all_there(Work *work, LeadWork **leads, size_t count) {
    read_leads(work, leads, count);
    for (size_t i = 0; i < count; ++i) {
        if (!leads[i]->there || leads[i]->touched->comes) {
            return false;
        }
    }
    return true;
}

} // namespace

void lock_leads_in_order(Work *work, LeadWork **leads, size_t count) {
    if (count > few && are_all_there(work, leads, count)) {
        lock_leads(work, leads, count);
        return;
    }
    for (size_t i = 0; i < count; ++i) {
        LeadWork **lead = &leads[i];
        if ((*lead)->touched->comes) {
            lock_lead_key(work->model, (*lead)->touched->key);
        }
        lock_leads(work, lead, 1);
        if (!(*lead)->there) {
            lock_lead_key(work->model, (*lead)->touched->key);
            lock_leads(work, lead, 1); // it may have come while we waited
        }
    }
}

void lock_event_tables(const Model *model) {
    for (int i = 0; i < model->counted_table_count; ++i) {
        LockRelationOid(model->counted_tables[i], AccessShareLock);
    }
}

} // namespace leadscore
