// Score rows of keys that had none.
#include "lead_work.hpp"
#include "model_plans.hpp"
#include "score_result.hpp"

namespace leadscore {

namespace {

// In the order of add_plan().
constexpr struct {
    ScoreColumn column;
    Oid type;
} added_columns[] = {{column_present, BOOLOID},       {column_version, INT4OID},           {column_next_change, TIMESTAMPTZOID},
                     {column_due, TIMESTAMPTZOID},    {column_scored_at, TIMESTAMPTZOID},  {column_score, NUMERICOID},
                     {column_stage, TEXTOID},         {column_stage_since, TIMESTAMPTZOID}, {column_probability, FLOAT8OID},
                     {column_last_event, DATEOID},    {column_evidence, INT4OID},          {column_tally, BYTEAOID}};
constexpr int added_column_count = lengthof(added_columns);

// A new row has one part of its evidence only.
ScoreColumn column_of_value(const LeadWork *lead, ScoreColumn column) {
    return column == column_tally && lead->nulls[column_tally] ? column_recent : column;
}

uint64 add_one(const Work *work, LeadWork *lead) {
    Model *model = work->model;
    Datum parameters[INDEX_MAX_KEYS + added_column_count + 2];
    char nulls[INDEX_MAX_KEYS + added_column_count + 3] = {};
    key_parameters(model, keys_of(&lead, 1), 1, false, parameters);
    memset(nulls, ' ', static_cast<size_t>(model->key_count));
    int next = model->key_count;
    const auto give = [&](ScoreColumn column) {
        parameters[next] = lead->values[column];
        nulls[next++] = lead->nulls[column] ? 'n' : ' ';
    };
    for (const auto &column : added_columns) {
        give(column_of_value(lead, column.column));
    }
    give(column_dimensions);
    give(column_labels);
    return run_write(add_plan(model, false), parameters, nulls, SPI_OK_INSERT_RETURNING, work->rows->holds_triggers);
}

uint64 add_many(const Work *work, LeadWork **leads, size_t count) {
    Model *model = work->model;
    KeptPlan *plan = add_plan(model, true);
    const Plans *plans = plans_of(model);
    const int total = model->key_count + added_column_count + plans->dimension_count + plans->label_count;
    auto *parameters = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<size_t>(total)));
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * count));
    auto *nulls = static_cast<bool *>(palloc(sizeof(bool) * count));
    key_parameters(model, keys_of(leads, count), count, true, parameters);
    int next = model->key_count;
    for (const auto &column : added_columns) {
        for (size_t i = 0; i < count; ++i) {
            const ScoreColumn from = column_of_value(leads[i], column.column);
            values[i] = leads[i]->values[from];
            nulls[i] = leads[i]->nulls[from];
        }
        parameters[next++] = array_parameter(values, nulls, count, column.type);
    }
    for (int d = 0; d < plans->dimension_count; ++d) {
        for (size_t i = 0; i < count; ++i) {
            nulls[i] = !leads[i]->fresh.scored;
            values[i] = nulls[i] ? static_cast<Datum>(0) : micro_numeric(leads[i]->fresh.dimensions[d]);
        }
        parameters[next++] = array_parameter(values, nulls, count, NUMERICOID);
    }
    for (int l = 0; l < plans->label_count; ++l) {
        for (size_t i = 0; i < count; ++i) {
            nulls[i] = !leads[i]->fresh.scored || leads[i]->fresh.labels[l].data() == nullptr;
            const std::string_view label = leads[i]->fresh.labels[l];
            values[i] = nulls[i] ? static_cast<Datum>(0) : PointerGetDatum(cstring_to_text_with_len(label.data(), static_cast<int>(label.size())));
        }
        parameters[next++] = array_parameter(values, nulls, count, TEXTOID);
    }
    return run_write(plan, parameters, nullptr, SPI_OK_INSERT_RETURNING, work->rows->holds_triggers);
}

} // namespace

void add_rows(Work *work, LeadWork **leads, size_t count) {
    Model *model = work->model;
    const uint64 added = count == 1 ? add_one(work, leads[0]) : add_many(work, leads, count);
    Datum key[INDEX_MAX_KEYS];
    for (uint64 i = 0; i < added; ++i) {
        for (int k = 0; k < model->key_count; ++k) {
            bool is_null = false;
            key[k] = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, k + 1, &is_null);
        }
        LeadWork *lead = lead_of_key(model, leads, count, key);
        if (lead == nullptr) {
            ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("a row of %s has got another key than it was given", model->scores_name)));
        }
        lead->done = true;
    }
}

} // namespace leadscore
