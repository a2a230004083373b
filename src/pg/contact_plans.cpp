// The statements upkeep runs on contacts, as saved plans.
#include "contact_plans.hpp"

#include "column_as_key.hpp"
#include "model_load.hpp"
#include "model_plans.hpp"

namespace leadscore {

namespace {

void add_match(StringInfo sql, const EventSource *source, const char *alias, const NameData *columns, bool many) {
    for (int i = 0; i < source->lead_count; ++i) {
        appendStringInfo(sql, "%s%s.%s %s %s%d", i > 0 ? " AND " : "", alias, quote_identifier(NameStr(columns[i])),
                         source->via_keys[i].equal, many ? "u.k" : "$", i + 1);
    }
}

KeptPlan *keep(const Model *model, const StringInfo sql, const EventSource *source, bool many, const ReadTypes &read) {
    Oid types[INDEX_MAX_KEYS];
    for (int i = 0; i < source->lead_count; ++i) {
        types[i] = many ? source->via_keys[i].array_type : source->via_keys[i].type;
    }
    return keep_plan(model, sql->data, source->lead_count, types, !many, read);
}

KeptPlan *make_leads_plan(const Model *model, const EventSource *source, bool many) {
    StringInfoData sql;
    initStringInfo(&sql);
    appendStringInfoString(&sql, many ? "SELECT u.ord" : "SELECT 1::pg_catalog.int8");
    for (int i = 0; i < model->key_count; ++i) {
        add_column_as_key(&sql, "v", source->via, &source->via_lead[i], model->keys[i].type);
    }
    appendStringInfoString(&sql, " FROM ");
    if (many) {
        add_key_arrays(&sql, source->lead_count);
        appendStringInfo(&sql, " JOIN %s v ON ", table_name(source->via));
    } else {
        appendStringInfo(&sql, "%s v WHERE ", table_name(source->via));
    }
    add_match(&sql, source, "v", source->via_key, many);
    appendStringInfoString(&sql, many ? " ORDER BY u.ord" : "");
    appendStringInfoString(&sql, source->via_many ? "" : " FOR SHARE OF v");
    ReadTypes read = {1, {INT8OID}};
    read.add_keys(model);
    return keep(model, &sql, source, many, read);
}

// Of contacts with a row in a table.
KeptPlan *make_number_plan(const Model *model, const EventSource *source, const char *table, const NameData *columns, bool many) {
    StringInfoData sql;
    initStringInfo(&sql);
    if (many) {
        appendStringInfoString(&sql, "SELECT u.ord FROM ");
        add_key_arrays(&sql, source->lead_count);
    } else {
        appendStringInfoString(&sql, "SELECT 1::pg_catalog.int8");
    }
    appendStringInfo(&sql, " WHERE EXISTS (SELECT FROM %s e WHERE ", table);
    add_match(&sql, source, "e", columns, many);
    appendStringInfoChar(&sql, ')');
    return keep(model, &sql, source, many, {1, {INT8OID}});
}

uint64 run_over(KeptPlan *plan, const EventSource *source, Touched *const *contacts, size_t count) {
    Datum parameters[INDEX_MAX_KEYS];
    auto *column = static_cast<Datum *>(palloc(sizeof(Datum) * count));
    for (int i = 0; i < source->lead_count; ++i) {
        for (size_t n = 0; n < count; ++n) {
            column[n] = contacts[n]->key[i];
        }
        const KeyColumn &key = source->via_keys[i];
        parameters[i] = count == 1 ? column[0]
                                   : PointerGetDatum(construct_array(column, static_cast<int>(count), key.type, key.length,
                                                                     key.by_value, key.alignment));
    }
    // As of now, also in REPEATABLE READ: a contact that came after the transaction's snapshot is there.
    return run_plan_at(plan, parameters, GetLatestSnapshot(), SPI_OK_SELECT);
}

} // namespace

uint64 find_leads_of_contacts(Model *model, const EventSource *source, Touched *const *contacts, size_t count) {
    const bool many = count > 1;
    KeptPlan **plan = plan_of(&contact_plans_for(model, source)->leads, many);
    if (*plan == nullptr) {
        *plan = make_leads_plan(model, source, many);
    }
    return run_over(*plan, source, contacts, count);
}

uint64 find_contacts_there(Model *model, const EventSource *source, Touched *const *contacts, size_t count) {
    const bool many = count > 1;
    KeptPlan **plan = plan_of(&contact_plans_for(model, source)->there, many);
    if (*plan == nullptr) {
        *plan = make_number_plan(model, source, table_name(source->via), source->via_key, many);
    }
    return run_over(*plan, source, contacts, count);
}

uint64 find_contacts_with_events(Model *model, const EventSource *source, Touched *const *contacts, size_t count) {
    const bool many = count > 1;
    KeptPlan **plan = plan_of(&contact_plans_for(model, source)->events, many);
    if (*plan == nullptr) {
        *plan = make_number_plan(model, source, source->table_name, source->lead, many);
    }
    return run_over(*plan, source, contacts, count);
}

} // namespace leadscore
