// The own tables of a model: whether they are as upkeep needs them.
#include "model_tables.hpp"

namespace leadscore {

namespace {

struct Column {
    const char *name;
    Oid type;
};

constexpr Column score_columns[] = {
    {"present", BOOLOID},    {"version", INT4OID},          {"next_change", TIMESTAMPTZOID}, {"scored_at", TIMESTAMPTZOID}, {"score", NUMERICOID},
    {"stage", TEXTOID},      {"stage_since", TIMESTAMPTZOID}, {"probability", FLOAT8OID},    {"dimensions", NUMERICARRAYOID}, {"labels", TEXTARRAYOID},
    {"last_event", DATEOID}, {"adjustments", JSONBOID},     {"evidence", INT4OID},           {"tally", BYTEAOID},           {"recent", BYTEAOID}};

constexpr Column stage_change_columns[] = {{"id", INT8OID},          {"old_stage", TEXTOID}, {"new_stage", TEXTOID}, {"score", NUMERICOID},
                                           {"at", TIMESTAMPTZOID}, {"why", TEXTOID},       {"version", INT4OID}};
constexpr Column adjustment_columns[] = {{"id", INT8OID}, {"dimension", TEXTOID}, {"op", TEXTOID}, {"points", NUMERICOID}, {"at", TIMESTAMPTZOID}};
constexpr Column refused_columns[] = {{"id", INT8OID}, {"source", TEXTOID}, {"reason", TEXTOID}, {"events", INT8OID}, {"at", TIMESTAMPTZOID}};
constexpr Column queue_columns[] = {{"id", INT8OID}, {"evidence", INT4OID}, {"delta", BYTEAOID}, {"why", TEXTOID}, {"at", TIMESTAMPTZOID}};

constexpr struct {
    const Column *columns;
    size_t count;
    bool keyed;
} companions[] = {{stage_change_columns, lengthof(stage_change_columns), true},
                  {adjustment_columns, lengthof(adjustment_columns), true},
                  {refused_columns, lengthof(refused_columns), false},
                  {queue_columns, lengthof(queue_columns), true}};

// Invalid for a table that is gone.
Oid owner_of(Oid table) {
    HeapTuple found = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    if (!HeapTupleIsValid(found)) {
        return InvalidOid;
    }
    const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(found))->relowner;
    ReleaseSysCache(found);
    return owner;
}

bool has_column(Oid table, const char *name, Oid type) {
    const AttrNumber number = get_attnum(table, name);
    return number > 0 && get_atttype(table, number) == type;
}

// Of the keys of leads, under the names of the score table.
bool has_keys(const Model *model, Oid table) {
    for (int i = 0; i < model->key_count; ++i) {
        const KeyColumn &key = model->keys[i];
        if (!has_column(table, NameStr(key.stored_name), key.type)) {
            return false;
        }
    }
    return true;
}

} // namespace

bool has_own_tables(Model *model, const char **why) {
    model->owner = owner_of(model->leads);
    if (!OidIsValid(model->owner)) {
        *why = "its leads table is gone";
        return false;
    }
    Oid tables[lengthof(model->companions) + 1] = {model->scores};
    memcpy(tables + 1, model->companions, sizeof model->companions);
    for (const Oid table : tables) {
        const Oid owner = owner_of(table);
        if (owner != model->owner) {
            *why = OidIsValid(owner) ? "one of its tables belongs to another role than its leads table" : "one of its tables is gone: drop the model and create it again";
            return false;
        }
    }
    return true;
}

bool has_score_key(Relation scores, int key_count) {
    const Oid number = LEADSCORE_PRIMARY_KEY_INDEX(scores);
    HeapTuple found = OidIsValid(number) ? SearchSysCache1(INDEXRELID, ObjectIdGetDatum(number)) : nullptr;
    if (!HeapTupleIsValid(found)) {
        return false;
    }
    const auto *index = reinterpret_cast<Form_pg_index>(GETSTRUCT(found));
    bool good = index->indnkeyatts == key_count && index->indimmediate && index->indisvalid;
    for (int i = 0; good && i < key_count; ++i) {
        good = index->indkey.values[i] == i + 1;
    }
    ReleaseSysCache(found);
    return good;
}

bool has_table_columns(const Model *model, TupleDesc scores) {
    if (scores->natts < model->key_count + static_cast<int>(lengthof(score_columns))) {
        return false;
    }
    for (size_t i = 0; i < lengthof(score_columns); ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(scores, model->key_count + static_cast<int>(i));
        if (column->attisdropped || column->atttypid != score_columns[i].type || strcmp(NameStr(column->attname), score_columns[i].name) != 0) {
            return false;
        }
    }
    for (size_t t = 0; t < lengthof(companions); ++t) {
        const Oid table = model->companions[t];
        for (size_t i = 0; i < companions[t].count; ++i) {
            if (!has_column(table, companions[t].columns[i].name, companions[t].columns[i].type)) {
                return false;
            }
        }
        if (companions[t].keyed && !has_keys(model, table)) {
            return false;
        }
    }
    return true;
}

} // namespace leadscore
