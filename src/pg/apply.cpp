// Bringing leads up to date.
//
// Locks come first, lead rows before score rows and each in key order, so that two statements never wait for each other in a
// circle. Whatever is read to score a lead is read after that: others who change it lock the same rows.
#include "apply.hpp"

#include "chunks.hpp"
#include "joint_locks.hpp"
#include "key_locks.hpp"
#include "lead_locks.hpp"
#include "lead_work.hpp"
#include "mirror_write.hpp"
#include "missed_writes.hpp"
#include "model_plans.hpp"
#include "related_locks.hpp"
#include "round_locks.hpp"

namespace leadscore {

namespace {

constexpr int most_idle_rounds = 1000;

MirrorWrite mirror_write = {InvalidOid};
uint64 batches = 0;

void recount_where_asked(Work *work, LeadWork **leads, size_t count, Snapshot moment) {
    auto **asked = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * count));
    size_t asked_count = 0;
    for (size_t i = 0; i < count; ++i) {
        const bool is_new = !leads[i]->stored && must_count_new(work->model);
        if (is_new || work->options->recount || leads[i]->touched->recount || leads[i]->pending_recount) {
            asked[asked_count++] = leads[i];
        }
    }
    if (asked_count > 0) {
        recount_leads(work, asked, asked_count, moment);
        note_count(work->model->name);
    }
}

// What the score table says by now: a trigger before a row of the history may have written what changes the lead.
void read_scores_again(const Work *work, LeadWork **leads, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        ScoreRow row;
        if (find_score_row(work->rows, leads[i]->touched->key, false, &row)) {
            memcpy(leads[i]->values, row.values, sizeof row.values);
            memcpy(leads[i]->nulls, row.nulls, sizeof row.nulls);
        }
    }
    end_finding(work->rows);
}

// Locks, reads, scores and writes; leads whose row somebody else made meanwhile stay undone.
void run_round(Work *work, LeadWork **leads, size_t count) {
    Model *model = work->model;
    Snapshot moment = nullptr;
    if (!lock_round(work, leads, count, &moment)) {
        return;
    }
    recount_where_asked(work, leads, count, moment);
    read_locked(work, leads, count);
    if (!model->one_spelling) {
        spell_as_leads(work, leads, count);
    }
    find_stages_before(work, leads, count);
    auto **missing = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * count));
    size_t missing_count = 0;
    for (size_t i = 0; i < count; ++i) {
        LeadWork *lead = leads[i];
        judge_lead(work, lead);
        if (lead->fresh.recount_needed) {
            recount_leads(work, &lead, 1, moment); // that of the queue: what came since is still in there
            note_count(model->name);
            judge_lead(work, lead);
        }
        if (lead->stored) {
            write_stored(work, lead);
        } else if (lead->fresh.empty) {
            lead->done = true;
        } else {
            missing[missing_count++] = lead;
        }
    }
    UnregisterSnapshot(moment);
    CommandCounterIncrement(); // rows written directly are to be seen by what follows
    if (missing_count > 0) {
        add_rows(work, missing, missing_count);
    }
    auto **written = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * count));
    size_t written_count = 0;
    for (size_t i = 0; i < count; ++i) {
        if (leads[i]->done) {
            written[written_count++] = leads[i];
        }
    }
    const uint64 before = batches;
    record_changes(work, written, written_count);
    if (batches != before) {
        read_scores_again(work, written, written_count);
    }
    mirror_leads(work, written, written_count);
}

void apply_chunk(void *argument, Touched **touched, size_t count) {
    auto *work = static_cast<Work *>(argument);
    auto *all = static_cast<LeadWork *>(
        MemoryContextAllocExtended(CurrentMemoryContext, sizeof(LeadWork) * count, MCXT_ALLOC_HUGE));
    auto **undone = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * count));
    for (size_t i = 0; i < count; ++i) {
        all[i].touched = touched[i];
        undone[i] = &all[i];
    }
    for (int idle = 0; count > 0; ++idle) {
        CHECK_FOR_INTERRUPTS();
        // What another transaction does in between is seen in the next round. A trigger goes on passing over the row.
        if (idle == most_idle_rounds) {
            ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                            errmsg("rows of %s are not written: a trigger passes over them", get_rel_name(work->model->scores))));
        }
        for (size_t i = 0; i < count; ++i) {
            Touched *lead = undone[i]->touched;
            memset(static_cast<void *>(undone[i]), 0, sizeof(LeadWork));
            undone[i]->touched = lead;
            undone[i]->why = work->options->why;
        }
        run_round(work, undone, count);
        size_t left = 0;
        for (size_t i = 0; i < count; ++i) {
            if (!undone[i]->done) {
                undone[left++] = undone[i];
            }
        }
        idle = left < count ? 0 : idle;
        count = left;
    }
}

// As far as that is known before anything is locked.
bool may_recount(const Model *model, Touched **touched, size_t count, const ApplyOptions &options) {
    bool may = options.recount || model->queued || must_count_new(model);
    for (size_t i = 0; !may && i < count; ++i) {
        may = touched[i]->recount;
    }
    return may;
}

} // namespace

MirrorWrite begin_mirror_write(Oid leads) {
    const MirrorWrite before = mirror_write;
    mirror_write = {leads};
    return before;
}

void end_mirror_write(const MirrorWrite &before) {
    mirror_write = before;
}

bool is_mirror_write(Oid leads) {
    return mirror_write.leads == leads;
}

uint64 batches_applied() {
    return batches;
}

int64 apply_batch(Batch *batch, const ApplyOptions &options) {
    ++batches;
    size_t count = 0;
    Touched **touched = touched_that_matter(batch, options.all, &count);
    if (count == 0) {
        return 0;
    }
    const bool recounts = may_recount(batch->model, touched, count, options);
    if (recounts) {
        lock_event_tables(batch->model);
    }
    note_unread(batch->model, recounts);
    bool locked = options.locked;
    if (!locked && must_lock_before(batch->model, count)) {
        const LeadsOfModel leads = {batch->model, touched, count};
        locked = lock_together(&leads, 1);
    }
    ScoreRows *rows = open_score_rows(batch->model);
    rows->writes.many = count >= chunk_size;
    Work work = {batch->model, rows, open_lead_table(batch->model, rows->writes), &options, nullptr, 0, batch->rules_change};
    if (!locked && !options.all) {
        await_leads(&work, touched, count);
    }
    in_chunks(touched, count, apply_chunk, &work);
    if (work.table != nullptr) {
        close_lead_table(work.table);
    }
    close_score_rows(work.rows);
    return static_cast<int64>(count);
}

void queue_batch(Batch *batch, const ApplyOptions &options) {
    Model *model = batch->model;
    size_t count = 0;
    Touched **touched = touched_that_matter(batch, options.all, &count);
    if (count == 0) {
        return;
    }
    if (options.moved && has_related(model)) {
        Work work = {model, nullptr, nullptr, &options, nullptr, 0, false};
        auto *leads = static_cast<LeadWork *>(palloc0(sizeof(LeadWork) * count));
        auto **all = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * count));
        for (size_t i = 0; i < count; ++i) {
            leads[i].touched = touched[i];
            all[i] = &leads[i];
        }
        lock_related(&work, all, count);
    }
    auto **keys = static_cast<Datum **>(palloc(sizeof(Datum *) * count));
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * queue_column_count * count));
    auto *nulls = static_cast<bool *>(palloc0(sizeof(bool) * queue_column_count * count));
    const Datum why = CStringGetTextDatum(options.why);
    for (size_t i = 0; i < count; ++i) {
        keys[i] = touched[i]->key;
        values[i] = Int32GetDatum(model->evidence);
        nulls[i] = touched[i]->recount; // which stands for: count this lead anew
        values[count + i] = packed_delta(model, &touched[i]->delta, &nulls[count + i]);
        values[2 * count + i] = why;
        values[3 * count + i] = TimestampTzGetDatum(options.as_of);
    }
    add_to_queue(model, keys, count, values, nulls);
}

void note_refused(Model *model, const char *source, const char *reason, int64 events) {
    Datum values[] = {CStringGetTextDatum(source), CStringGetTextDatum(reason), Int64GetDatum(events)};
    run_plan(refuse_plan(model), values, nullptr, SPI_OK_INSERT);
}

} // namespace leadscore
