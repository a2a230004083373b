// What others see of new scores: the lead columns.
#include "lead_work.hpp"
#include "model_load.hpp"
#include "care.hpp"
#include "lead_refusals.hpp"
#include "mirror_write.hpp"
#include "model_plans.hpp"
#include "owner_rights.hpp"

namespace leadscore {

namespace {

bool same_number(Datum left, bool left_null, Datum right, bool right_null) {
    if (left_null || right_null) {
        return left_null && right_null;
    }
    return DatumGetBool(DirectFunctionCall2(numeric_eq, left, right));
}

bool same_text(Datum left, bool left_null, Datum right, bool right_null) {
    if (left_null || right_null) {
        return left_null && right_null;
    }
    return DatumGetBool(DirectFunctionCall2Coll(texteq, C_COLLATION_OID, left, right));
}

bool mirror_differs(const LeadWork *lead) {
    return lead->there &&
           (!same_number(lead->mirror_score, lead->mirror_score_null, lead->values[column_score], lead->nulls[column_score]) ||
            !same_text(lead->mirror_stage, lead->mirror_stage_null, lead->values[column_stage], lead->nulls[column_stage]));
}

// Returns how many rows it wrote.
uint64 write_mirror(Model *model, LeadWork **leads, size_t count) {
    const bool many = count > 1;
    const int keys = model->key_count;
    Datum parameters[INDEX_MAX_KEYS + 2];
    char nulls[INDEX_MAX_KEYS + 3];
    memset(nulls, ' ', sizeof nulls);
    nulls[keys + 2] = '\0';
    key_parameters(model, keys_of(leads, count), count, many, parameters);
    if (many) {
        auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * count));
        auto *missing = static_cast<bool *>(palloc(sizeof(bool) * count));
        static const struct {
            ScoreColumn column;
            Oid type;
        } columns[] = {{column_score, NUMERICOID}, {column_stage, TEXTOID}};
        for (int c = 0; c < 2; ++c) {
            for (size_t i = 0; i < count; ++i) {
                values[i] = leads[i]->values[columns[c].column];
                missing[i] = leads[i]->nulls[columns[c].column];
            }
            parameters[keys + c] = array_parameter(values, missing, count, columns[c].type);
        }
    } else {
        parameters[keys] = leads[0]->values[column_score];
        parameters[keys + 1] = leads[0]->values[column_stage];
        nulls[keys] = leads[0]->nulls[column_score] ? 'n' : ' ';
        nulls[keys + 1] = leads[0]->nulls[column_stage] ? 'n' : ' ';
    }
    const int result = SPI_execute_plan(mirror_plan(model, many)->plan, parameters, nulls, false, 0);
    // A rule of the table may have made something else of it.
    if (result != SPI_OK_UPDATE && result != SPI_OK_REWRITTEN) {
        elog(ERROR, "leadscore: %s", SPI_result_code_string(result));
    }
    return SPI_processed;
}

// Those that a statement must write come to the front; returns how many.
size_t write_rows_of_table(const Work *work, LeadWork **leads, size_t count) {
    size_t left = 0;
    for (size_t i = 0; i < count; ++i) {
        CHECK_FOR_INTERRUPTS();
        LeadWork *lead = leads[i];
        const LeadScore score = {lead->values[column_score], lead->nulls[column_score], lead->values[column_stage],
                                 lead->nulls[column_stage]};
        if (work->table == nullptr || lead->locked_row.tuple == nullptr || !write_lead_row(work->table, lead->locked_row, score)) {
            leads[left++] = lead;
        }
    }
    if (left < count) {
        CommandCounterIncrement();
    }
    return left;
}

struct MirrorWork {
    Model *model;
    LeadWork **leads;
    size_t count;
    uint64 written;
};

void write_and_ask(void *argument) {
    auto *work = static_cast<MirrorWork *>(argument);
    work->written = write_mirror(work->model, work->leads, work->count);
    ask_deferred(work->model->deferred_refusals);
}

void note_unwritten(Model *model, const char *message) {
    note_refused(model, model->leads_name, psprintf("lead columns not written: %s", message), 1);
}

// False, and the message, if the leads table would not have it.
bool try_write_mirror(Model *model, LeadWork **leads, size_t count, const char **message) {
    MirrorWork work = {model, leads, count, 0};
    const bool good = run_with_care(write_and_ask, &work, message);
    if (good && work.written < count) {
        note_unwritten(model, "a trigger or rule of the table passes rows over");
    }
    return good;
}

// What the score table says by now; whether that is something else.
bool take_score_again(const Work *work, LeadWork *lead) {
    ScoreRow row;
    bool same = true;
    if (find_score_row(work->rows, lead->touched->key, false, &row)) {
        same = same_number(lead->values[column_score], lead->nulls[column_score], row.values[column_score], row.nulls[column_score]) &&
               same_text(lead->values[column_stage], lead->nulls[column_stage], row.values[column_stage], row.nulls[column_stage]);
        for (const ScoreColumn column : {column_score, column_stage}) {
            lead->values[column] = row.values[column];
            lead->nulls[column] = row.nulls[column];
        }
    }
    end_finding(work->rows);
    return !same;
}

// Those whose score triggers have changed while it was written come to the front; returns how many.
size_t take_scores_again(const Work *work, LeadWork **leads, size_t count) {
    size_t changed = 0;
    for (size_t i = 0; i < count; ++i) {
        LeadWork *lead = leads[i];
        if (take_score_again(work, lead)) {
            leads[i] = leads[changed];
            leads[changed++] = lead;
        }
    }
    return changed;
}

// Triggers on the row of one lead may also change the score of the next.
void write_one_by_one(const Work *work, LeadWork **leads, size_t count, const char *message) {
    const uint64 before = batches_applied();
    for (size_t i = 0; i < count; ++i) {
        if (batches_applied() != before) {
            take_score_again(work, leads[i]);
        }
        if (count == 1 || !try_write_mirror(work->model, &leads[i], 1, &message)) {
            note_unwritten(work->model, message);
        }
    }
}

// A trigger that gives a lead an event each time its columns are written never comes to an end.
constexpr int most_rounds = 20;

// A table with triggers, constraints or rules of its own may refuse: then the write of the event goes on, the score table is
// right, and the status of the model says what happened. Triggers before the write of one row may change the score of a later one, whose old
// score the statement then writes: those are written again.
void write_mirror_with_care(const Work *work, LeadWork **leads, size_t count) {
    for (int round = 0; count > 0; ++round) {
        const char *message = nullptr;
        const uint64 before = batches_applied();
        if (!try_write_mirror(work->model, leads, count, &message)) {
            write_one_by_one(work, leads, count, message);
            return;
        }
        if (batches_applied() == before) {
            return;
        }
        count = take_scores_again(work, leads, count);
        if (count > 0 && round == most_rounds) {
            note_unwritten(work->model, "triggers change the score whenever it is written");
            return;
        }
    }
}

} // namespace

void mirror_leads(Work *work, LeadWork **leads, size_t count) {
    Model *model = work->model;
    if (!model->mirror) {
        return;
    }
    auto **differing = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * count));
    size_t differing_count = 0;
    for (size_t i = 0; i < count; ++i) {
        if (mirror_differs(leads[i])) {
            differing[differing_count++] = leads[i];
        }
    }
    if (differing_count == 0) {
        return;
    }
    const MirrorWrite before = begin_mirror_write(model->leads);
    const bool careful = leads_may_refuse(model);
    const bool guarded = work->options->guarded;
    const OwnerRights rights = begin_lead_write(careful ? model->path : nullptr, guarded);
    PG_TRY();
    {
        if (careful) {
            write_mirror_with_care(work, differing, differing_count);
        } else if (const size_t left = write_rows_of_table(work, differing, differing_count); left > 0) {
            write_mirror(model, differing, left);
        }
    }
    PG_FINALLY();
    { end_mirror_write(before); }
    PG_END_TRY();
    become_self(rights, guarded);
}

} // namespace leadscore
