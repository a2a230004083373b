// What the stage of leads was before the running transaction: of several changes of a lead in one, only the net change counts.
//
// A loader deletes rows and inserts them again, as two statements. The stage before is not kept in memory: the tables have it. The row of
// the history that the transaction wrote tells it, and of a lead that was deleted the version of its score row that the transaction
// put an end to. So what a savepoint takes back is taken back here too.
#include "lead_work.hpp"
#include "row_before.hpp"
#include "stage_history.hpp"

namespace leadscore {

namespace {

// Whether the transaction deleted a lead, as far as this session saw; with subtransactions undone.
bool lead_gone = false;

void transaction_ends(XactEvent event, void *) {
    if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE) {
        lead_gone = false;
    }
}

StageBefore nothing_before() {
    return {false, 0, true, 0, true};
}

StageBefore stage_of_row(const ScoreRow &row) {
    if (!DatumGetBool(row.values[column_present])) {
        return nothing_before();
    }
    return {true, row.values[column_stage], row.nulls[column_stage], DatumGetTimestampTz(row.values[column_stage_since]),
            row.nulls[column_stage_since]};
}

// It comes again, or for the first time.
bool is_coming(const LeadWork *lead) {
    return lead->there && !lead->before.present;
}

// The stage may have begun in this transaction; only then is there anything to look for.
bool may_have_changed(const Work *work, const LeadWork *lead) {
    return lead->before.present && !lead->before.since_null && lead->before.since == work->options->as_of;
}

void take_change(LeadWork *lead, const OwnChange &change) {
    lead->change = change.id;
    lead->told = change.new_stage;
    lead->told_null = change.new_stage_null;
    lead->before = {!change.old_stage_null || !change.old_since_null, change.old_stage, change.old_stage_null, change.old_since, change.old_since_null};
}

} // namespace

void note_lead_gone() {
    static bool registered = false;
    if (!registered) {
        RegisterXactCallback(transaction_ends, nullptr);
        registered = true;
    }
    lead_gone = true;
}

void find_stages_before(Work *work, LeadWork **leads, size_t count) {
    StageHistory *history = nullptr;
    for (size_t i = 0; i < count; ++i) {
        LeadWork *lead = leads[i];
        lead->before = lead->stored ? stage_of_row(lead->row) : nothing_before();
        const bool comes_again = lead_gone && is_coming(lead);
        if (!work->options->record || !(comes_again || may_have_changed(work, lead))) {
            continue;
        }
        ScoreRow row;
        if (comes_again && find_row_before(work->rows, lead->touched->key, &row)) {
            lead->before = stage_of_row(row);
        }
        if (history == nullptr) {
            history = open_stage_history(work->model);
        }
        OwnChange change;
        if (find_own_change(history, lead->touched->key, work->options->as_of, &change)) {
            take_change(lead, change);
        }
    }
    if (history != nullptr) {
        close_stage_history(history);
    }
}

} // namespace leadscore
