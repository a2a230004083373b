// Reading a model from the catalogs.
#include "../core/tally_bytes.hpp"

#include "model_load.hpp"

#include "apply.hpp"
#include "collations.hpp"
#include "column_reader.hpp"
#include "care.hpp"
#include "common_key.hpp"
#include "lead_refusals.hpp"
#include "model_tables.hpp"
#include "rules_value.hpp"
#include "source_use.hpp"

namespace leadscore {

// The same in all sessions, for it is written down: quote_all_identifiers is whatever the writer has set.
const char *table_name(Oid table) {
    const char *schema = get_namespace_name(get_rel_namespace(table));
    const char *name = get_rel_name(table);
    if (schema == nullptr || name == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("there is no table with OID %u", table)));
    }
    const bool quoted = quote_all_identifiers;
    quote_all_identifiers = false;
    const char *both = quote_qualified_identifier(schema, name);
    quote_all_identifiers = quoted;
    return both;
}

Oid model_catalog() {
    const Oid schema = get_namespace_oid("leadscore", true);
    return OidIsValid(schema) ? get_relname_relid("model", schema) : InvalidOid;
}

const char *operator_name(Oid number) {
    HeapTuple found = SearchSysCache1(OPEROID, ObjectIdGetDatum(number));
    if (!HeapTupleIsValid(found)) {
        elog(ERROR, "leadscore: operator %u is gone", number);
    }
    const auto *form = reinterpret_cast<Form_pg_operator>(GETSTRUCT(found));
    const char *name =
        psprintf("OPERATOR(%s.%s)", quote_identifier(get_namespace_name(form->oprnamespace)), NameStr(form->oprname));
    ReleaseSysCache(found);
    return name;
}

namespace {

// A row of a catalog query.
struct Row {
    HeapTuple tuple;
    TupleDesc descriptor;

    Datum get(const char *column, bool *is_null) const {
        const int number = SPI_fnumber(descriptor, column);
        return number > 0 ? SPI_getbinval(tuple, descriptor, number, is_null) : (*is_null = true, static_cast<Datum>(0));
    }
    Oid oid(const char *column) const {
        bool is_null = false;
        const Datum datum = get(column, &is_null);
        return is_null ? InvalidOid : DatumGetObjectId(datum);
    }
    // Fills `out`; false unless there are `count` of them.
    bool oids(const char *column, Oid *out, int count) const {
        bool is_null = false;
        const Datum datum = get(column, &is_null);
        Datum *elements = nullptr;
        int found = 0;
        if (!is_null) {
            deconstruct_array(DatumGetArrayTypeP(datum), OIDOID, sizeof(Oid), true, TYPALIGN_INT, &elements, nullptr, &found);
        }
        for (int i = 0; i < count && i < found; ++i) {
            out[i] = DatumGetObjectId(elements[i]);
        }
        return found == count;
    }
    int number(const char *column) const {
        bool is_null = false;
        const Datum datum = get(column, &is_null);
        return is_null ? 0 : DatumGetInt32(datum);
    }
    bool flag(const char *column) const {
        bool is_null = false;
        const Datum datum = get(column, &is_null);
        return !is_null && DatumGetBool(datum);
    }
    // Copied into the current context; null for a null.
    const char *string(const char *column) const {
        bool is_null = false;
        const Datum datum = get(column, &is_null);
        return is_null ? nullptr : text_to_cstring(DatumGetTextPP(datum));
    }
    bool name(const char *column, NameData *out) const {
        bool is_null = false;
        const Datum datum = get(column, &is_null);
        namestrcpy(out, is_null ? "" : NameStr(*DatumGetName(datum)));
        return !is_null;
    }
    int names(const char *column, NameData *out) const {
        bool is_null = false;
        const Datum datum = get(column, &is_null);
        if (is_null) {
            return 0;
        }
        Datum *elements = nullptr;
        int count = 0;
        deconstruct_array(DatumGetArrayTypeP(datum), NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR, &elements, nullptr, &count);
        if (count > INDEX_MAX_KEYS) {
            ereport(ERROR, (errcode(ERRCODE_TOO_MANY_COLUMNS), errmsg("a key has too many columns")));
        }
        for (int i = 0; i < count; ++i) {
            namestrcpy(&out[i], NameStr(*DatumGetName(elements[i])));
        }
        return count;
    }
};

// Rows of a query about one model, read as of now.
uint64 query(const char *sql, const char *model, SPITupleTable **rows) {
    Oid types[] = {TEXTOID};
    SPIPlanPtr plan = SPI_prepare(sql, 1, types);
    if (plan == nullptr) {
        elog(ERROR, "leadscore: SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
    }
    Datum values[] = {CStringGetTextDatum(model)};
    const int result = SPI_execute_snapshot(plan, values, nullptr, GetLatestSnapshot(), InvalidSnapshot, true, false, 0);
    if (result != SPI_OK_SELECT) {
        elog(ERROR, "leadscore: %s", SPI_result_code_string(result));
    }
    *rows = SPI_tuptable;
    return SPI_processed;
}

} // namespace

bool fill_key_column(KeyColumn *key, const FormData_pg_attribute *column, MemoryContext memory) {
    key->type = getBaseType(column->atttypid);
    key->collation = column->attcollation;
    key->length = column->attlen;
    key->by_value = column->attbyval;
    key->alignment = column->attalign;
    key->array_type = get_array_type(key->type);
    const TypeCacheEntry *type = lookup_type_cache(key->type, TYPECACHE_LT_OPR | TYPECACHE_EQ_OPR);
    if (!OidIsValid(type->lt_opr) || !OidIsValid(type->eq_opr) || !OidIsValid(key->array_type)) {
        return false;
    }
    key->equal = operator_name(type->eq_opr);
    memset(&key->order, 0, sizeof key->order);
    key->order.ssup_cxt = memory;
    key->order.ssup_collation = key->collation;
    key->order.ssup_nulls_first = false;
    PrepareSortSupportFromOrderingOp(type->lt_opr, &key->order);
    return true;
}

namespace {

// The key by which events name the row of another table that leads on to their lead.
KeyColumn *read_via_keys(const EventSource *source, MemoryContext memory) {
    Relation via = RelationIdGetRelation(source->via);
    if (!RelationIsValid(via)) {
        return nullptr;
    }
    auto *keys = static_cast<KeyColumn *>(palloc0(sizeof(KeyColumn) * static_cast<size_t>(source->lead_count)));
    for (int i = 0; keys != nullptr && i < source->lead_count; ++i) {
        const AttrNumber number = get_attnum(source->via, NameStr(source->via_key[i]));
        keys[i].name = source->via_key[i];
        if (number <= 0 || !fill_key_column(&keys[i], TupleDescAttr(RelationGetDescr(via), number - 1), memory)) {
            keys = nullptr;
        }
    }
    RelationClose(via);
    return keys;
}

bool read_keys(Model *model, const NameData *names, const char **why) {
    Relation scores = RelationIdGetRelation(model->scores);
    if (!RelationIsValid(scores)) {
        *why = "its score table is gone";
        return false;
    }
    bool good = model->key_count > 0 && RelationGetNumberOfAttributes(scores) > model->key_count;
    if (!good || !has_score_key(scores, model->key_count)) {
        *why = "its score table has lost its primary key: leadscore.rebuild() makes it anew";
        good = false;
    }
    for (int i = 0; good && i < model->key_count; ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(RelationGetDescr(scores), i);
        if (column->attisdropped || get_attnum(model->leads, NameStr(names[i])) == InvalidAttrNumber) {
            *why = "a key column is gone";
            good = false;
            break;
        }
        KeyColumn *key = &model->keys[i];
        key->name = names[i];
        key->stored_name = column->attname;
        if (!fill_key_column(key, column, model->memory)) {
            *why = "the type of a key column has no order";
            good = false;
            break;
        }
        if (!can_name_key(getBaseType(get_atttype(model->leads, get_attnum(model->leads, NameStr(names[i])))), key->type)) {
            *why = "a key column is of another type in its leads table than in its score table: leadscore.rebuild() follows";
            good = false;
            break;
        }
        if (!can_compare(column_collation(model->leads, &names[i]), key->collation)) {
            *why = "a key column has another collation in its leads table than in its score table: leadscore.rebuild() follows";
            good = false;
            break;
        }
    }
    model->one_spelling = !good || has_one_spelling(scores);
    if (good && !has_table_columns(model, RelationGetDescr(scores))) {
        *why = "one of its tables was altered: undo that and call leadscore.rebuild(), or drop the model and create it again";
        good = false;
    }
    RelationClose(scores);
    return good;
}

void read_counted_tables(Model *model) {
    SPITupleTable *rows = nullptr;
    const uint64 count = query("SELECT DISTINCT t.relation::pg_catalog.oid AS relation FROM leadscore.model m JOIN "
                               "leadscore.model o ON o.leads OPERATOR(pg_catalog.=) m.leads "
                               "JOIN leadscore.event_source e ON e.model OPERATOR(pg_catalog.=) o.name CROSS JOIN LATERAL "
                               "(VALUES (e.events), (e.via)) t(relation) "
                               "WHERE m.name OPERATOR(pg_catalog.=) $1 AND t.relation IS NOT NULL ORDER BY 1",
                               model->name, &rows);
    model->counted_tables = static_cast<Oid *>(MemoryContextAlloc(model->memory, sizeof(Oid) * (count + 1)));
    for (uint64 i = 0; i < count; ++i) {
        const Row row = {rows->vals[i], rows->tupdesc};
        model->counted_tables[model->counted_table_count++] = row.oid("relation");
    }
}

// as_now: with their columns as they are called now, not as they are written down.
void read_sources(Model *model, bool as_now) {
    SPITupleTable *rows = nullptr;
    uint64 count =
        query(psprintf("SELECT e.source, e.events::pg_catalog.oid AS events, e.lead_columns, e.at_column, e.kind, e.kind_column, "
              "e.properties_column, e.deleted_column, e.via::pg_catalog.oid AS via, e.via_key_columns, e.via_lead_columns, e.via_many "
              "FROM leadscore.%s e WHERE e.model OPERATOR(pg_catalog.=) $1 ORDER BY e.source", as_now ? "event_sources($1)" : "event_source"),
              model->name, &rows);
    MemoryContext old = MemoryContextSwitchTo(model->memory);
    model->event_sources = static_cast<EventSource *>(palloc0(sizeof(EventSource) * (count + 1)));
    for (uint64 i = 0; i < count; ++i) {
        const Row row = {rows->vals[i], rows->tupdesc};
        EventSource *source = &model->event_sources[model->event_source_count++];
        source->number = row.number("source");
        source->table = row.oid("events");
        source->table_name = get_rel_name(source->table) != nullptr ? table_name(source->table) : "";
        source->lead_count = row.names("lead_columns", source->lead);
        row.name("at_column", &source->at);
        source->kind = row.string("kind");
        row.name("kind_column", &source->kind_from);
        source->has_properties = row.name("properties_column", &source->properties);
        source->may_be_deleted = row.name("deleted_column", &source->deleted);
        source->via = row.oid("via");
        row.names("via_key_columns", source->via_key);
        row.names("via_lead_columns", source->via_lead);
        source->via_many = row.flag("via_many");
        if (OidIsValid(source->via)) {
            source->via_keys = read_via_keys(source, model->memory);
        }
        source->usable = can_use_events(model, source);
    }
    MemoryContextSwitchTo(old);
    read_counted_tables(model);
    count = query(psprintf("SELECT a.source, a.relation::pg_catalog.oid AS relation, a.on_columns, a.key_columns, a.prefix "
                           "FROM leadscore.%s a WHERE a.model OPERATOR(pg_catalog.=) $1 ORDER BY a.source",
                           as_now ? "attribute_sources($1)" : "attribute_source"),
                  model->name, &rows);
    old = MemoryContextSwitchTo(model->memory);
    model->attribute_sources = static_cast<AttributeSource *>(palloc0(sizeof(AttributeSource) * (count + 1)));
    for (uint64 i = 0; i < count; ++i) {
        const Row row = {rows->vals[i], rows->tupdesc};
        AttributeSource *source = &model->attribute_sources[model->attribute_source_count++];
        source->number = row.number("source");
        source->table = row.oid("relation");
        source->column_count = row.names("on_columns", source->on);
        row.names("key_columns", source->key);
        source->prefix = row.string("prefix");
        source->usable = can_use_attributes(model, source);
    }
    MemoryContextSwitchTo(old);
}

void mark_lost(Model *model, const char *part, int number) {
    model->leads_lost = model->leads_lost || strcmp(part, "leads") == 0;
    for (int i = 0; i < model->event_source_count; ++i) {
        EventSource *source = &model->event_sources[i];
        source->lost = source->lost || (source->number == number && strcmp(part, "events") == 0);
        source->via_lost = source->via_lost || (source->number == number && strcmp(part, "via") == 0);
    }
    for (int i = 0; i < model->attribute_source_count; ++i) {
        AttributeSource *source = &model->attribute_sources[i];
        source->lost = source->lost || (source->number == number && strcmp(part, "attributes") == 0);
    }
}

// Partitions that were detached and are still there: what is scored now is scored without them, and they may come back.
void read_lost(Model *model) {
    SPITupleTable *rows = nullptr;
    const uint64 count = query("SELECT t.part, t.source FROM leadscore.lost_tables($1) t JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.table_oid "
                               "WHERE t.found IS NULL",
                               model->name, &rows);
    for (uint64 i = 0; i < count; ++i) {
        const Row row = {rows->vals[i], rows->tupdesc};
        mark_lost(model, row.string("part"), row.number("source"));
    }
}

// Freed with the model's memory.
void release_programs(void *argument) {
    auto *model = static_cast<Model *>(argument);
    if (model->collecting != model->program) {
        delete model->collecting;
    }
    delete model->program;
    model->collecting = nullptr;
    model->program = nullptr;
}

void read_programs(Model *model, const Row &row) {
    bool is_null = false;
    bool no_other = false;
    const auto *rules = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(row.get("rules", &is_null)));
    const Datum counted_by = row.get("collected_by", &no_other);
    model->on_release.func = release_programs;
    model->on_release.arg = model;
    MemoryContextRegisterResetCallback(model->memory, &model->on_release);
    MemoryContext old = MemoryContextSwitchTo(model->memory);
    compile_program(model->program, rules, model->memory);
    const auto *other = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(counted_by));
    if (rules_digest(other) == rules_digest(rules)) {
        model->collecting = model->program;
    } else {
        compile_program(model->collecting, other, model->memory);
    }
    model->event_fields = make_field_fetch(model->collecting->events->field_names(), model->memory);
    model->attribute_fields = make_field_fetch(model->program->scores->field_names(), model->memory);
    MemoryContextSwitchTo(old);
}

// Whether a column of this name is in the table and may be written.
bool has_column(Oid table, const NameData *name) {
    return NameStr(*name)[0] != '\0' && get_attnum(table, NameStr(*name)) > 0;
}

bool fill_model(Model *model, const Row &row, const char **why) {
    MemoryContext old = MemoryContextSwitchTo(model->memory);
    NameData keys[INDEX_MAX_KEYS];
    model->key_count = row.names("key_columns", keys);
    model->leads_name = table_name(model->leads);
    model->scores_name = table_name(model->scores);
    model->stage_change_name = table_name(model->companions[0]);
    model->adjustment_name = table_name(model->companions[1]);
    model->refused_name = table_name(model->companions[2]);
    model->queue_name = table_name(model->companions[3]);
    const char *upkeep = row.string("upkeep");
    model->queued = upkeep != nullptr && strcmp(upkeep, "queued") == 0;
    model->paused = row.flag("paused");
    model->channel = row.string("channel");
    row.name("score_column", &model->score_column);
    row.name("stage_column", &model->stage_column);
    // Columns that somebody dropped are no longer kept; model_status tells.
    model->mirror =
        row.flag("mirror") && has_column(model->leads, &model->score_column) && has_column(model->leads, &model->stage_column);
    // Models on one table meet at its rows: else a writer that holds a score row of this one and wants a row of another could
    // meet one that does it the other way round.
    model->locks_leads = model->mirror || row.flag("meets_others");
    model->version = row.number("version");
    model->changed_here = TransactionIdIsCurrentTransactionId(row.oid("written_by")); // both are 32 bits
    model->evidence = row.number("evidence");
    model->active_evidence = row.number("active_evidence");
    model->collects_all = row.flag("collects_all");
    model->is_settling = row.flag("is_settling");
    const bool good = read_keys(model, keys, why);
    MemoryContextSwitchTo(old);
    return good;
}

// The stored names no longer fit the tables: columns were renamed, or a restored table numbers them otherwise.
bool columns_moved(const char *name) {
    SPITupleTable *rows = nullptr;
    query("SELECT leadscore.columns_moved($1) AS moved", name, &rows);
    const Row row = {rows->vals[0], rows->tupdesc};
    return row.flag("moved");
}

void read_known_evidence(Datum empty, KnownEvidence *known, MemoryContext memory) {
    const auto *flat = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(empty));
    const std::string_view bytes(VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat));
    MemoryContext old = MemoryContextSwitchTo(memory);
    call_core([&bytes, known] {
        Tally tally;
        read_tally_bytes(bytes, tally);
        known->digest = tally.digest;
        known->count = tally.ids.size();
        const char *copy = copy_out({reinterpret_cast<const char *>(tally.ids.data()), tally.ids.size() * sizeof(EvidenceId)}, 0);
        known->ids = reinterpret_cast<const EvidenceId *>(copy);
    });
    MemoryContextSwitchTo(old);
}

} // namespace

namespace {

// What load_model() and check_model() have in common.
// Of loading one whose tables are dropped and made again meanwhile.
constexpr int most_attempts = 10;

struct Load {
    const char *name;
    bool check; // only look: no locks, no writes, and the model is not kept
    Model *model;
    const char *why;
    const char *doubts;
    bool gone; // its tables were dropped while their lock was waited for; another model may have come in its place
};

// Renamed columns are written down by one writer, whose transaction may be long: nobody waits for it, nor fails for it. False if it is another.
bool follow_columns(const char *name) {
    if (IsolationUsesXactSnapshot()) {
        return false;
    }
    Oid types[] = {TEXTOID};
    Datum values[] = {CStringGetTextDatum(name)};
    SPI_execute_with_args("SELECT FROM leadscore.model m WHERE m.name OPERATOR(pg_catalog.=) $1 FOR NO KEY UPDATE SKIP LOCKED", 1, types,
                          values, nullptr, false, 0);
    if (SPI_processed == 0) {
        return false;
    }
    SPI_execute_with_args("SELECT leadscore.sync_columns($1)", 1, types, values, nullptr, false, 0);
    return true;
}

// as_now: with the columns of leads as they are called now, not as they are written down.
uint64 query_model(const char *name, bool as_now, SPITupleTable **rows) {
    const char *sql = psprintf(
        "SELECT m.leads::pg_catalog.oid AS leads, m.scores::pg_catalog.oid AS scores, m.companions::pg_catalog.oid[] AS "
        "companions, %s AS key_columns, m.upkeep, m.paused, m.mirror, %s AS score_column, "
        "%s AS stage_column, m.channel, m.version, m.evidence, m.xmin AS written_by, r.rules, r.evidence AS active_evidence, s.rules AS collected_by, "
        "CASE WHEN m.next_version IS NULL THEN m.evidence OPERATOR(pg_catalog.=) r.evidence ELSE m.told OPERATOR(pg_catalog.>=) m.next_version END AS collects_all, "
        "m.settled OPERATOR(pg_catalog.<) m.version AND m.told OPERATOR(pg_catalog.<) m.version AS is_settling, "
        "EXISTS (SELECT FROM leadscore.model o WHERE o.leads OPERATOR(pg_catalog.=) m.leads AND o.name OPERATOR(pg_catalog.<>) "
        "m.name "
        "AND o.upkeep OPERATOR(pg_catalog.=) 'immediate' AND (o.mirror OR m.upkeep OPERATOR(pg_catalog.=) 'immediate')) AS "
        "meets_others, "
        "leadscore.current_names(f.leads, f.key_columns, f.key_numbers) AS common_key, f.scores::pg_catalog.oid AS common_scores "
        "FROM leadscore.model m CROSS JOIN LATERAL (SELECT o.leads, o.scores, o.key_columns, o.key_numbers FROM leadscore.model o "
        "WHERE o.leads OPERATOR(pg_catalog.=) m.leads ORDER BY o.created_at, o.name LIMIT 1) f "
        "JOIN leadscore.rules_version r ON r.model OPERATOR(pg_catalog.=) m.name AND r.version OPERATOR(pg_catalog.=) m.version "
        "JOIN leadscore.evidence_set s ON s.model OPERATOR(pg_catalog.=) m.name AND s.evidence OPERATOR(pg_catalog.=) m.evidence "
        "WHERE m.name OPERATOR(pg_catalog.=) $1",
        as_now ? "leadscore.current_names(m.leads, m.key_columns, m.key_numbers)" : "m.key_columns",
        as_now ? "COALESCE((leadscore.mirror_columns(m))[1], m.score_column)" : "m.score_column",
        as_now ? "COALESCE((leadscore.mirror_columns(m))[2], m.stage_column)" : "m.stage_column");
    return query(sql, name, rows);
}

void read_model(Load *load) {
    if (!OidIsValid(model_catalog())) {
        load->why = "the extension's schema was renamed";
        return;
    }
    // Whoever writes need not be allowed to read the catalogs' functions; and what runs here is the owner's.
    SPITupleTable *rows = nullptr;
    if (query_model(load->name, false, &rows) != 1) {
        load->why = "there is no such model, or its rules are gone from the catalogs";
        return;
    }
    Row row = {rows->vals[0], rows->tupdesc};
    MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "leadscore model", ALLOCSET_DEFAULT_SIZES);
    auto *model = static_cast<Model *>(MemoryContextAllocZero(memory, sizeof(Model)));
    model->memory = memory;
    snprintf(model->name, NAMEDATALEN, "%s", load->name);
    MemoryContextSetIdentifier(memory, model->name);
    model->leads = row.oid("leads");
    model->scores = row.oid("scores");
    if (!row.oids("companions", model->companions, lengthof(model->companions)) || !has_own_tables(model, &load->why)) {
        return;
    }
    const OwnerRights rights = become_owner(model);
    if (!load->check) {
        LockRelationOid(model->scores, RowExclusiveLock);
        if (!has_own_tables(model, &load->why)) {
            become_self(rights);
            load->gone = true;
            return;
        }
    }
    const bool moved = columns_moved(load->name);
    const bool as_now = moved && !load->check && !follow_columns(load->name);
    if (!moved || (!load->check && query_model(load->name, as_now, &rows) == 1)) {
        row = {rows->vals[0], rows->tupdesc};
        if (fill_model(model, row, &load->why)) {
            read_programs(model, row);
            read_sources(model, as_now);
            read_lost(model);
            NameData common_key[INDEX_MAX_KEYS];
            const int count = row.names("common_key", common_key);
            model->in_order = by_common_key(model, row.oid("common_scores"), common_key, count);
            model->doubts = find_doubts(model);
            MemoryContext old = MemoryContextSwitchTo(model->memory);
            model->path = path_of_owner(model->owner, model->leads);
            MemoryContextSwitchTo(old);
            model->runs_users_code = runs_users_code(model);
            load->model = model;
        }
    }
    become_self(rights);
}

// Rules that the server can no longer compile, a catalog that somebody wrote into: whatever it is, it must not stop a write.
void read_with_care(void *argument) {
    auto *load = static_cast<Load *>(argument);
    MemoryContext outside = CurrentMemoryContext;
    SPI_connect();
    read_model(load);
    if (load->check && load->model != nullptr && load->model->doubts != nullptr) {
        load->doubts = MemoryContextStrdup(outside, load->model->doubts);
    }
    if (load->model != nullptr && !load->check) {
        // Only now that nothing can fail does it outlive this call.
        MemoryContextSetParent(load->model->memory, CacheMemoryContext);
    }
    SPI_finish();
}

} // namespace

Model *load_model(const char *name, const char **why) {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        Load load = {name, false, nullptr, *why, nullptr, false};
        const char *message = nullptr;
        if (!run_with_care(read_with_care, &load, &message)) {
            *why = message;
            return nullptr;
        }
        *why = load.why;
        if (!load.gone) {
            return load.model;
        }
    }
    return nullptr;
}

const char *check_model(const char *name, const char **doubts) {
    Load load = {name, true, nullptr, nullptr, nullptr, false};
    const char *message = nullptr;
    if (!run_with_care(read_with_care, &load, &message)) {
        return message;
    }
    *doubts = load.doubts;
    return load.why;
}

bool leads_may_refuse(Model *model) {
    if (!model->refusals_known) {
        MemoryContext old = MemoryContextSwitchTo(model->memory);
        const LeadRefusals refusals =
            find_lead_refusals(model->leads, NameStr(model->score_column), NameStr(model->stage_column));
        MemoryContextSwitchTo(old);
        model->leads_may_refuse = refusals.possible;
        model->deferred_refusals = refusals.deferred;
        model->refusals_known = true;
    }
    return model->leads_may_refuse;
}

const KnownEvidence *known_evidence(Model *model, int number) {
    for (const KnownEvidence *known = model->known; known != nullptr; known = known->next) {
        if (known->number == number) {
            return known;
        }
    }
    SPITupleTable *rows = nullptr;
    const uint64 count = query(psprintf("SELECT s.empty, s.lapsed FROM leadscore.evidence_set s WHERE s.model OPERATOR(pg_catalog.=) $1 "
                                        "AND s.evidence OPERATOR(pg_catalog.=) %d",
                                        number),
                               model->name, &rows);
    if (count != 1) {
        return nullptr;
    }
    bool is_null = false;
    const Datum empty = SPI_getbinval(rows->vals[0], rows->tupdesc, 1, &is_null);
    auto *known = static_cast<KnownEvidence *>(MemoryContextAllocZero(model->memory, sizeof(KnownEvidence)));
    known->number = number;
    known->lapsed = DatumGetBool(SPI_getbinval(rows->vals[0], rows->tupdesc, 2, &is_null));
    read_known_evidence(empty, known, model->memory);
    known->next = model->known;
    model->known = known;
    return known;
}

} // namespace leadscore
