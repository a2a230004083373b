// Leads locked in one order over several models on their table, or over more leads than are done in one go.
#include "joint_locks.hpp"

#include "chunks.hpp"
#include "common_key.hpp"
#include "key_locks.hpp"
#include "lead_locks.hpp"
#include "subtransaction.hpp"

namespace leadscore {

namespace {

struct Joint {
    const LeadsOfModel *models;
    size_t count;
    const Touched *busy; // whose key is somebody else's
    const Model *busy_in;
};

void add_leads(Batch *all, const LeadsOfModel &leads) {
    if (!has_common_key(leads.model)) {
        touch_by_common_key(all, leads.model, leads.leads, leads.count);
        return;
    }
    for (size_t i = 0; i < leads.count; ++i) {
        Touched *lead = touch(all, leads.leads[i]->key, nullptr);
        if (lead != nullptr) {
            lead->comes = lead->comes || leads.leads[i]->comes;
            lead->recount = lead->recount || leads.leads[i]->recount;
        }
    }
}

void lock_chunk(void *work, Touched **touched, size_t count) {
    auto *leads = static_cast<LeadWork *>(palloc0(sizeof(LeadWork) * count));
    auto **pointers = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * count));
    for (size_t i = 0; i < count; ++i) {
        leads[i].touched = touched[i];
        pointers[i] = &leads[i];
    }
    lock_leads_in_order(static_cast<Work *>(work), pointers, count);
}

void lock_all(Batch *all) {
    Touched **touched = touched_in_order(all);
    for (size_t i = 0; i < all->count; ++i) {
        if (touched[i]->recount) {
            lock_event_tables(all->model);
            break;
        }
    }
    const RowWrites no_writes = {};
    Work work = {all->model, nullptr, open_lead_table(all->model, no_writes), nullptr, nullptr, 0, false};
    await_leads(&work, touched, all->count);
    in_chunks(touched, all->count, lock_chunk, &work);
    if (work.table != nullptr) {
        close_lead_table(work.table);
    }
}

// Leads that are not there have no place in the common order: their keys are locked behind all rows, but none is waited for meanwhile. Null if all
// are locked, else the lead whose key somebody else has.
const Touched *lock_keys_of_absent(const LeadsOfModel &leads) {
    for (size_t i = 0; i < leads.count; ++i) {
        const Touched *lead = leads.leads[i];
        if ((!lead->done || lead->comes) && !try_lead_key(leads.model, lead->key)) {
            return lead;
        }
    }
    return nullptr;
}

// What a lead is called by the common key is known only when it is locked. False if some have another one by then, or have come: theirs
// would be the wrong place.
bool lock_by_common_key(void *argument) {
    auto *joint = static_cast<Joint *>(argument);
    joint->busy = nullptr;
    Batch *all = make_batch(joint->models[0].model->in_order, CurrentMemoryContext);
    for (size_t n = 0; n < joint->count; ++n) {
        add_leads(all, joint->models[n]);
    }
    lock_all(all);
    for (size_t n = 0; n < joint->count && joint->busy == nullptr; ++n) {
        if (!has_common_key(joint->models[n].model)) {
            joint->busy = lock_keys_of_absent(joint->models[n]);
            joint->busy_in = joint->models[n].model;
        }
    }
    if (joint->busy != nullptr) {
        return false;
    }
    const size_t locked = all->count;
    for (size_t n = 0; n < joint->count; ++n) {
        if (!has_common_key(joint->models[n].model)) {
            add_leads(all, joint->models[n]);
        }
    }
    return all->count == locked;
}

bool have_common_key(const LeadsOfModel *models, size_t count) {
    for (size_t n = 0; n < count; ++n) {
        if (!has_common_key(models[n].model)) {
            return false;
        }
    }
    return true;
}

} // namespace

bool are_locked_together(const Model *one, const Model *other) {
    return one->leads == other->leads && one->locks_leads && other->locks_leads && !one->queued && !other->queued;
}

bool must_lock_before(const Model *model, size_t count) {
    return count > 1 && model->locks_leads && !has_common_key(model);
}

bool lock_together(const LeadsOfModel *models, size_t count) {
    if (!have_common_key(models, count)) {
        Joint joint = {models, count, nullptr, nullptr};
        while (!keep_if(lock_by_common_key, &joint)) {
            CHECK_FOR_INTERRUPTS();
            if (joint.busy != nullptr) {
                wait_for_lead_key(joint.busy_in, joint.busy->key);
            }
        }
        return true;
    }
    Batch *all = make_batch(models[0].model, CurrentMemoryContext);
    for (size_t n = 0; n < count; ++n) {
        add_leads(all, models[n]);
    }
    if (all->count == models[0].count) {
        return false;
    }
    lock_all(all);
    return true;
}

} // namespace leadscore
