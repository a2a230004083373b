// Tallies counted anew, and differences taken out of the queue.
#include "lead_work.hpp"
#include "model_load.hpp"
#include "model_plans.hpp"

namespace leadscore {

namespace {

// Reads the key columns of a result row, which come first.
void read_key(const Model *model, HeapTuple tuple, TupleDesc columns, Datum *key) {
    for (int i = 0; i < model->key_count; ++i) {
        bool is_null = false;
        key[i] = SPI_getbinval(tuple, columns, i + 1, &is_null);
    }
}

Datum *many_keys(const Model *model, LeadWork **leads, size_t count) {
    auto *parameters = static_cast<Datum *>(palloc(sizeof(Datum) * INDEX_MAX_KEYS));
    key_parameters(model, keys_of(leads, count), count, true, parameters);
    return parameters;
}

} // namespace

void recount_leads(Work *work, LeadWork **leads, size_t count, Snapshot moment) {
    Model *model = work->model;
    for (size_t i = 0; i < count; ++i) {
        leads[i]->recounted = true;
        leads[i]->recount_null = true;
    }
    const uint64 found = run_plan_at(recount_plan(model), many_keys(model, leads, count), moment, SPI_OK_SELECT);
    Datum key[INDEX_MAX_KEYS];
    for (uint64 i = 0; i < found; ++i) {
        HeapTuple tuple = SPI_tuptable->vals[i];
        read_key(model, tuple, SPI_tuptable->tupdesc, key);
        if (LeadWork *lead = lead_of_key(model, leads, count, key); lead != nullptr) {
            lead->recount = SPI_getbinval(tuple, SPI_tuptable->tupdesc, model->key_count + 1, &lead->recount_null);
        }
    }
}

void take_pending(Work *work, LeadWork **leads, size_t count, Snapshot moment) {
    Model *model = work->model;
    const uint64 found = run_plan_at(pending_plan(model), many_keys(model, leads, count), moment, SPI_OK_DELETE_RETURNING);
    SPITupleTable *rows = SPI_tuptable; // the lookup of evidence may run a query
    Datum key[INDEX_MAX_KEYS];
    for (uint64 i = 0; i < found; ++i) {
        HeapTuple tuple = rows->vals[i];
        read_key(model, tuple, rows->tupdesc, key);
        LeadWork *lead = lead_of_key(model, leads, count, key);
        if (lead == nullptr) {
            continue;
        }
        bool is_null = false;
        const Datum set = SPI_getbinval(tuple, rows->tupdesc, model->key_count + 1, &is_null);
        if (is_null) {
            lead->pending_recount = true;
            continue;
        }
        if (lead->pending_count == lead->pending_room) {
            const size_t room = lead->pending_room == 0 ? 4 : lead->pending_room * 2;
            auto *grown = static_cast<PendingDelta *>(palloc(sizeof(PendingDelta) * room));
            if (lead->pending_count > 0) {
                memcpy(static_cast<void *>(grown), lead->pending, sizeof(PendingDelta) * lead->pending_count);
            }
            lead->pending = grown;
            lead->pending_room = room;
        }
        PendingDelta *pending = &lead->pending[lead->pending_count++];
        pending->bytes = {};
        pending->counted_for = known_evidence(model, DatumGetInt32(set));
        const Datum delta = SPI_getbinval(tuple, rows->tupdesc, model->key_count + 2, &is_null);
        if (!is_null) {
            const auto *flat = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(delta));
            pending->bytes = {VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat)};
        }
        const Datum why = SPI_getbinval(tuple, rows->tupdesc, model->key_count + 3, &is_null);
        if (!is_null) {
            lead->why = text_to_cstring(DatumGetTextPP(why));
        }
    }
}

void reread_adjustments(Work *work, LeadWork *lead) {
    Model *model = work->model;
    Datum parameters[INDEX_MAX_KEYS];
    key_parameters(model, keys_of(&lead, 1), 1, false, parameters);
    const uint64 found = run_plan(adjustment_plan(model), parameters, nullptr, SPI_OK_SELECT);
    bool *is_null = &lead->row.nulls[column_adjustments];
    *is_null = true;
    if (found > 0) {
        lead->row.values[column_adjustments] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, is_null);
    }
}

} // namespace leadscore
