// The statements upkeep runs on the companion tables of a model, as saved plans.
#include "model_plans.hpp"

namespace leadscore {

namespace {

// "k1, k2" as they are called in the companion tables.
void add_stored_keys(StringInfo sql, const Model *model, const char *alias) {
    for (int i = 0; i < model->key_count; ++i) {
        appendStringInfo(sql, "%s%s%s", i > 0 ? ", " : "", alias, quote_identifier(NameStr(model->keys[i].stored_name)));
    }
}

struct AddedColumn {
    const char *name;
    Oid type;
    Oid array;
};

constexpr AddedColumn stage_change_columns[] = {{"old_stage", TEXTOID, TEXTARRAYOID},  {"new_stage", TEXTOID, TEXTARRAYOID},
                                                {"score", NUMERICOID, NUMERICARRAYOID}, {"at", TIMESTAMPTZOID, TIMESTAMPTZARRAYOID},
                                                {"why", TEXTOID, TEXTARRAYOID},         {"version", INT4OID, INT4ARRAYOID},
                                                {"old_since", TIMESTAMPTZOID, TIMESTAMPTZARRAYOID}};
static_assert(lengthof(stage_change_columns) == stage_change_column_count);
constexpr AddedColumn queue_columns[] = {{"evidence", INT4OID, INT4ARRAYOID},
                                         {"delta", BYTEAOID, BYTEAARRAYOID},
                                         {"why", TEXTOID, TEXTARRAYOID},
                                         {"at", TIMESTAMPTZOID, TIMESTAMPTZARRAYOID}};
static_assert(lengthof(queue_columns) == queue_column_count);
constexpr size_t most_columns = stage_change_column_count;

// The plan of an INSERT into a companion table: keys, then `columns`; of one row, or of many from arrays.
KeptPlan *make_insert(const Model *model, const char *table, const AddedColumn *columns, int count, bool many) {
    StringInfoData sql;
    initStringInfo(&sql);
    const int keys = model->key_count;
    appendStringInfo(&sql, "INSERT INTO %s (", table);
    add_stored_keys(&sql, model, "");
    for (int i = 0; i < count; ++i) {
        appendStringInfo(&sql, ", %s", columns[i].name);
    }
    appendStringInfoString(&sql, many ? ") SELECT u.* FROM ROWS FROM (" : ") VALUES (");
    Oid types[INDEX_MAX_KEYS + most_columns];
    for (int i = 0; i < keys + count; ++i) {
        appendStringInfo(&sql, many ? "%spg_catalog.unnest($%d)" : "%s$%d", i > 0 ? ", " : "", i + 1);
        if (i < keys) {
            types[i] = many ? model->keys[i].array_type : model->keys[i].type;
        } else {
            types[i] = many ? columns[i - keys].array : columns[i - keys].type;
        }
    }
    appendStringInfoString(&sql, many ? ") u" : ")");
    return keep_plan(model, sql.data, keys + count, types, true);
}

struct Added {
    Datum *const *keys;
    size_t rows;
    Datum *values;
    bool *nulls;
    bool held; // see run_write()
};

void add_to_companion(Model *model, PlanPair *plans, const char *table, const AddedColumn *columns, size_t count, const Added &added) {
    const bool many = added.rows > 1;
    KeptPlan *&plan = many ? plans->many : plans->one;
    if (plan == nullptr) {
        plan = make_insert(model, table, columns, static_cast<int>(count), many);
    }
    const auto keys = static_cast<size_t>(model->key_count);
    Datum parameters[INDEX_MAX_KEYS + most_columns];
    char nulls[INDEX_MAX_KEYS + most_columns + 1] = {};
    memset(nulls, ' ', keys + count);
    key_parameters(model, added.keys, added.rows, many, parameters);
    for (size_t c = 0; c < count; ++c) {
        if (many) {
            const size_t first = c * added.rows;
            parameters[keys + c] = array_parameter(added.values + first, added.nulls + first, added.rows, columns[c].type);
        } else {
            parameters[keys + c] = added.values[c];
            nulls[keys + c] = added.nulls[c] ? 'n' : ' ';
        }
    }
    run_write(plan, parameters, nulls, SPI_OK_INSERT, added.held);
}

} // namespace

void add_stage_changes(Model *model, Datum *const *keys, size_t rows, Datum *values, bool *nulls, bool held) {
    add_to_companion(model, &plans_of(model)->history, model->stage_change_name, stage_change_columns, stage_change_column_count,
                     {keys, rows, values, nulls, held});
}

void alter_stage_changes(Model *model, size_t rows, Datum *values, bool *nulls, bool held) {
    constexpr Oid types[] = {INT8OID, TEXTOID, NUMERICOID, TEXTOID, INT4OID};
    static_assert(lengthof(types) == changed_column_count);
    KeptPlan *&plan = plans_of(model)->alter_history;
    if (plan == nullptr) {
        StringInfoData sql;
        initStringInfo(&sql);
        appendStringInfo(&sql, "UPDATE %s h SET new_stage = u.v1, score = u.v2, why = u.v3, version = u.v4 FROM ", model->stage_change_name);
        add_key_arrays(&sql, 1, 4);
        appendStringInfoString(&sql, " WHERE h.id OPERATOR(pg_catalog.=) u.k1");
        Oid arrays[] = {INT8ARRAYOID, TEXTARRAYOID, NUMERICARRAYOID, TEXTARRAYOID, INT4ARRAYOID};
        plan = keep_plan(model, sql.data, lengthof(arrays), arrays, false);
    }
    Datum parameters[changed_column_count];
    for (size_t c = 0; c < changed_column_count; ++c) {
        parameters[c] = array_parameter(values + c * rows, nulls + c * rows, rows, types[c]);
    }
    run_write(plan, parameters, nullptr, SPI_OK_UPDATE, held);
}

void remove_stage_changes(Model *model, size_t rows, Datum *ids, bool held) {
    KeptPlan *&plan = plans_of(model)->remove_history;
    if (plan == nullptr) {
        const char *sql = psprintf("DELETE FROM %s h WHERE h.id OPERATOR(pg_catalog.=) ANY ($1)", model->stage_change_name);
        Oid types[] = {INT8ARRAYOID};
        plan = keep_plan(model, sql, lengthof(types), types, false);
    }
    Datum parameters[] = {array_parameter(ids, nullptr, rows, INT8OID)};
    run_write(plan, parameters, nullptr, SPI_OK_DELETE, held);
}

void add_to_queue(Model *model, Datum *const *keys, size_t rows, Datum *values, bool *nulls) {
    add_to_companion(model, &plans_of(model)->enqueue, model->queue_name, queue_columns, queue_column_count, {keys, rows, values, nulls, false});
}

KeptPlan *pending_plan(Model *model) {
    KeptPlan *&plan = plans_of(model)->pending;
    if (plan == nullptr) {
        StringInfoData sql;
        initStringInfo(&sql);
        Oid types[INDEX_MAX_KEYS];
        appendStringInfo(&sql, "DELETE FROM %s q USING ROWS FROM (", model->queue_name);
        for (int i = 0; i < model->key_count; ++i) {
            appendStringInfo(&sql, "%spg_catalog.unnest($%d)", i > 0 ? ", " : "", i + 1);
            types[i] = model->keys[i].array_type;
        }
        appendStringInfoString(&sql, ") u(");
        for (int i = 0; i < model->key_count; ++i) {
            appendStringInfo(&sql, "%sk%d", i > 0 ? ", " : "", i + 1);
        }
        appendStringInfoString(&sql, ") WHERE ");
        for (int i = 0; i < model->key_count; ++i) {
            appendStringInfo(&sql, "%sq.%s %s u.k%d", i > 0 ? " AND " : "",
                             quote_identifier(NameStr(model->keys[i].stored_name)), model->keys[i].equal, i + 1);
        }
        appendStringInfoString(&sql, " RETURNING ");
        add_stored_keys(&sql, model, "q.");
        appendStringInfoString(&sql, ", q.evidence, q.delta, q.why");
        ReadTypes read = {};
        read.add_keys(model);
        read.add(INT4OID);
        read.add(BYTEAOID);
        read.add(TEXTOID);
        plan = keep_plan(model, sql.data, model->key_count, types, false, read);
    }
    return plan;
}

KeptPlan *refuse_plan(Model *model) {
    KeptPlan *&plan = plans_of(model)->refuse;
    if (plan == nullptr) {
        Oid types[] = {TEXTOID, TEXTOID, INT8OID};
        const char *sql = psprintf("INSERT INTO %s (source, reason, events, at) VALUES ($1, $2, $3, pg_catalog.now())",
                                   model->refused_name);
        plan = keep_plan(model, sql, lengthof(types), types, true);
    }
    return plan;
}

namespace {

// The text of a generated statement.
const char *generated(const char *call, const Model *model) {
    Oid types[] = {TEXTOID};
    Datum values[] = {CStringGetTextDatum(model->name)};
    if (SPI_execute_with_args(call, 1, types, values, nullptr, true, 1) != SPI_OK_SELECT || SPI_processed != 1) {
        elog(ERROR, "leadscore: %s gives no statement", call);
    }
    return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
}

} // namespace

KeptPlan *adjustment_plan(Model *model) {
    KeptPlan *&plan = plans_of(model)->adjustment;
    if (plan == nullptr) {
        StringInfoData sql;
        initStringInfo(&sql);
        appendStringInfo(&sql, "SELECT a.adjustments FROM (%s) a WHERE ", generated("SELECT leadscore.adjustments_sql($1)", model));
        Oid types[INDEX_MAX_KEYS];
        for (int i = 0; i < model->key_count; ++i) {
            appendStringInfo(&sql, "%sa.%s %s $%d", i > 0 ? " AND " : "", quote_identifier(NameStr(model->keys[i].stored_name)),
                             model->keys[i].equal, i + 1);
            types[i] = model->keys[i].type;
        }
        plan = keep_plan(model, sql.data, model->key_count, types, true, {1, {JSONBOID}});
    }
    return plan;
}

// Counts by the rules whose evidence writers collect. tally_sql() is the one place that knows how events are read by SQL.
KeptPlan *recount_plan(Model *model) {
    KeptPlan *&plan = plans_of(model)->recount;
    if (plan == nullptr) {
        StringInfoData keys;
        initStringInfo(&keys);
        appendStringInfoString(&keys, "SELECT * FROM ROWS FROM (");
        Oid types[INDEX_MAX_KEYS];
        for (int i = 0; i < model->key_count; ++i) {
            appendStringInfo(&keys, "%spg_catalog.unnest($%d)", i > 0 ? ", " : "", i + 1);
            types[i] = model->keys[i].array_type;
        }
        appendStringInfoString(&keys, ") u(");
        add_stored_keys(&keys, model, "");
        appendStringInfoString(&keys, ")");
        const char *rules = psprintf("(SELECT s.rules FROM leadscore.evidence_set s WHERE s.model OPERATOR(pg_catalog.=) %s AND s.evidence OPERATOR(pg_catalog.=) %d)",
                                     quote_literal_cstr(model->name), model->evidence);
        Oid text_types[] = {TEXTOID, TEXTOID, TEXTOID};
        Datum arguments[] = {CStringGetTextDatum(model->name), CStringGetTextDatum(rules), CStringGetTextDatum(keys.data)};
        // As of now, as the model was loaded: by the snapshot of the statement, tables that were bound since would not be counted.
        SPIPlanPtr made = SPI_prepare("SELECT leadscore.tally_sql($1, $2, $3)", 3, text_types);
        if (made == nullptr ||
            SPI_execute_snapshot(made, arguments, nullptr, GetLatestSnapshot(), InvalidSnapshot, true, false, 1) != SPI_OK_SELECT ||
            SPI_processed != 1) {
            elog(ERROR, "leadscore: no statement to count events by");
        }
        const char *tallies = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
        StringInfoData sql;
        initStringInfo(&sql);
        appendStringInfo(&sql, "SELECT ");
        add_stored_keys(&sql, model, "t.");
        appendStringInfo(&sql, ", t.tally FROM (%s) t", tallies);
        ReadTypes read = {};
        read.add_keys(model);
        plan = keep_plan(model, sql.data, model->key_count, types, false, read);
    }
    return plan;
}

} // namespace leadscore
