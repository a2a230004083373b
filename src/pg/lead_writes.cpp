// From a fresh score to the score table.
#include "lead_work.hpp"
#include "model_load.hpp"
#include "model_plans.hpp"
#include "score_result.hpp"

namespace leadscore {

namespace {

Datum text_of(std::string_view text) {
    return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
}

Datum bytea_of(const char *data, size_t size) {
    return text_of({data, size}); // the same form
}

Datum dimensions_of(const Model *model, const FreshScore &fresh) {
    const size_t count = model->program->rules.dimensions.size();
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * (count + 1)));
    for (size_t i = 0; i < count; ++i) {
        values[i] = micro_numeric(fresh.dimensions[i]);
    }
    return array_parameter(values, nullptr, count, NUMERICOID);
}

Datum labels_of(const Model *model, const FreshScore &fresh) {
    const size_t count = model->program->rules.labels.size();
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * (count + 1)));
    auto *nulls = static_cast<bool *>(palloc(sizeof(bool) * (count + 1)));
    for (size_t i = 0; i < count; ++i) {
        nulls[i] = fresh.labels[i].data() == nullptr;
        values[i] = nulls[i] ? static_cast<Datum>(0) : text_of(fresh.labels[i]);
    }
    return array_parameter(values, nulls, count, TEXTOID);
}

void set(LeadWork *lead, ScoreColumn column, Datum value, bool there = true) {
    lead->values[column] = there ? value : static_cast<Datum>(0);
    lead->nulls[column] = !there;
}

bool same_text(Datum left, bool left_null, std::string_view right, bool right_there) {
    if (left_null || !right_there) {
        return left_null && !right_there;
    }
    return bytes_of(left, false) == right;
}

void fill_evidence(LeadWork *lead) {
    const FreshScore &fresh = lead->fresh;
    set(lead, column_evidence, Int32GetDatum(fresh.evidence));
    if (fresh.keeps_tally) {
        set(lead, column_tally, lead->row.values[column_tally]); // the very Datum: what is toasted stays where it is
    } else {
        set(lead, column_tally, fresh.tally_size > 0 ? bytea_of(fresh.tally, fresh.tally_size) : 0, fresh.tally_size > 0);
    }
    if (fresh.keeps_recent) {
        set(lead, column_recent, lead->row.values[column_recent]);
    } else {
        set(lead, column_recent, fresh.recent_size > 0 ? bytea_of(fresh.recent, fresh.recent_size) : 0, fresh.recent_size > 0);
    }
    set(lead, column_points, fresh.points_size > 0 ? bytea_of(fresh.points, fresh.points_size) : 0, fresh.points_size > 0);
}

// When the row is to be looked at again. An earlier moment that is yet to come stays: that column has an index, and while it does not change
// an update writes no entry of any (HOT).
TimestampTz due_of(const Work *work, const LeadWork *lead) {
    if (work->rules_change) {
        return DT_NOBEGIN;
    }
    const TimestampTz next = lead->fresh.next_change;
    const TimestampTz before = lead->stored ? DatumGetTimestampTz(lead->row.values[column_due]) : next;
    return work->options->as_of < before && before < next ? before : next;
}

// One row of the history for each lead and transaction: a second change is told in the row of the first, or takes it back. So does the end
// of the lead: if it comes again, its stage before is that of its score row before.
Telling telling_of(const LeadWork *lead, bool changed) {
    const FreshScore &fresh = lead->fresh;
    if (lead->change == 0) {
        return changed ? Telling::add : Telling::nothing;
    }
    if (!changed) {
        return Telling::take_back;
    }
    return same_text(lead->told, lead->told_null, fresh.stage, fresh.has_stage) ? Telling::nothing : Telling::change;
}

void fill_score(Work *work, LeadWork *lead) {
    const Model *model = work->model;
    const FreshScore &fresh = lead->fresh;
    const Rules &rules = model->program->rules;
    const TimestampTz as_of = work->options->as_of;
    set(lead, column_present, BoolGetDatum(fresh.scored));
    set(lead, column_version, Int32GetDatum(model->version));
    set(lead, column_next_change, TimestampTzGetDatum(fresh.next_change)); // never is the server's 'infinity'
    set(lead, column_due, TimestampTzGetDatum(due_of(work, lead)));
    set(lead, column_scored_at, TimestampTzGetDatum(as_of));
    set(lead, column_score, 0, false);
    if (fresh.scored && !fresh.excluded) {
        set(lead, column_score, score_numeric(fresh.score, rules.score_decimals));
    }
    set(lead, column_stage, fresh.has_stage ? text_of(fresh.stage) : 0, fresh.has_stage);
    const StageBefore &before = lead->before;
    const bool changed = fresh.scored && !same_text(before.stage, before.stage_null, fresh.stage, fresh.has_stage);
    const bool begins = changed || before.since_null;
    set(lead, column_stage_since, TimestampTzGetDatum(begins ? as_of : before.since), fresh.scored);
    lead->telling = telling_of(lead, changed);
    set(lead, column_probability, Float8GetDatum(fresh.probability), fresh.has_probability);
    set(lead, column_dimensions, fresh.scored ? dimensions_of(model, fresh) : 0, fresh.scored);
    const bool labels = fresh.scored && !rules.labels.empty();
    set(lead, column_labels, labels ? labels_of(model, fresh) : 0, labels);
    set(lead, column_last_event, DateADTGetDatum(static_cast<DateADT>(fresh.last_event)), fresh.has_last_event);
    if (lead->stored) {
        set(lead, column_adjustments, lead->row.values[column_adjustments], !lead->row.nulls[column_adjustments]);
    } else {
        set(lead, column_adjustments, 0, false);
    }
}

std::string_view adjustments_of(const LeadWork *lead) {
    const ScoreRow &row = lead->row;
    return row.nulls[column_adjustments] ? std::string_view()
                                         : DatumGetCString(DirectFunctionCall1(jsonb_out, row.values[column_adjustments]));
}

// A row that somebody spoilt is mended by the way: its events are counted anew first (false: do so and come again), then its adjustments
// are read anew.
bool score_spoilt(Work *work, LeadWork *lead, ScoreInput *input) {
    if (!lead->recounted) {
        return false;
    }
    ereport(LOG, (errmsg("leadscore: the score row of a lead of model \"%s\" was spoilt and is made anew", work->model->name)));
    reread_adjustments(work, lead);
    input->adjustments = adjustments_of(lead);
    if (score_anew(work->model, *input, &lead->fresh)) {
        return true;
    }
    note_refused(work->model, work->model->adjustment_name, "adjustments that cannot be read", 1);
    lead->row.nulls[column_adjustments] = true;
    input->adjustments = {};
    if (!score_anew(work->model, *input, &lead->fresh)) {
        elog(ERROR, "leadscore: a lead of model \"%s\" cannot be scored", work->model->name);
    }
    return true;
}

// Whether what is known of a lead's points can be gone on from: by the same rules, and before time changes its score.
bool holds_still(const Work *work, const LeadWork *lead) {
    const ScoreRow &row = lead->row;
    const TimestampTz as_of = work->options->as_of;
    return lead->there && DatumGetBool(row.values[column_present]) && !row.nulls[column_points] &&
           DatumGetInt32(row.values[column_version]) == work->model->version &&
           DatumGetTimestampTz(row.values[column_scored_at]) <= as_of && as_of < DatumGetTimestampTz(row.values[column_next_change]);
}

} // namespace

void judge_lead(Work *work, LeadWork *lead) {
    Model *model = work->model;
    ScoreInput input = {};
    input.present = lead->there;
    if (lead->stored) {
        const ScoreRow &row = lead->row;
        input.counted_for = known_evidence(model, DatumGetInt32(row.values[column_evidence]));
        input.tally = stored_bytes(row.values[column_tally], row.nulls[column_tally]);
        input.recent = bytes_of(row.values[column_recent], row.nulls[column_recent]);
        input.adjustments = adjustments_of(lead);
        input.points = bytes_of(row.values[column_points], row.nulls[column_points]);
        input.points_hold = holds_still(work, lead);
        input.has_last_event = !row.nulls[column_last_event];
        input.last_event = input.has_last_event ? DatumGetDateADT(row.values[column_last_event]) : 0;
    }
    input.has_previous = !lead->before.stage_null;
    input.previous = bytes_of(lead->before.stage, lead->before.stage_null);
    bool unknown = lead->stored && input.counted_for == nullptr;
    for (size_t i = 0; i < lead->pending_count; ++i) {
        unknown = unknown || lead->pending[i].counted_for == nullptr;
    }
    if (unknown && !lead->recounted) {
        lead->fresh.recount_needed = true; // its evidence set is gone from the catalog
        return;
    }
    input.recounted = lead->recounted;
    input.points_hold = input.points_hold && !lead->recounted;
    if (lead->recounted && !lead->recount_null) {
        input.recount = bytes_of(lead->recount, false);
    }
    // What was counted anew holds every event already.
    if (!lead->recounted) {
        input.delta = &lead->touched->delta;
        input.pending = lead->pending;
        input.pending_count = lead->pending_count;
    }
    input.as_of = work->options->as_of;
    fetch_attributes(lead, model->program);
    if (!score_anew(model, input, &lead->fresh) && !score_spoilt(work, lead, &input)) {
        lead->fresh.recount_needed = true;
        return;
    }
    if (lead->fresh.recount_needed) {
        return;
    }
    fill_evidence(lead);
    fill_score(work, lead);
}

void write_stored(Work *work, LeadWork *lead) {
    if (!lead->there && DatumGetBool(lead->row.values[column_present])) {
        note_lead_gone();
    }
    if (lead->fresh.empty) {
        delete_score_row(work->rows, &lead->row);
        lead->done = true;
    } else {
        const Datum *key = lead->there && !work->model->one_spelling ? lead->touched->key : nullptr;
        lead->done = update_score_row(work->rows, &lead->row, key, lead->values, lead->nulls);
    }
}

} // namespace leadscore
