// The rights and the search path by which upkeep and administration write.
#include "owner_rights.hpp"

#include "lead_refusals.hpp"

extern "C" {
#include "catalog/pg_db_role_setting.h"
#include "utils/guc.h"
#include "utils/rls.h"
}

namespace leadscore {

OwnerRights rights_now() {
    OwnerRights rights = {InvalidOid, 0, 0};
    GetUserIdAndSecContext(&rights.user, &rights.context);
    return rights;
}

OwnerRights become_owner(const Model *model, bool guarded) {
    OwnerRights before = rights_now();
    SetUserIdAndSecContext(model->owner,
                           before.context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS);
    if (model->runs_users_code || guarded || !row_security) {
        before.settings = begin_settings(model->runs_users_code ? model->path : nullptr);
    }
    return before;
}

void become_self(const OwnerRights &rights, bool undo) {
    if (rights.settings != 0) {
        AtEOXact_GUC(!undo, rights.settings);
    }
    SetUserIdAndSecContext(rights.user, rights.context);
}

OwnerRights begin_lead_write(const char *path, bool guarded) {
    OwnerRights before = rights_now();
    if (!guarded) {
        SetUserIdAndSecContext(before.user, before.context & ~SECURITY_RESTRICTED_OPERATION);
    }
    if (path != nullptr) {
        before.settings = begin_settings(path);
    }
    return before;
}

bool has_power(Oid role, Oid other) {
    return role == other || has_privs_of_role(role, other);
}

bool is_guarded(const OwnerRights &before, Oid owner) {
    return (before.context & SECURITY_RESTRICTED_OPERATION) != 0 || !has_power(owner, before.user);
}

namespace {

constexpr const char *path_setting = "search_path=";

// What ALTER ROLE or ALTER DATABASE have set; null if nothing. In the current memory context.
const char *set_path(Relation settings, Oid database, Oid role) {
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_db_role_setting_setdatabase, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(database));
    ScanKeyInit(&keys[1], Anum_pg_db_role_setting_setrole, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(role));
    SysScanDesc scan = systable_beginscan(settings, DbRoleSettingDatidRolidIndexId, true, nullptr, 2, keys);
    const char *path = nullptr;
    HeapTuple found = systable_getnext(scan);
    bool is_null = true;
    const Datum all = HeapTupleIsValid(found) ? heap_getattr(found, Anum_pg_db_role_setting_setconfig, RelationGetDescr(settings), &is_null) : 0;
    if (!is_null) {
        Datum *elements = nullptr;
        int count = 0;
        deconstruct_array(DatumGetArrayTypeP(all), TEXTOID, -1, false, TYPALIGN_INT, &elements, nullptr, &count);
        for (int i = 0; i < count; ++i) {
            const char *setting = TextDatumGetCString(elements[i]);
            if (strncmp(setting, path_setting, strlen(path_setting)) == 0) {
                path = setting + strlen(path_setting);
            }
        }
    }
    systable_endscan(scan);
    return path;
}

// In the order in which a session of the owner's would take it. That of the configuration file is not known to other sessions.
const char *own_path(Oid owner) {
    Relation settings = table_open(DbRoleSettingRelationId, AccessShareLock);
    const char *path = set_path(settings, MyDatabaseId, owner);
    if (path == nullptr) {
        path = set_path(settings, InvalidOid, owner);
    }
    if (path == nullptr) {
        path = set_path(settings, MyDatabaseId, InvalidOid);
    }
    table_close(settings, AccessShareLock);
    return path != nullptr ? path : "\"$user\", public";
}

bool has_users_type(Oid table) {
    Relation relation = RelationIdGetRelation(table);
    if (!RelationIsValid(relation)) {
        return false;
    }
    bool found = false;
    TupleDesc columns = RelationGetDescr(relation);
    for (int i = 0; i < columns->natts; ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(columns, i);
        found = found || (!column->attisdropped && column->atttypid >= FirstNormalObjectId);
    }
    RelationClose(relation);
    return found;
}

bool is_users(const char *expression) {
    return calls_users_function(static_cast<Node *>(stringToNode(expression)), nullptr);
}

// In checks, defaults and generated columns.
bool have_users_functions(const TupleConstr *constraints) {
    bool found = false;
    for (int i = 0; constraints != nullptr && i < constraints->num_check; ++i) {
        found = found || is_users(constraints->check[i].ccbin);
    }
    for (int i = 0; constraints != nullptr && i < constraints->num_defval; ++i) {
        found = found || is_users(constraints->defval[i].adbin);
    }
    return found;
}

// Triggers, and functions in indexes and wherever a value is computed or checked.
bool has_users_things(Oid table) {
    Relation relation = RelationIdGetRelation(table);
    if (!RelationIsValid(relation)) {
        return false;
    }
    bool found = relation->trigdesc != nullptr || have_users_functions(RelationGetDescr(relation)->constr);
    ListCell *cell = nullptr;
    foreach (cell, RelationGetIndexList(relation)) {
        Relation index = index_open(lfirst_oid(cell), AccessShareLock);
        found = found || calls_users_function(reinterpret_cast<Node *>(RelationGetIndexExpressions(index)), nullptr) ||
                calls_users_function(reinterpret_cast<Node *>(RelationGetIndexPredicate(index)), nullptr);
        index_close(index, AccessShareLock);
    }
    RelationClose(relation);
    return found;
}

// Whether nobody can put things into the schema who could not act as the role anyway.
bool is_safe_schema(Oid schema, Oid role) {
    HeapTuple found = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
    if (!HeapTupleIsValid(found)) {
        return false;
    }
    bool safe = has_power(reinterpret_cast<Form_pg_namespace>(GETSTRUCT(found))->nspowner, role);
    bool is_null = true;
    const Datum grants = SysCacheGetAttr(NAMESPACEOID, found, Anum_pg_namespace_nspacl, &is_null);
    if (!is_null) {
        const Acl *list = DatumGetAclP(grants);
        for (int i = 0; i < ACL_NUM(list); ++i) {
            const AclItem &grant = ACL_DAT(list)[i];
            safe = safe && ((ACLITEM_GET_PRIVS(grant) & ACL_CREATE) == 0 || (grant.ai_grantee != ACL_ID_PUBLIC && has_power(grant.ai_grantee, role)));
        }
    }
    ReleaseSysCache(found);
    return safe;
}

} // namespace

const char *path_of_owner(Oid owner, Oid table) {
    const char *path = own_path(owner);
    const Oid schema = get_rel_namespace(table);
    const char *last = is_safe_schema(schema, owner) ? quote_identifier(get_namespace_name(schema)) : "pg_catalog";
    return psprintf("%s%s%s, pg_temp", path, path[0] != '\0' ? ", " : "", last);
}

int begin_settings(const char *path) {
    const int level = NewGUCNestLevel();
    if (!row_security) {
        set_config_option("row_security", "on", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, ERROR, false);
    }
    if (path != nullptr && set_config_option("search_path", path, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, DEBUG1, false) <= 0) {
        set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, ERROR, false);
    }
    return level;
}

bool runs_users_code(const Model *model) {
    bool found = has_users_type(model->leads) || has_users_things(model->scores);
    for (const Oid companion : model->companions) {
        found = found || has_users_things(companion);
    }
    for (int i = 0; !found && i < model->event_source_count; ++i) {
        const EventSource &source = model->event_sources[i];
        found = has_users_type(source.table) || (OidIsValid(source.via) && has_users_type(source.via));
    }
    for (int i = 0; !found && i < model->attribute_source_count; ++i) {
        found = has_users_type(model->attribute_sources[i].table);
    }
    return found;
}

} // namespace leadscore
