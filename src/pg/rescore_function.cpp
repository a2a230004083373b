// rescore(), invalidate_model() and note_count(): upkeep by request.
#include "apply.hpp"
#include "joint_locks.hpp"
#include "model_load.hpp"
#include "turns.hpp"

namespace leadscore {

namespace {

Model *require_model(const char *name) {
    const char *why = nullptr;
    Model *model = find_model(name, &why, true);
    if (model == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("model \"%s\" cannot be used: %s", name, why),
                        errhint("SELECT * FROM leadscore.model_status tells more.")));
    }
    if (!LEADSCORE_OWNS_TABLE(model->leads, GetUserId())) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("must be owner of table %s", model->leads_name)));
    }
    return model;
}

void check_columns(const Model *model, TupleDesc columns) {
    bool fits = columns->natts >= model->key_count;
    for (int i = 0; fits && i < model->key_count; ++i) {
        fits = TupleDescAttr(columns, i)->atttypid == model->keys[i].type;
    }
    if (!fits) {
        ereport(ERROR,
                (errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("the query's columns are not the key of model \"%s\"", model->name)));
    }
}

// The leads that were fetched last, by the first columns.
void touch_fetched(Batch *batch) {
    const Model *model = batch->model;
    TupleDesc columns = SPI_tuptable->tupdesc;
    check_columns(model, columns);
    Datum key[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    for (uint64 n = 0; n < SPI_processed; ++n) {
        for (int i = 0; i < model->key_count; ++i) {
            key[i] = SPI_getbinval(SPI_tuptable->vals[n], columns, i + 1, &nulls[i]);
        }
        if (Touched *lead = touch(batch, key, nulls); lead != nullptr) {
            lead->input_changed = true;
        }
    }
}

Portal open_keys(const char *keys) {
    SPIPlanPtr plan = SPI_prepare(keys, 0, nullptr);
    if (plan == nullptr || !SPI_is_cursor_plan(plan)) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("keys must be a query")));
    }
    Portal portal = SPI_cursor_open(nullptr, plan, nullptr, nullptr, false);
    PinPortal(portal); // else CLOSE ALL in a trigger would take it away; an error unpins it
    return portal;
}

// So many leads at a time, as the query gives them; all at once where their rows must be locked in another order than that.
int64 rescore_in_batches(Model *model, const char *keys, int32 size, const ApplyOptions &options, MemoryContext memory) {
    int64 handled = 0;
    size = must_lock_before(model, 2) ? PG_INT32_MAX : size;
    Portal portal = open_keys(keys);
    for (bool more = true; more;) {
        MemoryContextSwitchTo(memory);
        SPI_cursor_fetch(portal, true, size);
        more = SPI_processed == static_cast<uint64>(size);
        Batch *batch = make_batch(model, memory);
        touch_fetched(batch);
        SPI_freetuptable(SPI_tuptable);
        handled += apply_batch(batch, options);
        MemoryContextReset(memory);
        if (more || handled > size) {
            ereport(NOTICE, (errmsg("%s: " INT64_FORMAT " keys done", model->name, handled)));
        }
    }
    UnpinPortal(portal);
    SPI_cursor_close(portal);
    return handled;
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_rescore);
LEADSCORE_FUNCTION(leadscore_invalidate_model);
LEADSCORE_FUNCTION(leadscore_note_count);
LEADSCORE_FUNCTION(leadscore_upkeep_trouble);

Datum leadscore_rescore(PG_FUNCTION_ARGS) {
    const char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const char *keys = text_to_cstring(PG_GETARG_TEXT_PP(1));
    ApplyOptions options = {text_to_cstring(PG_GETARG_TEXT_PP(2)),
                            PG_GETARG_TIMESTAMPTZ(3),
                            PG_GETARG_BOOL(4),
                            PG_GETARG_BOOL(6),
                            PG_GETARG_BOOL(5),
                            true};
    const int32 size = PG_GETARG_INT32(7);
    if (size < 1) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("batch must be positive")));
    }
    Model *model = require_model(name);
    MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "leadscore rescore", ALLOCSET_DEFAULT_SIZES);
    MemoryContext old = MemoryContextSwitchTo(memory);
    SPI_connect();
    options.guarded = is_guarded(rights_now(), model->owner);
    const OwnerRights rights = become_owner(model, options.guarded);
    const int64 handled = rescore_in_batches(model, keys, size, options, memory);
    become_self(rights, options.guarded);
    SPI_finish();
    MemoryContextSwitchTo(old);
    MemoryContextDelete(memory);
    PG_RETURN_INT64(handled);
}

Datum leadscore_invalidate_model(PG_FUNCTION_ARGS) {
    const Oid scores = PG_GETARG_OID(0);
    forget_turns();
    if (get_rel_name(scores) != nullptr) {
        if (!LEADSCORE_OWNS_TABLE(scores, GetUserId())) {
            ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("must be owner of table %s", get_rel_name(scores))));
        }
        CacheInvalidateRelcacheByRelid(scores);
    }
    PG_RETURN_VOID();
}

Datum leadscore_note_count(PG_FUNCTION_ARGS) {
    note_count(text_to_cstring(PG_GETARG_TEXT_PP(0)));
    PG_RETURN_VOID();
}

Datum leadscore_upkeep_trouble(PG_FUNCTION_ARGS) {
    const char *doubts = nullptr;
    const char *why = check_model(text_to_cstring(PG_GETARG_TEXT_PP(0)), &doubts);
    TupleDesc type = nullptr;
    get_call_result_type(fcinfo, nullptr, &type);
    Datum values[] = {why != nullptr ? CStringGetTextDatum(why) : 0, doubts != nullptr ? CStringGetTextDatum(doubts) : 0};
    bool nulls[] = {why == nullptr, doubts == nullptr};
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(type), values, nulls)));
}
}
