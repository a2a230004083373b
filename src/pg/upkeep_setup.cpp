// create_upkeep_triggers() and wait_for_writers(): what binding a table to a model needs.
#include "upkeep_call.hpp"

#include "apply.hpp"
#include "rules_lock.hpp"

namespace leadscore {

namespace {

// A trigger to be made.
struct Wanted {
    const char *event; // as in its name
    int16 type;        // bits of pg_trigger.tgtype
};

constexpr Wanted statement_triggers[] = {
    {"insert", TRIGGER_TYPE_INSERT},
    {"update", TRIGGER_TYPE_UPDATE},
    {"delete", TRIGGER_TYPE_DELETE},
    {"truncate", TRIGGER_TYPE_TRUNCATE},
};
// Says which of the others follow: see firings.hpp.
constexpr Wanted before_writes = {"before", TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE | TRIGGER_TYPE_BEFORE};
// The same, and events are read before they go.
constexpr Wanted before_truncate = {"before_truncate", TRIGGER_TYPE_TRUNCATE | TRIGGER_TYPE_BEFORE};
// Of rows that logical replication applies only row triggers learn.
constexpr Wanted row_triggers[] = {
    {"replica_insert", TRIGGER_TYPE_INSERT | TRIGGER_TYPE_ROW},
    {"replica_update", TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_ROW},
    {"replica_delete", TRIGGER_TYPE_DELETE | TRIGGER_TYPE_ROW},
};

struct Setup {
    const char *model;
    Oid relation;
    Part part;
    int source;
    bool replica;
    Oid function; // upkeep()
    Oid function_owner;
};

// "leadscore_<model>_<part><source>_<event>"; a model's name that is too long for that is cut, and told from others by a hash.
const char *trigger_name(const Setup *setup, const char *event) {
    constexpr const char *start = "leadscore_";
    const char *end = psprintf("_%s%d_%s", part_names[static_cast<int>(setup->part)], setup->source, event);
    const size_t room = NAMEDATALEN - 1 - strlen(start) - strlen(end);
    const size_t size = strlen(setup->model);
    if (size <= room) {
        return psprintf("%s%s%s", start, setup->model, end);
    }
    constexpr size_t hash_size = 9;
    const int kept = pg_mbcliplen(setup->model, static_cast<int>(size), static_cast<int>(room - hash_size));
    const uint32 hash = DatumGetUInt32(hash_any(reinterpret_cast<const unsigned char *>(setup->model), static_cast<int>(size)));
    return psprintf("%s%.*s_%08x%s", start, kept, setup->model, hash, end);
}

// The trigger of upkeep() for the part with all bits of `type` and no others, by what it does: somebody may have renamed it.
bool find_trigger(const Setup *setup, int16 type, NameData *name, char *enabled) {
    Relation relation = table_open(setup->relation, NoLock);
    const TriggerDesc *triggers = relation->trigdesc;
    const char *part = part_names[static_cast<int>(setup->part)];
    bool found = false;
    for (int i = 0; triggers != nullptr && !found && i < triggers->numtriggers; ++i) {
        const Trigger *trigger = &triggers->triggers[i];
        found = trigger->tgfoid == setup->function && trigger->tgtype == type && trigger->tgnargs == 3 &&
                strcmp(trigger->tgargs[0], setup->model) == 0 && strcmp(trigger->tgargs[1], part) == 0 &&
                atoi(trigger->tgargs[2]) == setup->source;
        if (found) {
            namestrcpy(name, trigger->tgname);
            *enabled = trigger->tgenabled;
        }
    }
    table_close(relation, NoLock);
    return found;
}

TriggerTransition *transition(const char *name, bool is_new) {
    TriggerTransition *table = makeNode(TriggerTransition);
    table->name = pstrdup(name);
    table->isNew = is_new;
    table->isTable = true;
    return table;
}

// REFERENCING OLD TABLE AS leadscore_old NEW TABLE AS leadscore_new, of what a statement has.
List *transitions_of(int16 type) {
    List *tables = NIL;
    if (TRIGGER_FOR_ROW(type) || TRIGGER_FOR_BEFORE(type)) {
        return tables;
    }
    if ((type & (TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE)) != 0) {
        tables = lappend(tables, transition("leadscore_old", false));
    }
    if ((type & (TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_INSERT)) != 0) {
        tables = lappend(tables, transition("leadscore_new", true));
    }
    return tables;
}

// Not by SQL, for it is done with the rights of who owns upkeep(): an event trigger would run with them, and find what the caller has put on its path.
void create_trigger(const Setup *setup, const char *name, int16 type) {
    CreateTrigStmt *statement = makeNode(CreateTrigStmt);
    statement->trigname = pstrdup(name);
    statement->args = list_make3(makeString(pstrdup(setup->model)), makeString(pstrdup(part_names[static_cast<int>(setup->part)])),
                                 makeString(psprintf("%d", setup->source)));
    statement->row = TRIGGER_FOR_ROW(type);
    statement->timing = static_cast<int16>(type & TRIGGER_TYPE_TIMING_MASK);
    statement->events = static_cast<int16>(type & TRIGGER_TYPE_EVENT_MASK);
    statement->transitionRels = transitions_of(type);
    const OwnerRights rights = rights_now();
    SetUserIdAndSecContext(setup->function_owner, rights.context | SECURITY_LOCAL_USERID_CHANGE);
    CreateTrigger(statement, nullptr, setup->relation, InvalidOid, InvalidOid, InvalidOid, setup->function, InvalidOid, nullptr, false, false);
    SetUserIdAndSecContext(rights.user, rights.context);
    CommandCounterIncrement();
}

// `enabled`: as in pg_trigger. A trigger that somebody disabled stays so.
void want_trigger(const Setup *setup, const Wanted &wanted, char enabled) {
    NameData name;
    char now = TRIGGER_FIRES_ON_ORIGIN;
    if (!find_trigger(setup, wanted.type, &name, &now)) {
        namestrcpy(&name, trigger_name(setup, wanted.event));
        create_trigger(setup, NameStr(name), wanted.type);
    }
    if (now != enabled && now != TRIGGER_DISABLED) {
        Relation relation = table_open(setup->relation, NoLock);
        LEADSCORE_ENABLE_TRIGGER(relation, NameStr(name), enabled);
        table_close(relation, NoLock);
        CommandCounterIncrement();
    }
}

void create_triggers(const Setup *setup) {
    // TRUNCATE is the one statement that logical replication applies as such.
    const char truncate = setup->replica ? TRIGGER_FIRES_ALWAYS : TRIGGER_FIRES_ON_ORIGIN;
    for (const Wanted &wanted : statement_triggers) {
        want_trigger(setup, wanted, wanted.type == TRIGGER_TYPE_TRUNCATE ? truncate : TRIGGER_FIRES_ON_ORIGIN);
    }
    want_trigger(setup, before_writes, TRIGGER_FIRES_ON_ORIGIN);
    want_trigger(setup, before_truncate, truncate);
    // Partitions would get copies of their parent's row triggers; they have their own.
    if (setup->replica && get_rel_relkind(setup->relation) != RELKIND_PARTITIONED_TABLE) {
        for (const Wanted &wanted : row_triggers) {
            want_trigger(setup, wanted, TRIGGER_FIRES_ON_REPLICA);
        }
    }
}

void require_owner(Oid table) {
    if (!LEADSCORE_OWNS_TABLE(table, GetUserId())) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("must be owner of table %s", get_rel_name(table))));
    }
}

void require_own_table(Oid table) {
    if (get_rel_name(table) == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("table with OID %u does not exist", table)));
    }
    require_owner(table);
}

// Locked as CREATE TRIGGER does, so that it keeps its owner. Who is none makes no writer wait.
void lock_own_table(Oid table) {
    require_own_table(table);
    LockRelationOid(table, ShareRowExclusiveLock);
    require_own_table(table);
}

void read_model(Setup *setup, const char *schema) {
    Oid types[] = {TEXTOID};
    Datum values[] = {CStringGetTextDatum(setup->model)};
    const char *sql = psprintf("SELECT m.leads::pg_catalog.oid, m.replica FROM %s.model m WHERE m.name OPERATOR(pg_catalog.=) $1",
                               quote_identifier(schema));
    if (SPI_execute_with_args(sql, 1, types, values, nullptr, false, 1) != SPI_OK_SELECT || SPI_processed != 1) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("there is no model \"%s\"", setup->model)));
    }
    bool is_null = false;
    require_owner(DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null)));
    setup->replica = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &is_null));
}

Oid owner_of_function(Oid function) {
    HeapTuple found = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(found)) {
        elog(ERROR, "leadscore: cache lookup failed for function %u", function);
    }
    const Oid owner = reinterpret_cast<Form_pg_proc>(GETSTRUCT(found))->proowner;
    ReleaseSysCache(found);
    return owner;
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_create_upkeep_triggers);
LEADSCORE_FUNCTION(leadscore_wait_for_writers);
LEADSCORE_FUNCTION(leadscore_lock_itself);
LEADSCORE_FUNCTION(leadscore_hold_rules);

// EXECUTE on upkeep() is nobody's but its owner's, so that it sits on registered tables only: the triggers are made as that
// owner, for those who own both tables.
Datum leadscore_create_upkeep_triggers(PG_FUNCTION_ARGS) {
    Setup setup = {};
    setup.model = text_to_cstring(PG_GETARG_TEXT_PP(0));
    setup.relation = PG_GETARG_OID(1);
    setup.source = PG_GETARG_INT32(3);
    const char *part = text_to_cstring(PG_GETARG_TEXT_PP(2));
    if (!read_part(part, &setup.part)) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a model has no part \"%s\"", part)));
    }
    char *schema = get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid));
    setup.function = LookupFuncName(list_make2(makeString(schema), makeString(pstrdup("upkeep"))), 0, nullptr, false);
    setup.function_owner = owner_of_function(setup.function);
    lock_own_table(setup.relation);
    SPI_connect();
    read_model(&setup, schema);
    SPI_finish();
    create_triggers(&setup);
    PG_RETURN_VOID();
}

// LOCK TABLE does not take sequences, and of a view it locks all tables below.
Datum leadscore_lock_itself(PG_FUNCTION_ARGS) {
    const Oid relation = PG_GETARG_OID(0);
    if (get_rel_name(relation) == nullptr) {
        PG_RETURN_VOID();
    }
    require_owner(relation);
    if (!PG_GETARG_BOOL(1)) {
        LockRelationOid(relation, AccessExclusiveLock);
    } else if (!ConditionalLockRelationOid(relation, AccessExclusiveLock)) {
        ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE), errmsg("could not obtain lock on relation \"%s\"", get_rel_name(relation))));
    }
    PG_RETURN_VOID();
}

Datum leadscore_hold_rules(PG_FUNCTION_ARGS) {
    const Oid scores = PG_GETARG_OID(0);
    if (get_rel_name(scores) == nullptr) {
        PG_RETURN_BOOL(false);
    }
    require_owner(scores);
    PG_RETURN_BOOL(hold_rules(scores, PG_GETARG_BOOL(1)));
}

// Partitions are written to by themselves too.
Datum leadscore_wait_for_writers(PG_FUNCTION_ARGS) {
    const Oid table = PG_GETARG_OID(0);
    if (get_rel_name(table) == nullptr) {
        PG_RETURN_VOID();
    }
    require_owner(table);
    List *tags = NIL;
    ListCell *cell = nullptr;
    foreach (cell, find_all_inheritors(table, NoLock, nullptr)) {
        auto *tag = static_cast<LOCKTAG *>(palloc(sizeof(LOCKTAG)));
        SET_LOCKTAG_RELATION(*tag, MyDatabaseId, lfirst_oid(cell));
        tags = lappend(tags, tag);
    }
    WaitForLockersMultiple(tags, ShareLock, false);
    PG_RETURN_VOID();
}
}
