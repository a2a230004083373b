// What a round of upkeep holds before it scores.
#include "round_locks.hpp"

#include "key_locks.hpp"
#include "lead_locks.hpp"
#include "related_locks.hpp"
#include "subtransaction.hpp"

namespace leadscore {

namespace {

struct Round {
    Work *work;
    LeadWork **leads;
    size_t count;
    ResourceOwner owner; // of the snapshot, which outlives the subtransaction
    Snapshot moment;
};

size_t pick_there(LeadWork **leads, size_t count, bool there, LeadWork **picked) {
    size_t found = 0;
    for (size_t i = 0; i < count; ++i) {
        if (leads[i]->there == there) {
            picked[found++] = leads[i];
        }
    }
    return found;
}

bool has_come(Work *work, LeadWork **absent, size_t count) {
    if (count > 0) {
        read_leads(work, absent, count);
    }
    for (size_t i = 0; i < count; ++i) {
        if (absent[i]->there) {
            return true;
        }
    }
    return false;
}

// Whether one that was not there is there now. Most that are missing although their score row says otherwise were just deleted.
bool has_latecomer(Work *work, LeadWork **leads, size_t count) {
    auto **missing = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * count));
    size_t missing_count = 0;
    for (size_t i = 0; i < count; ++i) {
        if (!leads[i]->there && leads[i]->stored && DatumGetBool(leads[i]->row.values[column_present])) {
            missing[missing_count++] = leads[i];
        }
    }
    return has_come(work, missing, missing_count);
}

// Who writes the score row of a lead that is there has the lead's row first, in a model that mirrors: with that one locked the other need
// not be, and if somebody else wrote it after all, the lead is done again. Only what is taken out of the queue cannot be taken twice. The
// version that was found is not cleared away before it is written, for the statement that is served has an older snapshot.
bool is_locked_by_lead(const Work *work, const LeadWork *lead) {
    return lead->there && work->model->mirror && !work->model->queued && work->rows->plain;
}

void find_scores(Work *work, LeadWork **leads, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        LeadWork *lead = leads[i];
        const Datum *key = lead->touched->key;
        lead->stored = find_score_row(work->rows, key, !is_locked_by_lead(work, lead), &lead->row);
        if (!lead->stored && !work->model->locks_leads) {
            lock_lead_key(work->model, key);
            lead->stored = find_score_row(work->rows, key, true, &lead->row);
        }
    }
    end_finding(work->rows);
}

// Where some lead was not there when it was looked for, it may have come while we waited for its score row. To lock it now would
// be the wrong order: so the locks on score rows are given back, and all is begun again. False then.
bool find_scores_of_absent(void *argument) {
    const auto *round = static_cast<const Round *>(argument);
    find_scores(round->work, round->leads, round->count);
    return !has_latecomer(round->work, round->leads, round->count);
}

void lock_leads_first(const Round *round) {
    if (round->work->model->locks_leads) {
        lock_leads_in_order(round->work, round->leads, round->count);
    }
    if (round->work->options->moved) {
        lock_related(round->work, round->leads, round->count);
    }
}

// One moment for what is taken from the queue and for events that are counted anew: an event is in both or in neither. It is
// now, in REPEATABLE READ too: an event of no lead, which this statement gives one, may be younger than the transaction. But
// what a queue tells must not be younger than the lead rows that are read for it.
Snapshot moment_of(const Model *model) {
    return model->queued && IsolationUsesXactSnapshot() ? GetTransactionSnapshot() : GetLatestSnapshot();
}

// Who only queues a lead that comes does not ask for its key, so the lead may come although its key is held. What was taken from the queue
// tells of it then, and its row, which others may have, would be locked out of turn: so everything is given back, leads' rows and keys, too.
bool lock_queued(void *argument) {
    auto *round = static_cast<Round *>(argument);
    Work *work = round->work;
    lock_leads_first(round);
    find_scores(work, round->leads, round->count);
    round->moment = RegisterSnapshotOnOwner(moment_of(work->model), round->owner);
    take_pending(work, round->leads, round->count, round->moment);
    auto **absent = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * round->count));
    return !has_come(work, absent, pick_there(round->leads, round->count, false, absent));
}

bool is_any_absent(LeadWork **leads, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        if (!leads[i]->there) {
            return true;
        }
    }
    return false;
}

} // namespace

bool lock_round(Work *work, LeadWork **leads, size_t count, Snapshot *moment) {
    const Model *model = work->model;
    Round round = {work, leads, count, CurrentResourceOwner, nullptr};
    if (model->queued && model->locks_leads) {
        const bool good = keep_if(lock_queued, &round);
        if (!good && round.moment != nullptr) {
            UnregisterSnapshotFromOwner(round.moment, round.owner);
        }
        *moment = round.moment;
        return good;
    }
    lock_leads_first(&round);
    if (model->locks_leads && is_any_absent(leads, count)) {
        if (!keep_if(find_scores_of_absent, &round)) {
            return false;
        }
    } else {
        find_scores(work, leads, count);
    }
    *moment = RegisterSnapshot(moment_of(model));
    if (model->queued) {
        take_pending(work, leads, count, *moment);
    }
    return true;
}

// What is taken from the queue may tell of a change that came after the leads were locked. One that was not there stays so: what brings it
// is in the queue still.
void read_locked(Work *work, LeadWork **leads, size_t count) {
    const Model *model = work->model;
    LeadWork **read = leads;
    if (model->locks_leads && model->queued) {
        read = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * count));
        count = pick_there(leads, count, true, read);
        if (count > 0) {
            lock_leads(work, read, count);
        }
    }
    if (count > 0 && (!model->locks_leads || has_related(model))) {
        read_leads(work, read, count);
    }
}

} // namespace leadscore
