// Related rows that came, went or changed in what scores look at, and the leads that point to them.
#include "collect.hpp"
#include "related_locks.hpp"

namespace leadscore {

namespace {

// Related keys that are looked up in one statement.
constexpr size_t lookup_size = 1000;

// Written out in full, for it runs under the search path of whoever writes.
void add_operator(StringInfo sql, Oid number) {
    HeapTuple found = SearchSysCache1(OPEROID, ObjectIdGetDatum(number));
    if (!HeapTupleIsValid(found)) {
        elog(ERROR, "leadscore: cache lookup failed for operator %u", number);
    }
    const auto *form = reinterpret_cast<Form_pg_operator>(GETSTRUCT(found));
    appendStringInfo(sql, " OPERATOR(%s.%s) ", quote_identifier(get_namespace_name(form->oprnamespace)), NameStr(form->oprname));
    ReleaseSysCache(found);
}

// "SELECT key FROM leads WHERE its columns are one of $1, $2, …"
SPIPlanPtr lookup_plan(const Model *model, const AttributeSource *source, const TableColumns *columns) {
    StringInfoData sql;
    initStringInfo(&sql);
    appendStringInfoString(&sql, "SELECT ");
    for (int i = 0; i < model->key_count; ++i) {
        appendStringInfo(&sql, "%sl.%s", i > 0 ? ", " : "", quote_identifier(NameStr(model->keys[i].name)));
    }
    appendStringInfo(&sql, " FROM %s l WHERE ", model->leads_name);
    const bool single = source->column_count == 1;
    if (!single) {
        appendStringInfoString(&sql, "EXISTS (SELECT FROM ROWS FROM (");
        for (int i = 0; i < source->column_count; ++i) {
            appendStringInfo(&sql, "%spg_catalog.unnest($%d)", i > 0 ? ", " : "", i + 1);
        }
        appendStringInfoString(&sql, ") u(");
        for (int i = 0; i < source->column_count; ++i) {
            appendStringInfo(&sql, "%su%d", i > 0 ? ", " : "", i + 1);
        }
        appendStringInfoString(&sql, ") WHERE ");
    }
    Oid types[INDEX_MAX_KEYS];
    for (int i = 0; i < source->column_count; ++i) {
        const Oid type = columns->keys[i].to;
        types[i] = get_array_type(type);
        const TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_EQ_OPR);
        if (!OidIsValid(types[i]) || !OidIsValid(entry->eq_opr)) {
            return nullptr;
        }
        appendStringInfo(&sql, "%sl.%s", i > 0 ? " AND " : "", quote_identifier(NameStr(source->on[i])));
        if (lead_column_type(model, &source->on[i]) != type) {
            appendStringInfo(&sql, "::%s", format_type_be_qualified(type));
        }
        add_operator(&sql, entry->eq_opr);
        appendStringInfo(&sql, single ? "ANY ($%d)" : "u%d", i + 1);
    }
    if (!single) {
        appendStringInfoChar(&sql, ')');
    }
    SPIPlanPtr plan = SPI_prepare(sql.data, source->column_count, types);
    if (plan == nullptr) {
        elog(ERROR, "leadscore: SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
    }
    return plan;
}

void touch_found(Collector *collector) {
    const int key_count = collector->batch->model->key_count;
    Datum key[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    for (uint64 row = 0; row < SPI_processed; ++row) {
        for (int i = 0; i < key_count; ++i) {
            key[i] = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, i + 1, &nulls[i]);
        }
        Touched *touched = touch(collector->batch, key, nulls);
        if (touched != nullptr) {
            touched->input_changed = true;
        }
    }
    SPI_freetuptable(SPI_tuptable);
}

// Mostly an update leaves the key as it is.
bool is_last_related(const Collector *collector, const Datum *key) {
    if (collector->related_count == 0) {
        return false;
    }
    for (int i = 0; i < collector->columns->key_count; ++i) {
        const ArrayBuildState *all = collector->related[i];
        if (!datum_image_eq(all->dvalues[collector->related_count - 1], key[i], all->typbyval, all->typlen)) {
            return false;
        }
    }
    return true;
}

void add_related(Collector *collector, TupleTableSlot *slot) {
    TableColumns *columns = collector->columns;
    Datum key[INDEX_MAX_KEYS];
    if (slot == nullptr || !read_key(columns, slot, key)) {
        return;
    }
    if (is_last_related(collector, key)) {
        return;
    }
    for (int i = 0; i < columns->key_count; ++i) {
        collector->related[i] =
            accumArrayResult(collector->related[i], key[i], false, columns->keys[i].to, collector->batch->memory);
    }
    ++collector->related_count;
}

} // namespace

void collect_related(Collector *collector, TupleTableSlot *before, TupleTableSlot *after) {
    if (before != nullptr && after != nullptr && !is_changed(&collector->columns->watch, before, after)) {
        return;
    }
    add_related(collector, before);
    const size_t there_before = collector->related_count;
    add_related(collector, after);
    collector->related_come = collector->related_come || before == nullptr || collector->related_count > there_before;
}

void touch_related_leads(Collector *collector, const AttributeSource *source) {
    if (collector->related_count == 0) {
        return;
    }
    SPIPlanPtr plan = lookup_plan(collector->batch->model, source, collector->columns);
    if (plan == nullptr) {
        return;
    }
    if (collector->related_come) {
        lock_coming_related(collector->batch->model, source, collector->related, collector->related_count);
    }
    for (size_t from = 0; from < collector->related_count; from += lookup_size) {
        const size_t left = collector->related_count - from;
        const size_t count = left < lookup_size ? left : lookup_size;
        Datum arrays[INDEX_MAX_KEYS];
        for (int i = 0; i < source->column_count; ++i) {
            const ArrayBuildState *all = collector->related[i];
            arrays[i] = PointerGetDatum(construct_array(all->dvalues + from, static_cast<int>(count), all->element_type,
                                                        all->typlen, all->typbyval, all->typalign));
        }
        // The newest snapshot: in REPEATABLE READ too a lead may be there that the transaction does not see.
        if (SPI_execute_snapshot(plan, arrays, nullptr, GetLatestSnapshot(), InvalidSnapshot, false, true, 0) != SPI_OK_SELECT) {
            elog(ERROR, "leadscore: leads of related rows could not be read");
        }
        touch_found(collector);
    }
    SPI_freeplan(plan);
}

} // namespace leadscore
