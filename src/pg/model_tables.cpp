// The own tables of a model: whether they are as upkeep needs them.
#include "model_tables.hpp"

#include "field_fetch.hpp"
#include "lead_refusals.hpp"
#include "model_load.hpp"
#include "score_rows.hpp"

namespace leadscore {

namespace {

struct Column {
    const char *name;
    Oid type;
};

constexpr Column score_columns[] = {{"present", BOOLOID},
                                    {"version", INT4OID},
                                    {"next_change", TIMESTAMPTZOID},
                                    {"due", TIMESTAMPTZOID},
                                    {"scored_at", TIMESTAMPTZOID},
                                    {"score", NUMERICOID},
                                    {"stage", TEXTOID},
                                    {"stage_since", TIMESTAMPTZOID},
                                    {"probability", FLOAT8OID},
                                    {"dimensions", NUMERICARRAYOID},
                                    {"labels", TEXTARRAYOID},
                                    {"last_event", DATEOID},
                                    {"adjustments", JSONBOID},
                                    {"evidence", INT4OID},
                                    {"tally", BYTEAOID},
                                    {"recent", BYTEAOID},
                                    {"points", BYTEAOID}};

static_assert(lengthof(score_columns) == score_column_count, "the order of ScoreColumn");

constexpr Column stage_change_columns[] = {{"id", INT8OID},       {"old_stage", TEXTOID}, {"new_stage", TEXTOID},
                                           {"score", NUMERICOID}, {"at", TIMESTAMPTZOID}, {"why", TEXTOID},
                                           {"version", INT4OID},  {"old_since", TIMESTAMPTZOID}};
constexpr Column adjustment_columns[] = {
    {"id", INT8OID}, {"dimension", TEXTOID}, {"op", TEXTOID}, {"points", NUMERICOID}, {"at", TIMESTAMPTZOID}};
constexpr Column refused_columns[] = {
    {"id", INT8OID}, {"source", TEXTOID}, {"reason", TEXTOID}, {"events", INT8OID}, {"at", TIMESTAMPTZOID}};
constexpr Column queue_columns[] = {
    {"id", INT8OID}, {"evidence", INT4OID}, {"delta", BYTEAOID}, {"why", TEXTOID}, {"at", TIMESTAMPTZOID}};

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
            *why = OidIsValid(owner) ? "one of its tables belongs to another role than its leads table: when it has the same owner again, leadscore.rebuild() counts what was written meanwhile"
                                     : "one of its tables is gone: drop the model and create it again";
            return false;
        }
        if (get_rel_relkind(table) != RELKIND_RELATION) {
            *why = "something else is in the place of one of its tables";
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

bool has_one_spelling(Relation scores) {
    const Oid number = LEADSCORE_PRIMARY_KEY_INDEX(scores);
    Relation index = OidIsValid(number) ? RelationIdGetRelation(number) : nullptr;
    if (!RelationIsValid(index)) {
        return true;
    }
    const bool one = _bt_allequalimage(index, false);
    RelationClose(index);
    return one;
}

Oid primary_key_opclass(Relation table, int position) {
    const Oid number = LEADSCORE_PRIMARY_KEY_INDEX(table);
    HeapTuple found = OidIsValid(number) ? SearchSysCache1(INDEXRELID, ObjectIdGetDatum(number)) : nullptr;
    if (!HeapTupleIsValid(found)) {
        return InvalidOid;
    }
    Oid opclass = InvalidOid;
    if (position >= 1 && position <= reinterpret_cast<Form_pg_index>(GETSTRUCT(found))->indnkeyatts) {
        bool is_null = false;
        const auto *classes = reinterpret_cast<oidvector *>(DatumGetPointer(SysCacheGetAttr(INDEXRELID, found, Anum_pg_index_indclass, &is_null)));
        opclass = classes->values[position - 1];
    }
    ReleaseSysCache(found);
    return opclass;
}

namespace {

bool has_score_columns(int key_count, TupleDesc scores) {
    if (scores->natts < key_count + static_cast<int>(lengthof(score_columns))) {
        return false;
    }
    for (size_t i = 0; i < lengthof(score_columns); ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(scores, key_count + static_cast<int>(i));
        if (column->attisdropped || column->atttypid != score_columns[i].type ||
            strcmp(NameStr(column->attname), score_columns[i].name) != 0) {
            return false;
        }
    }
    return true;
}

// But for keys.
bool has_companion_columns(Oid table, size_t number) {
    for (size_t i = 0; i < companions[number].count; ++i) {
        if (!has_column(table, companions[number].columns[i].name, companions[number].columns[i].type)) {
            return false;
        }
    }
    return true;
}

void fail_altered(Relation table) {
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("table %s was altered while a model read it", table_name(RelationGetRelid(table))),
                    errhint("SELECT * FROM leadscore.model_status tells more.")));
}

} // namespace

void require_score_columns(const Model *model, Relation scores) {
    TupleDesc columns = RelationGetDescr(scores);
    bool good = has_score_columns(model->key_count, columns);
    for (int i = 0; good && i < model->key_count; ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(columns, i);
        good = !column->attisdropped && getBaseType(column->atttypid) == model->keys[i].type;
    }
    if (!good) {
        fail_altered(scores);
    }
}

AttrNumber require_column(Relation companion, const char *name, Oid type) {
    TupleDesc columns = RelationGetDescr(companion);
    const AttrNumber number = column_named(columns, name, static_cast<int>(strlen(name)));
    if (number == InvalidAttrNumber || TupleDescAttr(columns, number - 1)->atttypid != type) {
        fail_altered(companion);
    }
    return number;
}

bool has_table_columns(const Model *model, TupleDesc scores) {
    bool good = has_score_columns(model->key_count, scores);
    for (size_t t = 0; good && t < lengthof(companions); ++t) {
        good = has_companion_columns(model->companions[t], t) && (!companions[t].keyed || has_keys(model, model->companions[t]));
    }
    return good;
}

Oid altered_table(Oid scores, int key_count, const Oid *others) {
    Relation table = RelationIdGetRelation(scores);
    const bool good = !RelationIsValid(table) || has_score_columns(key_count, RelationGetDescr(table));
    if (RelationIsValid(table)) {
        RelationClose(table);
    }
    if (!good) {
        return scores;
    }
    for (size_t t = 0; t < lengthof(companions); ++t) {
        if (get_rel_name(others[t]) != nullptr && !has_companion_columns(others[t], t)) {
            return others[t];
        }
    }
    return InvalidOid;
}

namespace {

// Columns that are not ours must be filled by themselves; "id" counts.
bool may_columns_refuse(TupleDesc row, int own_count) {
    for (int i = 0; i < row->natts; ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(row, i);
        if (column->attisdropped) {
            continue;
        }
        const bool filled = column->atthasdef || column->attidentity != '\0';
        const bool counts = strcmp(NameStr(column->attname), "id") == 0;
        if (((i >= own_count || counts) && column->attnotnull && !filled) || (i >= own_count && column->attgenerated != '\0')) {
            return true;
        }
    }
    return false;
}

// Ours are the primary key and, of the score table, the one by score.
bool may_indexes_refuse(Relation table, bool is_scores) {
    int strict = 0;
    int computed = 0;
    ListCell *cell = nullptr;
    foreach (cell, RelationGetIndexList(table)) {
        Relation index = RelationIdGetRelation(lfirst_oid(cell));
        if (!RelationIsValid(index)) {
            return true;
        }
        strict += index->rd_index->indisunique || index->rd_index->indisexclusion ? 1 : 0;
        computed += RelationGetIndexExpressions(index) != NIL || RelationGetIndexPredicate(index) != NIL ? 1 : 0;
        RelationClose(index);
    }
    return strict > 1 || computed > (is_scores ? 1 : 0);
}

// Those of the server count: a foreign key that refers to the table may keep a row from being deleted.
bool has_triggers(Relation table) {
    return table->trigdesc != nullptr && table->trigdesc->numtriggers > 0;
}

int count_checks(TupleDesc row) {
    return row->constr != nullptr ? row->constr->num_check : 0;
}

// Without a lock: who reads a table and then writes to it is in a circle with REINDEX, which locks a table and then its indexes. What
// changes meanwhile makes the model stale.
bool may_table_refuse(const Model *model, Oid number, int columns, int checks) {
    Relation table = RelationIdGetRelation(number);
    if (!RelationIsValid(table)) {
        return true;
    }
    const bool found = table->rd_rules != nullptr || has_triggers(table) || count_checks(RelationGetDescr(table)) > checks ||
                       may_columns_refuse(RelationGetDescr(table), columns) || RelationGetFKeyList(table) != NIL ||
                       may_indexes_refuse(table, number == model->scores);
    RelationClose(table);
    return found;
}

bool has_rights(const Model *model, Oid table, AclMode rights) {
    return !OidIsValid(table) || get_rel_name(table) == nullptr ||
           (pg_class_aclmask(table, model->owner, rights, ACLMASK_ALL) == rights &&
            LEADSCORE_MAY_USE_SCHEMA(get_rel_namespace(table), model->owner));
}

} // namespace

const char *find_doubts(const Model *model) {
    constexpr AclMode all = ACL_SELECT | ACL_INSERT | ACL_UPDATE | ACL_DELETE;
    constexpr AclMode some = ACL_SELECT | ACL_UPDATE;
    const int keys = model->key_count;
    const int columns[] = {keys + 8, keys + 8, 5, keys + 5};
    bool good = has_rights(model, model->leads, some) && has_rights(model, model->scores, all);
    bool own = !may_table_refuse(model, model->scores, keys + static_cast<int>(lengthof(score_columns)), 0);
    for (size_t i = 0; i < lengthof(model->companions); ++i) {
        good = good && has_rights(model, model->companions[i], all);
        own = own && !may_table_refuse(model, model->companions[i], columns[i], i == 1 ? 1 : 0);
    }
    for (int i = 0; i < model->event_source_count; ++i) {
        good = good && has_rights(model, model->event_sources[i].table, ACL_SELECT) &&
               has_rights(model, model->event_sources[i].via, some);
    }
    for (int i = 0; i < model->attribute_source_count; ++i) {
        good = good && has_rights(model, model->attribute_sources[i].table, some);
    }
    if (!good) {
        return "the owner of its leads table lacks rights on one of its tables or schemas";
    }
    if (const char *refusal = model->mirror ? publication_refusal(model->leads) : nullptr; refusal != nullptr) {
        return MemoryContextStrdup(model->memory, refusal);
    }
    return own ? nullptr : "one of its tables has triggers, rules, constraints, indexes or columns that are not the model's";
}

} // namespace leadscore
