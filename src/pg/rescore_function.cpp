// rescore() and invalidate_model(): upkeep by request.
#include "apply.hpp"
#include "model_load.hpp"

namespace leadscore {

namespace {

Model *require_model(const char *name) {
    const char *why = nullptr;
    Model *model = find_model(name, &why, true);
    if (model == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("model \"%s\" cannot be used: %s", name, why),
                        errhint("SELECT * FROM leadscore.model_status tells more.")));
    }
    if (!LEADSCORE_OWNS_TABLE(model->leads, GetUserId())) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("must be owner of table %s", model->leads_name)));
    }
    return model;
}

// The leads a query names, by its first columns.
void touch_all(Batch *batch, const char *keys) {
    const Model *model = batch->model;
    if (SPI_execute(keys, false, 0) != SPI_OK_SELECT) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("keys must be a query")));
    }
    TupleDesc columns = SPI_tuptable->tupdesc;
    bool fits = columns->natts >= model->key_count;
    for (int i = 0; fits && i < model->key_count; ++i) {
        fits = TupleDescAttr(columns, i)->atttypid == model->keys[i].type;
    }
    if (!fits) {
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("the query's columns are not the key of model \"%s\"", model->name)));
    }
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
    SPI_freetuptable(SPI_tuptable);
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_rescore);
LEADSCORE_FUNCTION(leadscore_invalidate_model);
LEADSCORE_FUNCTION(leadscore_upkeep_trouble);

Datum leadscore_rescore(PG_FUNCTION_ARGS) {
    const char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const char *keys = text_to_cstring(PG_GETARG_TEXT_PP(1));
    ApplyOptions options = {text_to_cstring(PG_GETARG_TEXT_PP(2)), PG_GETARG_TIMESTAMPTZ(3), PG_GETARG_BOOL(4),
                            PG_GETARG_BOOL(6), PG_GETARG_BOOL(5), true};
    Model *model = require_model(name);
    MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "leadscore rescore", ALLOCSET_DEFAULT_SIZES);
    MemoryContext old = MemoryContextSwitchTo(memory);
    SPI_connect();
    Batch *batch = make_batch(model, memory);
    const OwnerRights rights = become_owner(model);
    touch_all(batch, keys);
    const int64 handled = apply_batch(batch, options);
    become_self(rights);
    SPI_finish();
    MemoryContextSwitchTo(old);
    MemoryContextDelete(memory);
    PG_RETURN_INT64(handled);
}

Datum leadscore_invalidate_model(PG_FUNCTION_ARGS) {
    const Oid scores = PG_GETARG_OID(0);
    if (get_rel_name(scores) != nullptr) {
        if (!LEADSCORE_OWNS_TABLE(scores, GetUserId())) {
            ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("must be owner of table %s", get_rel_name(scores))));
        }
        CacheInvalidateRelcacheByRelid(scores);
    }
    PG_RETURN_VOID();
}

Datum leadscore_upkeep_trouble(PG_FUNCTION_ARGS) {
    const char *doubts = nullptr;
    const char *why = check_model(text_to_cstring(PG_GETARG_TEXT_PP(0)), &doubts);
    if (PG_GETARG_BOOL(1)) {
        why = doubts;
    }
    if (why == nullptr) {
        PG_RETURN_NULL();
    }
    PG_RETURN_TEXT_P(cstring_to_text(why));
}
}
