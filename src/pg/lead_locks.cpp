// Leads locked in the order of their keys, whether they are there or not.
#include "lead_locks.hpp"

#include "key_locks.hpp"
#include "model_plans.hpp"

namespace leadscore {

namespace {

// Above that many it is worth a look whether all are there, for then one statement locks them all.
constexpr size_t few = 32;

// Of waiting for leads that others have. Then they are locked whoever has them, so that nobody waits for ever where many come and go.
constexpr int most_rounds = 10;

bool are_all_there(Work *work, LeadWork **leads, size_t count) {
    read_leads(work, leads, count);
    for (size_t i = 0; i < count; ++i) {
        if (!leads[i]->there) {
            return false;
        }
    }
    return true;
}

// How many leads from the first on this statement did not bring.
size_t count_settled(LeadWork **leads, size_t count) {
    size_t settled = 0;
    while (settled < count && !leads[settled]->touched->comes) {
        ++settled;
    }
    return settled;
}

// Locks leads up to the first that is not there, or that this statement brought; tells how many.
size_t lock_those_there(Work *work, LeadWork **leads, size_t count) {
    const size_t settled = count_settled(leads, count);
    if (work->table != nullptr && settled > 0) {
        return lock_leads_until_absent(work, leads, settled);
    }
    for (size_t i = 0; i < settled; ++i) {
        lock_leads(work, leads + i, 1);
        if (!leads[i]->there) {
            return i;
        }
    }
    return settled;
}

// Whether a lead that the transaction cannot see is there by now.
bool has_come(Work *work, LeadWork *lead) {
    Datum key[INDEX_MAX_KEYS];
    key_parameters(work->model, keys_of(&lead, 1), 1, false, key);
    Snapshot now = RegisterSnapshot(GetLatestSnapshot());
    const bool come = run_plan_at(read_plan(work->model, false), key, now, SPI_OK_SELECT) > 0;
    UnregisterSnapshot(now);
    SPI_freetuptable(SPI_tuptable);
    return come;
}

// Locks the key of a lead that was not there; false if the lead came meanwhile. Then the key is given back: whoever has the lead's row
// may be about to delete it, and needs the key then, so nobody may have the key and wait for the row.
bool lock_absent_lead(Work *work, LeadWork **lead) {
    const Model *model = work->model;
    const Datum *key = (*lead)->touched->key;
    const bool taken = lock_lead_key(model, key);
    if (IsolationUsesXactSnapshot()) {
        if (has_come(work, *lead)) {
            fail_serialization("Another transaction brought the lead.");
        }
        return true;
    }
    read_leads(work, lead, 1);
    if ((*lead)->there && taken) {
        unlock_lead_key(model, key);
    }
    return !(*lead)->there;
}

bool reads_events_of(const Model *model, Oid table) {
    for (int i = 0; i < model->event_source_count; ++i) {
        if (model->event_sources[i].table == table || model->event_sources[i].via == table) {
            return true;
        }
    }
    return false;
}

bool await_one(Work *work, const Datum *const *keys, size_t count) {
    if (!work->model->locks_leads) {
        return await_one_score(work->rows, keys, count);
    }
    return work->table != nullptr && await_one_lead(work->table, keys, count);
}

} // namespace

void lock_leads_in_order(Work *work, LeadWork **leads, size_t count) {
    if (work->table == nullptr && count > few && count_settled(leads, count) == count && are_all_there(work, leads, count)) {
        lock_leads(work, leads, count);
        return;
    }
    for (size_t i = 0; i < count; ++i) {
        i += lock_those_there(work, leads + i, count - i);
        if (i == count) {
            break;
        }
        LeadWork **lead = &leads[i];
        if ((*lead)->touched->comes) {
            lock_lead_key(work->model, (*lead)->touched->key);
            lock_leads(work, lead, 1);
        }
        while (!(*lead)->there && !lock_absent_lead(work, lead)) {
            lock_leads(work, lead, 1);
        }
    }
}

void await_leads(Work *work, Touched **leads, size_t count) {
    if (count < 2) {
        return;
    }
    auto **keys = static_cast<Datum **>(MemoryContextAllocExtended(CurrentMemoryContext, sizeof(Datum *) * count, MCXT_ALLOC_HUGE));
    for (size_t i = 0; i < count; ++i) {
        keys[i] = leads[i]->key;
    }
    int rounds = 0;
    while (rounds < most_rounds && await_one(work, keys, count)) {
        ++rounds;
    }
    pfree(keys);
}

void lock_event_tables(const Model *model) {
    for (int i = 0; i < model->counted_table_count; ++i) {
        if (!model->queued || reads_events_of(model, model->counted_tables[i])) {
            LockRelationOid(model->counted_tables[i], AccessShareLock);
        }
    }
}

} // namespace leadscore
