// Lead rows: locked in key order or only read, and what they hold.
#include "lead_work.hpp"
#include "model_plans.hpp"

namespace leadscore {

Datum *const *keys_of(LeadWork **leads, size_t count) {
    auto **keys = static_cast<Datum **>(palloc(sizeof(Datum *) * count));
    for (size_t i = 0; i < count; ++i) {
        keys[i] = leads[i]->touched->key;
    }
    return keys;
}

LeadWork *lead_of_key(const Model *model, LeadWork **leads, size_t count, const Datum *key) {
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        int order = 0;
        for (int i = 0; i < model->key_count && order == 0; ++i) {
            auto *support = const_cast<SortSupport>(&model->keys[i].order);
            order = ApplySortComparator(leads[middle]->touched->key[i], false, key[i], false, support);
        }
        if (order == 0) {
            return leads[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return nullptr;
}

Datum array_parameter(Datum *values, bool *nulls, size_t count, Oid type) {
    int16 length = 0;
    bool by_value = false;
    char alignment = 0;
    get_typlenbyvalalign(type, &length, &by_value, &alignment);
    int size = static_cast<int>(count);
    int lower = 1;
    return PointerGetDatum(construct_md_array(values, nulls, 1, &size, &lower, type, length, by_value, alignment));
}

namespace {

void take_mirror(LeadWork *lead, const LeadRow &row, const LeadPlaces &places) {
    lead->mirror_score = row.values[places.score - 1];
    lead->mirror_score_null = row.nulls[places.score - 1];
    lead->mirror_stage = row.values[places.stage - 1];
    lead->mirror_stage_null = row.nulls[places.stage - 1];
    lead->mirror_read = true;
}

// Sets what was found of each lead, and tells of how many; locked rows tell the mirrored columns.
size_t take_rows_of_table(Work *work, LeadWork **leads, size_t count, Finding finding) {
    auto *rows = static_cast<HeapTuple *>(palloc(sizeof(HeapTuple) * count));
    const size_t found = find_lead_rows(work->table, keys_of(leads, count), count, finding, rows);
    const bool locked = finding != Finding::read;
    const LeadPlaces places = places_of(work->table);
    for (size_t i = 0; i < found; ++i) {
        LeadWork *lead = leads[i];
        lead->there = rows[i] != nullptr;
        lead->lead = rows[i];
        lead->all_fields = plans_of(work->model)->all_fields;
        lead->lead_fields = places.fields;
        if (locked) {
            lead->locked_row = {};
        }
        if (lead->there && locked && work->model->mirror) {
            lead->locked_row = columns_of(work->table, rows[i]);
            take_mirror(lead, lead->locked_row, places);
        } else if (lead->there && work->model->mirror && !lead->mirror_read) {
            take_mirror(lead, columns_of(work->table, rows[i]), places);
        }
    }
    return found;
}

void take_rows(Work *work, LeadWork **leads, size_t count, bool locked) {
    const bool many = count > 1;
    Plans *plans = plans_of(work->model);
    KeptPlan *plan = locked ? lock_plan(work->model, many) : read_plan(work->model, many);
    FieldFetch *fields = (locked ? plans->lock_fields : plans->read_fields)[many ? 1 : 0];
    bool *fields_known = &(locked ? plans->lock_fields_known : plans->read_fields_known)[many ? 1 : 0];
    Datum parameters[INDEX_MAX_KEYS];
    key_parameters(work->model, keys_of(leads, count), count, count > 1, parameters);
    const uint64 found = run_plan(plan, parameters, nullptr, SPI_OK_SELECT);
    for (size_t i = 0; i < count; ++i) {
        leads[i]->there = false;
    }
    TupleDesc columns = SPI_tuptable->tupdesc;
    // Columns are those of the first time, or run_plan() raises.
    if (!*fields_known) {
        set_row_type(fields, columns);
        *fields_known = true;
    }
    for (uint64 i = 0; i < found; ++i) {
        HeapTuple tuple = SPI_tuptable->vals[i];
        bool is_null = false;
        const auto ord = static_cast<size_t>(DatumGetInt64(SPI_getbinval(tuple, columns, ord_column, &is_null)));
        LeadWork *lead = leads[ord - 1];
        lead->there = true;
        lead->lead = tuple;
        lead->all_fields = plans_of(work->model)->all_fields;
        lead->lead_fields = fields;
        if (locked || !lead->mirror_read) {
            lead->mirror_score = SPI_getbinval(tuple, columns, mirror_score_column, &lead->mirror_score_null);
            lead->mirror_stage = SPI_getbinval(tuple, columns, mirror_stage_column, &lead->mirror_stage_null);
            lead->mirror_read = true;
        }
    }
}

} // namespace

void lock_leads(Work *work, LeadWork **leads, size_t count) {
    if (work->table != nullptr) {
        take_rows_of_table(work, leads, count, Finding::locked);
    } else {
        take_rows(work, leads, count, true);
    }
}

size_t lock_leads_until_absent(Work *work, LeadWork **leads, size_t count) {
    return take_rows_of_table(work, leads, count, Finding::locked_until_absent);
}

void read_leads(Work *work, LeadWork **leads, size_t count) {
    // Attributes of related rows come by the statement only.
    if (work->table != nullptr && work->model->attribute_source_count == 0) {
        take_rows_of_table(work, leads, count, Finding::read);
    } else {
        take_rows(work, leads, count, false);
    }
}

void spell_as_leads(Work *work, LeadWork **leads, size_t count) {
    const Model *model = work->model;
    Datum parameters[INDEX_MAX_KEYS];
    key_parameters(model, keys_of(leads, count), count, true, parameters);
    const uint64 found = run_plan(spelling_plan(work->model), parameters, nullptr, SPI_OK_SELECT);
    TupleDesc columns = SPI_tuptable->tupdesc;
    for (uint64 row = 0; row < found; ++row) {
        HeapTuple tuple = SPI_tuptable->vals[row];
        bool is_null = false;
        const LeadWork *lead = leads[static_cast<size_t>(DatumGetInt64(SPI_getbinval(tuple, columns, ord_column, &is_null))) - 1];
        MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(lead->touched));
        for (int i = 0; lead->there && i < model->key_count; ++i) {
            const KeyColumn &key = model->keys[i];
            const Datum written = SPI_getbinval(tuple, columns, ord_column + 1 + i, &is_null);
            if (!is_null && !datum_image_eq(lead->touched->key[i], written, key.by_value, key.length)) {
                lead->touched->key[i] = key.length == -1 ? PointerGetDatum(PG_DETOAST_DATUM_COPY(written)) : datumCopy(written, key.by_value, key.length);
            }
        }
        MemoryContextSwitchTo(old);
    }
    SPI_freetuptable(SPI_tuptable);
}

void fetch_attributes(const LeadWork *lead, Program *program) {
    if (lead->there) {
        const size_t count = program->scores->field_names().size();
        if (lead->lead == lead->locked_row.tuple) {
            fetch_column_fields(lead->lead_fields, lead->locked_row.values, lead->locked_row.nulls, lead->all_fields, count,
                                program->attribute_values.data());
        } else {
            fetch_tuple_fields(lead->lead_fields, lead->lead, lead->all_fields, count, program->attribute_values.data());
        }
    }
}

} // namespace leadscore
