// The statements upkeep runs, as saved plans.
#include "model_plans.hpp"

#include "collations.hpp"
#include "column_as_key.hpp"
#include "event_columns.hpp"
#include "model_load.hpp"

namespace leadscore {

namespace {

// Names and operators are written out in full: upkeep runs under the path of whoever writes.
struct Text {
    StringInfoData buffer;
    Text() {
        initStringInfo(&buffer);
    }
};

// "$1, $2" or "u.k1, u.k2"
void add_key_columns(StringInfo sql, const Model *model, const char *alias) {
    for (int i = 0; i < model->key_count; ++i) {
        appendStringInfo(sql, "%s%s.k%d", i > 0 ? ", " : "", alias, i + 1);
    }
}

// "l.id = $1" or "l.id = u.k1"
void add_key_match(StringInfo sql, const Model *model, const char *table, bool many, bool stored) {
    for (int i = 0; i < model->key_count; ++i) {
        const KeyColumn &key = model->keys[i];
        appendStringInfo(sql, "%s%s.%s %s ", i > 0 ? " AND " : "", table,
                         quote_identifier(NameStr(stored ? key.stored_name : key.name)), key.equal);
        if (many) {
            appendStringInfo(sql, "u.k%d", i + 1);
        } else {
            appendStringInfo(sql, "$%d", i + 1);
        }
    }
}

// Zeroed, one for each source of a model.
template <typename Of> Of *room_for(const Model *model, int count) {
    return static_cast<Of *>(MemoryContextAllocZero(model->memory, sizeof(Of) * static_cast<size_t>(count)));
}

void free_plan(KeptPlan **plan) {
    if (*plan != nullptr) {
        SPI_freeplan((*plan)->plan);
        pfree(*plan);
        *plan = nullptr;
    }
}

// Whether a field may be read from a column called `column`: it is the column, or a path into it.
bool may_read(const std::string &field, const char *column) {
    const size_t size = strlen(column);
    return strncmp(field.c_str(), column, size) == 0 && (field[size] == '\0' || field[size] == '.');
}

// Inside core calls only: the columns of a table that fields are read from, as an array of attribute numbers.
int columns_read(const Model *model, TupleDesc descriptor, const char *prefix, AttrNumber *out) {
    int count = 0;
    const std::string head = prefix == nullptr ? "" : std::string(prefix) + ".";
    for (int i = 0; i < descriptor->natts; ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(descriptor, i);
        if (column->attisdropped) {
            continue;
        }
        const std::string name = head + NameStr(column->attname);
        for (const std::string &field : model->program->scores->field_names()) {
            if (may_read(field, name.c_str())) {
                out[count++] = column->attnum;
                break;
            }
        }
    }
    return count;
}

void add_columns_of(StringInfo sql, const Model *model, Oid table, const char *alias, const char *prefix) {
    Relation relation = RelationIdGetRelation(table);
    if (!RelationIsValid(relation)) {
        return;
    }
    TupleDesc descriptor = RelationGetDescr(relation);
    auto *numbers = static_cast<AttrNumber *>(palloc(sizeof(AttrNumber) * static_cast<size_t>(descriptor->natts + 1)));
    int count = 0;
    call_core([model, descriptor, prefix, numbers, &count] { count = columns_read(model, descriptor, prefix, numbers); });
    for (int i = 0; i < count; ++i) {
        const char *name = NameStr(TupleDescAttr(descriptor, numbers[i] - 1)->attname);
        appendStringInfo(sql, ", %s.%s", alias, quote_identifier(name));
        if (prefix != nullptr) {
            appendStringInfo(sql, " AS %s", quote_identifier(psprintf("%s.%s", prefix, name)));
        }
    }
    RelationClose(relation);
}

// "r1.id = l.company_id"
void add_related_match(StringInfo sql, const Model *model, const AttributeSource &source, const char *alias) {
    for (int c = 0; c < source.column_count; ++c) {
        const Oid type = get_atttype(source.table, get_attnum(source.table, NameStr(source.key[c])));
        const TypeCacheEntry *entry = lookup_type_cache(getBaseType(type), TYPECACHE_EQ_OPR);
        appendStringInfo(sql, "%s%s.%s %s l.%s%s", c > 0 ? " AND " : "", alias, quote_identifier(NameStr(source.key[c])),
                         operator_name(entry->eq_opr), quote_identifier(NameStr(source.on[c])),
                         collate_as(column_collation(model->leads, &source.on[c]), column_collation(source.table, &source.key[c])));
    }
}

void add_related(StringInfo sql, const Model *model, StringInfo joins) {
    for (int i = 0; i < model->attribute_source_count; ++i) {
        const AttributeSource &source = model->attribute_sources[i];
        if (!source.usable) {
            continue; // its attributes are missing; model_status tells
        }
        const char *alias = psprintf("r%d", i + 1);
        add_columns_of(sql, model, source.table, alias, source.prefix);
        appendStringInfo(joins, " LEFT JOIN %s %s ON ", table_name(source.table), alias);
        add_related_match(joins, model, source, alias);
    }
}

int key_types(const Model *model, bool many, Oid *types) {
    for (int i = 0; i < model->key_count; ++i) {
        types[i] = many ? model->keys[i].array_type : model->keys[i].type;
    }
    return model->key_count;
}

KeptPlan *lead_rows(Model *model, bool many, bool locked) {
    Text text;
    StringInfo sql = &text.buffer;
    Text joins;
    appendStringInfo(sql, "SELECT %s AS \"leadscore ord\"", many ? "u.ord" : "1::pg_catalog.int8");
    if (model->mirror) {
        appendStringInfo(sql, ", l.%s::pg_catalog.numeric AS \"leadscore score\", l.%s::pg_catalog.text AS \"leadscore stage\"",
                         quote_identifier(NameStr(model->score_column)), quote_identifier(NameStr(model->stage_column)));
    } else {
        appendStringInfoString(sql, ", NULL::pg_catalog.numeric AS \"leadscore score\", NULL::pg_catalog.text AS \"leadscore stage\"");
    }
    add_columns_of(sql, model, model->leads, "l", nullptr);
    if (!locked) {
        add_related(sql, model, &joins.buffer);
    }
    appendStringInfoString(sql, " FROM ");
    if (many) {
        add_key_arrays(sql, model->key_count);
        appendStringInfo(sql, " JOIN %s l ON ", model->leads_name);
        add_key_match(sql, model, "l", true, false);
        appendStringInfo(sql, "%s ORDER BY u.ord", joins.buffer.data);
    } else {
        appendStringInfo(sql, "%s l%s WHERE ", model->leads_name, joins.buffer.data);
        add_key_match(sql, model, "l", false, false);
    }
    if (locked) {
        appendStringInfoString(sql, " FOR NO KEY UPDATE OF l");
    }
    Oid types[INDEX_MAX_KEYS];
    const int count = key_types(model, many, types);
    return keep_plan(model, sql->data, count, types, !many, {3, {INT8OID, NUMERICOID, TEXTOID}});
}

} // namespace

void add_key_arrays(StringInfo sql, int keys, int more) {
    appendStringInfoString(sql, "ROWS FROM (");
    for (int i = 0; i < keys + more; ++i) {
        appendStringInfo(sql, "%spg_catalog.unnest($%d)", i > 0 ? ", " : "", i + 1);
    }
    appendStringInfoString(sql, ") WITH ORDINALITY u(");
    for (int i = 0; i < keys; ++i) {
        appendStringInfo(sql, "k%d, ", i + 1);
    }
    for (int i = 0; i < more; ++i) {
        appendStringInfo(sql, "v%d, ", i + 1);
    }
    appendStringInfoString(sql, "ord)");
}

Plans *plans_of(Model *model) {
    if (model->plans == nullptr) {
        auto *plans = static_cast<Plans *>(MemoryContextAllocZero(model->memory, sizeof(Plans)));
        plans->dimension_count = static_cast<int>(model->program->rules.dimensions.size());
        plans->label_count = static_cast<int>(model->program->rules.labels.size());
        for (int i = 0; i < 2; ++i) {
            plans->lock_fields[i] = make_field_fetch(model->program->scores->field_names(), model->memory);
            plans->read_fields[i] = make_field_fetch(model->program->scores->field_names(), model->memory);
        }
        const size_t field_count = model->program->scores->field_names().size();
        auto *all = static_cast<size_t *>(MemoryContextAlloc(model->memory, sizeof(size_t) * (field_count + 1)));
        for (size_t i = 0; i < field_count; ++i) {
            all[i] = i;
        }
        plans->all_fields = all;
        model->plans = plans;
    }
    return model->plans;
}

KeptPlan *lock_plan(Model *model, bool many) {
    KeptPlan *&plan = *plan_of(&plans_of(model)->lock, many);
    if (plan == nullptr) {
        plan = lead_rows(model, many, true);
    }
    return plan;
}

KeptPlan *read_plan(Model *model, bool many) {
    KeptPlan *&plan = *plan_of(&plans_of(model)->read, many);
    if (plan == nullptr) {
        plan = lead_rows(model, many, false);
    }
    return plan;
}

namespace {

// What leads are called by the key of another model.
KeptPlan *make_names_plan(Model *model, const Model *by) {
    Text text;
    StringInfo sql = &text.buffer;
    appendStringInfoString(sql, "SELECT u.ord");
    for (int i = 0; i < by->key_count; ++i) {
        add_column_as_key(sql, "l", model->leads, &by->keys[i].name, by->keys[i].type);
    }
    appendStringInfoString(sql, " FROM ");
    add_key_arrays(sql, model->key_count);
    appendStringInfo(sql, " JOIN %s l ON ", model->leads_name);
    add_key_match(sql, model, "l", true, false);
    Oid types[INDEX_MAX_KEYS];
    ReadTypes read = {1, {INT8OID}};
    read.add_keys(by);
    return keep_plan(model, sql->data, key_types(model, true, types), types, false, read);
}

} // namespace

KeptPlan *common_key_plan(Model *model) {
    KeptPlan *&plan = plans_of(model)->common_key;
    if (plan == nullptr) {
        plan = make_names_plan(model, model->in_order);
    }
    return plan;
}

KeptPlan *spelling_plan(Model *model) {
    KeptPlan *&plan = plans_of(model)->spelling;
    if (plan == nullptr) {
        plan = make_names_plan(model, model);
    }
    return plan;
}

KeptPlan *share_plan(Model *model, int source_index) {
    Plans *plans = plans_of(model);
    if (plans->share == nullptr) {
        plans->pointed = room_for<KeptPlan *>(model, model->attribute_source_count);
        plans->share = room_for<KeptPlan *>(model, model->attribute_source_count);
    }
    const AttributeSource &source = model->attribute_sources[source_index];
    KeptPlan *&plan = plans->share[source_index];
    if (plan == nullptr && source.usable) {
        Text text;
        StringInfo sql = &text.buffer;
        appendStringInfoString(sql, "SELECT 1 FROM ");
        add_key_arrays(sql, model->key_count);
        appendStringInfo(sql, " JOIN %s l ON ", model->leads_name);
        add_key_match(sql, model, "l", true, false);
        appendStringInfo(sql, " JOIN %s r ON ", table_name(source.table));
        add_related_match(sql, model, source, "r");
        appendStringInfoString(sql, " ORDER BY ");
        for (int c = 0; c < source.column_count; ++c) {
            appendStringInfo(sql, "%sr.%s", c > 0 ? ", " : "", quote_identifier(NameStr(source.key[c])));
        }
        appendStringInfoString(sql, " FOR SHARE OF r");
        Oid types[INDEX_MAX_KEYS];
        plan = keep_plan(model, sql->data, key_types(model, true, types), types, false);
    }
    return plan;
}

KeptPlan *pointed_plan(Model *model, int source_index) {
    const AttributeSource &source = model->attribute_sources[source_index];
    KeptPlan *&plan = plans_of(model)->pointed[source_index];
    if (plan == nullptr) {
        Text text;
        StringInfo sql = &text.buffer;
        appendStringInfoString(sql, "SELECT ");
        for (int c = 0; c < source.column_count; ++c) {
            appendStringInfo(sql, "%sl.%s", c > 0 ? ", " : "", quote_identifier(NameStr(source.on[c])));
            // Both sides of a lock are hashed as values of one type.
            if (const Oid type = related_key_type(model, &source, c); type != lead_column_type(model, &source.on[c])) {
                appendStringInfo(sql, "::%s", type_in_statement(type));
            }
        }
        appendStringInfo(sql, ", EXISTS (SELECT FROM %s r WHERE ", table_name(source.table));
        add_related_match(sql, model, source, "r");
        appendStringInfoString(sql, ") FROM ");
        add_key_arrays(sql, model->key_count);
        appendStringInfo(sql, " JOIN %s l ON ", model->leads_name);
        add_key_match(sql, model, "l", true, false);
        for (int c = 0; c < source.column_count; ++c) {
            appendStringInfo(sql, " %s l.%s IS NOT NULL", c > 0 ? "AND" : "WHERE", quote_identifier(NameStr(source.on[c])));
        }
        Oid types[INDEX_MAX_KEYS];
        plan = keep_plan(model, sql->data, key_types(model, true, types), types, false);
    }
    return plan;
}

KeptPlan *mirror_plan(Model *model, bool many) {
    KeptPlan *&plan = *plan_of(&plans_of(model)->mirror, many);
    if (plan == nullptr) {
        Text text;
        StringInfo sql = &text.buffer;
        const int keys = model->key_count;
        const char *score = quote_identifier(NameStr(model->score_column));
        const char *stage = quote_identifier(NameStr(model->stage_column));
        if (many) {
            appendStringInfo(sql, "UPDATE %s l SET %s = u.v1, %s = u.v2 FROM ", model->leads_name, score, stage);
            add_key_arrays(sql, model->key_count, 2);
        } else {
            appendStringInfo(sql, "UPDATE %s l SET %s = $%d, %s = $%d", model->leads_name, score, keys + 1, stage, keys + 2);
        }
        appendStringInfoString(sql, " WHERE ");
        add_key_match(sql, model, "l", many, false);
        Oid types[INDEX_MAX_KEYS + 2];
        key_types(model, many, types);
        types[keys] = many ? NUMERICARRAYOID : NUMERICOID;
        types[keys + 1] = many ? TEXTARRAYOID : TEXTOID;
        plan = keep_plan(model, sql->data, keys + 2, types, !many);
    }
    return plan;
}

namespace {

struct AddedColumn {
    const char *name;
    Oid type;
    Oid array;
};
constexpr AddedColumn added_columns[] = {{"present", BOOLOID, BOOLARRAYOID},
                                         {"version", INT4OID, INT4ARRAYOID},
                                         {"next_change", TIMESTAMPTZOID, TIMESTAMPTZARRAYOID},
                                         {"due", TIMESTAMPTZOID, TIMESTAMPTZARRAYOID},
                                         {"scored_at", TIMESTAMPTZOID, TIMESTAMPTZARRAYOID},
                                         {"score", NUMERICOID, NUMERICARRAYOID},
                                         {"stage", TEXTOID, TEXTARRAYOID},
                                         {"stage_since", TIMESTAMPTZOID, TIMESTAMPTZARRAYOID},
                                         {"probability", FLOAT8OID, FLOAT8ARRAYOID},
                                         {"last_event", DATEOID, DATEARRAYOID},
                                         {"evidence", INT4OID, INT4ARRAYOID},
                                         {"tally", BYTEAOID, BYTEAARRAYOID}};
constexpr int added_column_count = lengthof(added_columns);

// "INSERT INTO … (key, …, dimensions, labels)"
void begin_add(StringInfo sql, const Model *model) {
    appendStringInfo(sql, "INSERT INTO %s (", model->scores_name);
    for (int i = 0; i < model->key_count; ++i) {
        appendStringInfo(sql, "%s, ", quote_identifier(NameStr(model->keys[i].stored_name)));
    }
    for (const auto &column : added_columns) {
        appendStringInfo(sql, "%s, ", column.name);
    }
    appendStringInfoString(sql, "dimensions, labels) ");
}

void end_add(StringInfo sql, const Model *model) {
    appendStringInfoString(sql, " ON CONFLICT DO NOTHING RETURNING ");
    for (int i = 0; i < model->key_count; ++i) {
        appendStringInfo(sql, "%s%s", i > 0 ? ", " : "", quote_identifier(NameStr(model->keys[i].stored_name)));
    }
}

ReadTypes own_keys(const Model *model) {
    ReadTypes read = {};
    read.add_keys(model);
    return read;
}

KeptPlan *add_one_plan(Model *model) {
    const int total = model->key_count + added_column_count + 2;
    Text text;
    StringInfo sql = &text.buffer;
    begin_add(sql, model);
    Oid types[INDEX_MAX_KEYS + added_column_count + 2];
    key_types(model, false, types);
    for (int i = 0; i < added_column_count; ++i) {
        types[model->key_count + i] = added_columns[i].type;
    }
    types[total - 2] = NUMERICARRAYOID;
    types[total - 1] = TEXTARRAYOID;
    for (int i = 0; i < total; ++i) {
        appendStringInfo(sql, "%s$%d", i > 0 ? ", " : "VALUES (", i + 1);
    }
    appendStringInfoChar(sql, ')');
    end_add(sql, model);
    return keep_plan(model, sql->data, total, types, true, own_keys(model));
}

// Arrays of arrays cannot be unnested row by row: each dimension and label is an array of its own, put together here.
KeptPlan *add_many_plan(Model *model) {
    const Plans *plans = plans_of(model);
    const int keys = model->key_count;
    Text text;
    StringInfo sql = &text.buffer;
    begin_add(sql, model);
    appendStringInfoString(sql, "SELECT ");
    add_key_columns(sql, model, "u");
    const int total = added_column_count + plans->dimension_count + plans->label_count;
    auto *types = static_cast<Oid *>(palloc(sizeof(Oid) * static_cast<size_t>(keys + total)));
    key_types(model, true, types);
    for (int i = 0; i < added_column_count; ++i) {
        appendStringInfo(sql, ", u.v%d", i + 1);
        types[keys + i] = added_columns[i].array;
    }
    int next = added_column_count;
    const struct {
        int count;
        const char *null;
        Oid array;
    } lists[] = {{plans->dimension_count, "NULL::pg_catalog.numeric[]", NUMERICARRAYOID}, {plans->label_count, "NULL::pg_catalog.text[]", TEXTARRAYOID}};
    for (const auto &list : lists) {
        appendStringInfo(sql, ", CASE WHEN u.v1 THEN %s", list.count == 0 ? list.null : "ARRAY[");
        for (int i = 0; i < list.count; ++i, ++next) {
            appendStringInfo(sql, "%su.v%d", i > 0 ? ", " : "", next + 1);
            types[keys + next] = list.array;
        }
        appendStringInfo(sql, "%s END", list.count == 0 ? "" : "]");
    }
    appendStringInfoString(sql, " FROM ");
    add_key_arrays(sql, model->key_count, total);
    appendStringInfoString(sql, " ORDER BY u.ord");
    end_add(sql, model);
    return keep_plan(model, sql->data, keys + total, types, true, own_keys(model));
}

} // namespace

KeptPlan *add_plan(Model *model, bool many) {
    KeptPlan *&plan = *plan_of(&plans_of(model)->add, many);
    if (plan == nullptr) {
        plan = many ? add_many_plan(model) : add_one_plan(model);
    }
    return plan;
}

ContactPlans *contact_plans_for(Model *model, const EventSource *source) {
    Plans *plans = plans_of(model);
    if (plans->contacts == nullptr) {
        plans->contacts = room_for<ContactPlans>(model, model->event_source_count);
    }
    return &plans->contacts[source - model->event_sources];
}

RelatedPlans *related_plans_for(Model *model, const AttributeSource *source) {
    Plans *plans = plans_of(model);
    if (plans->related == nullptr) {
        plans->related = room_for<RelatedPlans>(model, model->attribute_source_count);
    }
    return &plans->related[source - model->attribute_sources];
}

void free_pair(PlanPair *plans) {
    free_plan(&plans->one);
    free_plan(&plans->many);
}

void free_plans(Model *model) {
    Plans *plans = model->plans;
    if (plans == nullptr) {
        return;
    }
    for (int i = 0; plans->share != nullptr && i < model->attribute_source_count; ++i) {
        free_plan(&plans->share[i]);
        free_plan(&plans->pointed[i]);
    }
    for (int i = 0; plans->contacts != nullptr && i < model->event_source_count; ++i) {
        free_pair(&plans->contacts[i].leads);
        free_pair(&plans->contacts[i].there);
        free_pair(&plans->contacts[i].events);
    }
    for (int i = 0; plans->related != nullptr && i < model->attribute_source_count; ++i) {
        free_pair(&plans->related[i].leads);
    }
    for (PlanPair *pair : {&plans->lock, &plans->read, &plans->mirror, &plans->add, &plans->history, &plans->enqueue}) {
        free_pair(pair);
    }
    for (KeptPlan **plan : {&plans->common_key, &plans->recount, &plans->pending, &plans->refuse, &plans->adjustment,
                             &plans->alter_history, &plans->remove_history}) {
        free_plan(plan);
    }
}

namespace {

bool returns(TupleDesc columns, const Oid *types, int count) {
    bool same = count == 0 || (columns != nullptr && columns->natts >= count);
    for (int i = 0; same && i < count; ++i) {
        same = TupleDescAttr(columns, i)->atttypid == types[i];
    }
    return same;
}

void fail_altered(const Model *model) {
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("a table of model \"%s\" was altered while it was read", model->name)));
}

uint64 take_result(const KeptPlan *plan, int result, int expected) {
    if (result != expected) {
        elog(ERROR, "leadscore: %s", SPI_result_code_string(result));
    }
    if (!returns(SPI_tuptable != nullptr ? SPI_tuptable->tupdesc : nullptr, plan->columns, plan->column_count)) {
        fail_altered(plan->model);
    }
    return SPI_processed;
}

} // namespace

KeptPlan *keep_plan(const Model *model, const char *sql, int count, Oid *types, bool generic, const ReadTypes &read) {
    SPIPlanPtr plan = SPI_prepare_cursor(sql, count, types, generic ? CURSOR_OPT_GENERIC_PLAN : 0);
    if (plan == nullptr) {
        elog(ERROR, "leadscore: SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
    }
    TupleDesc columns = static_cast<CachedPlanSource *>(linitial(SPI_plan_get_plan_sources(plan)))->resultDesc;
    if (!returns(columns, read.types, read.count)) {
        fail_altered(model);
    }
    const int column_count = columns != nullptr ? columns->natts : 0;
    auto *kept = static_cast<KeptPlan *>(MemoryContextAlloc(model->memory, sizeof(KeptPlan) + sizeof(Oid) * static_cast<size_t>(column_count)));
    auto *column_types = reinterpret_cast<Oid *>(kept + 1);
    for (int i = 0; i < column_count; ++i) {
        column_types[i] = TupleDescAttr(columns, i)->atttypid;
    }
    *kept = {plan, model, column_count, column_types};
    SPI_keepplan(plan);
    return kept;
}

uint64 run_plan(KeptPlan *plan, Datum *values, const char *nulls, int expected) {
    return take_result(plan, SPI_execute_plan(plan->plan, values, nulls, false, 0), expected);
}

uint64 run_write(KeptPlan *plan, Datum *values, const char *nulls, int expected, bool held) {
    if (!held) {
        return run_plan(plan, values, nulls, expected);
    }
    return take_result(plan, SPI_execute_snapshot(plan->plan, values, nulls, InvalidSnapshot, InvalidSnapshot, false, false, 0), expected);
}

uint64 run_plan_at(KeptPlan *plan, Datum *values, Snapshot moment, int expected) {
    return take_result(plan, SPI_execute_snapshot(plan->plan, values, nullptr, moment, InvalidSnapshot, false, true, 0), expected);
}

void key_parameters(const Model *model, Datum *const *keys, size_t count, bool many, Datum *out) {
    if (!many) {
        for (int i = 0; i < model->key_count; ++i) {
            out[i] = keys[0][i];
        }
        return;
    }
    auto *column = static_cast<Datum *>(palloc(sizeof(Datum) * count));
    for (int i = 0; i < model->key_count; ++i) {
        for (size_t n = 0; n < count; ++n) {
            column[n] = keys[n][i];
        }
        const KeyColumn &key = model->keys[i];
        out[i] = PointerGetDatum(construct_array(column, static_cast<int>(count), key.type, key.length, key.by_value, key.alignment));
    }
    pfree(column);
}

} // namespace leadscore
