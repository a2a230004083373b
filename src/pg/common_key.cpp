// The key in whose order all models on a leads table lock its rows.
#include "common_key.hpp"

#include "chunks.hpp"
#include "column_reader.hpp"
#include "model_load.hpp"
#include "model_plans.hpp"

namespace leadscore {

namespace {

bool is_own_key(const Model *model, const NameData *names, int count) {
    bool same = count == model->key_count;
    for (int i = 0; same && i < count; ++i) {
        same = strcmp(NameStr(model->keys[i].name), NameStr(names[i])) == 0;
    }
    return same;
}

// False if one of the columns is gone.
bool fill_keys(Model *other, Relation scores, const NameData *names, int count) {
    bool good = count > 0 && RelationGetNumberOfAttributes(scores) > count;
    for (int i = 0; good && i < count; ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(RelationGetDescr(scores), i);
        other->keys[i].name = names[i];
        good = !column->attisdropped && get_attnum(other->leads, NameStr(names[i])) > 0 &&
               can_name_key(getBaseType(get_atttype(other->leads, get_attnum(other->leads, NameStr(names[i])))), getBaseType(column->atttypid)) &&
               fill_key_column(&other->keys[i], column, other->memory);
    }
    other->key_count = count;
    return good;
}

struct Lookup {
    Batch *all;
    Model *model;
};

void touch_found(void *argument, Touched **leads, size_t count) {
    const auto *lookup = static_cast<const Lookup *>(argument);
    Batch *all = lookup->all;
    Model *model = lookup->model;
    Datum parameters[INDEX_MAX_KEYS];
    auto **keys = static_cast<Datum **>(palloc(sizeof(Datum *) * count));
    for (size_t i = 0; i < count; ++i) {
        keys[i] = leads[i]->key;
        leads[i]->done = false;
    }
    key_parameters(model, keys, count, true, parameters);
    const uint64 found = run_plan(common_key_plan(model), parameters, nullptr, SPI_OK_SELECT);
    for (uint64 row = 0; row < found; ++row) {
        Datum key[INDEX_MAX_KEYS];
        bool nulls[INDEX_MAX_KEYS];
        bool is_null = false;
        HeapTuple tuple = SPI_tuptable->vals[row];
        const Datum ord = SPI_getbinval(tuple, SPI_tuptable->tupdesc, ord_column, &is_null);
        for (int i = 0; i < all->key_count; ++i) {
            key[i] = SPI_getbinval(tuple, SPI_tuptable->tupdesc, ord_column + 1 + i, &nulls[i]);
        }
        Touched *lead = leads[static_cast<size_t>(DatumGetInt64(ord)) - 1];
        lead->done = true;
        if (Touched *touched = touch(all, key, nulls); touched != nullptr) {
            touched->recount = touched->recount || lead->recount;
        }
    }
    SPI_freetuptable(SPI_tuptable);
}

} // namespace

Model *by_common_key(Model *model, Oid scores, const NameData *names, int count) {
    Relation table = is_own_key(model, names, count) ? nullptr : RelationIdGetRelation(scores);
    if (!RelationIsValid(table)) {
        return model;
    }
    MemoryContext old = MemoryContextSwitchTo(model->memory);
    auto *other = static_cast<Model *>(palloc(sizeof(Model)));
    *other = *model;
    other->scores = scores;
    other->mirror = false;
    other->attribute_source_count = 0;
    other->in_order = other;
    const bool good = fill_keys(other, table, names, count);
    RelationClose(table);
    MemoryContextSwitchTo(old);
    return good ? other : model;
}

void touch_by_common_key(Batch *all, Model *model, Touched **leads, size_t count) {
    Lookup lookup = {all, model};
    in_chunks(leads, count, touch_found, &lookup);
}

} // namespace leadscore
