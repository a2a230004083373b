// Related rows that came, went or changed in what scores look at, and the leads that point to them.
#include "collect.hpp"
#include "column_as_key.hpp"
#include "model_load.hpp"
#include "model_plans.hpp"
#include "related_locks.hpp"

namespace leadscore {

namespace {

// Related keys that are looked up in one statement.
constexpr size_t lookup_size = 1000;

// "SELECT key FROM leads WHERE its columns are $1, $2, …", or, of many, one of them. Null if the types cannot be compared.
KeptPlan *make_lookup_plan(const Model *model, const AttributeSource *source, const TableColumns *columns, bool many) {
    StringInfoData sql;
    initStringInfo(&sql);
    appendStringInfoString(&sql, "SELECT 1");
    for (int i = 0; i < model->key_count; ++i) {
        add_column_as_key(&sql, "l", model->leads, &model->keys[i].name, model->keys[i].type);
    }
    appendStringInfo(&sql, " FROM %s l WHERE ", model->leads_name);
    const bool by_rows = many && source->column_count > 1;
    if (by_rows) {
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
        types[i] = many ? get_array_type(type) : type;
        const TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_EQ_OPR);
        if (!OidIsValid(types[i]) || !OidIsValid(entry->eq_opr)) {
            return nullptr;
        }
        appendStringInfo(&sql, "%sl.%s", i > 0 ? " AND " : "", quote_identifier(NameStr(source->on[i])));
        if (lead_column_type(model, &source->on[i]) != type) {
            appendStringInfo(&sql, "::%s", type_in_statement(type));
        }
        appendStringInfo(&sql, " %s ", operator_name(entry->eq_opr));
        appendStringInfo(&sql, by_rows ? "u%d" : many ? "ANY ($%d)" : "$%d", i + 1);
    }
    if (by_rows) {
        appendStringInfoChar(&sql, ')');
    }
    ReadTypes read = {1, {INT4OID}};
    read.add_keys(model);
    return keep_plan(model, sql.data, source->column_count, types, !many, read);
}

// A partition of the related table may call for another cast than the one before.
bool has_types(const RelatedPlans *plans, const AttributeSource *source, const TableColumns *columns) {
    for (int i = 0; i < source->column_count; ++i) {
        if (plans->types[i] != columns->keys[i].to) {
            return false;
        }
    }
    return true;
}

KeptPlan *lookup_plan(Model *model, const AttributeSource *source, const TableColumns *columns, bool many) {
    RelatedPlans *plans = related_plans_for(model, source);
    if (!has_types(plans, source, columns)) {
        free_pair(&plans->leads);
        for (int i = 0; i < source->column_count; ++i) {
            plans->types[i] = columns->keys[i].to;
        }
    }
    KeptPlan **plan = plan_of(&plans->leads, many);
    if (*plan == nullptr) {
        *plan = make_lookup_plan(model, source, columns, many);
    }
    return *plan;
}

void touch_found(Collector *collector) {
    const int key_count = collector->batch->model->key_count;
    Datum key[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    for (uint64 row = 0; row < SPI_processed; ++row) {
        for (int i = 0; i < key_count; ++i) {
            key[i] = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, i + 2, &nulls[i]);
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
    if (!may_matter(collector, before, after)) {
        return;
    }
    add_related(collector, before);
    const size_t there_before = collector->related_count;
    add_related(collector, after);
    collector->related_come = collector->related_come || before == nullptr || collector->related_count > there_before;
}

void touch_related_leads(Collector *collector, Model *model, const AttributeSource *source) {
    if (collector->related_count == 0) {
        return;
    }
    const bool many = collector->related_count > 1;
    KeptPlan *plan = lookup_plan(model, source, collector->columns, many);
    if (plan == nullptr) {
        return;
    }
    if (collector->related_come) {
        lock_coming_related(model, source, collector->related, collector->related_count);
    }
    for (size_t from = 0; from < collector->related_count; from += lookup_size) {
        const size_t left = collector->related_count - from;
        const size_t count = left < lookup_size ? left : lookup_size;
        Datum keys[INDEX_MAX_KEYS];
        for (int i = 0; i < source->column_count; ++i) {
            const ArrayBuildState *all = collector->related[i];
            keys[i] = !many ? all->dvalues[0]
                            : PointerGetDatum(construct_array(all->dvalues + from, static_cast<int>(count), all->element_type,
                                                              all->typlen, all->typbyval, all->typalign));
        }
        // The newest snapshot: in REPEATABLE READ too a lead may be there that the transaction does not see.
        run_plan_at(plan, keys, GetLatestSnapshot(), SPI_OK_SELECT);
        touch_found(collector);
    }
}

} // namespace leadscore
