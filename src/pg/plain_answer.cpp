// plain_answer(): a query of one table that runs nothing of its owner's, for who reads model_status.
//
// The planner computes what is constant in all expressions that are kept of a table, whether a query needs them or not. So the
// table is looked at when the query has found it by its name and it is locked, and in the catalogs as they are then: what an
// older snapshot shows, or what had the name before somebody waited for a lock, is not what is planned.
#include "guard.hpp"

extern "C" {
#include "catalog/pg_inherits.h"
#include "catalog/pg_statistic_ext.h"
#include "utils/plancache.h"
#include "utils/rls.h"
}

namespace leadscore {

namespace {

// That of the ranking index calls nothing but a cast of the server's, as the type of the score is looked at.
constexpr const char *ranking_expression = "(score)::numeric(28,6)";
constexpr const char *columns_read[] = {"present", "version", "due", "score", "source", "reason", "events"};

bool has_plain_columns(TupleDesc columns) {
    for (int i = 0; i < columns->natts; ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(columns, i);
        bool read = false;
        for (const char *name : columns_read) {
            read = read || strcmp(NameStr(column->attname), name) == 0;
        }
        if (!column->attisdropped && ((read && column->atttypid >= FirstNormalObjectId) || column->attgenerated == 'v')) {
            return false;
        }
    }
    return columns->constr == nullptr || columns->constr->num_check == 0;
}

bool is_plain_index(Oid index, Oid table) {
    HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
    if (!HeapTupleIsValid(row)) {
        return false;
    }
    bool no_predicate = false;
    bool no_expression = false;
    SysCacheGetAttr(INDEXRELID, row, Anum_pg_index_indpred, &no_predicate);
    const Datum expressions = SysCacheGetAttr(INDEXRELID, row, Anum_pg_index_indexprs, &no_expression);
    const bool plain =
        no_predicate &&
        (no_expression || strcmp(TextDatumGetCString(DirectFunctionCall2(pg_get_expr, expressions, ObjectIdGetDatum(table))),
                                 ranking_expression) == 0);
    ReleaseSysCache(row);
    return plain;
}

bool is_plain_statistics(Oid statistics) {
    HeapTuple row = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(statistics));
    bool no_expression = false;
    if (HeapTupleIsValid(row)) {
        SysCacheGetAttr(STATEXTOID, row, Anum_pg_statistic_ext_stxexprs, &no_expression);
        ReleaseSysCache(row);
    }
    return no_expression;
}

bool is_there(Oid table) {
    return SearchSysCacheExists1(RELOID, ObjectIdGetDatum(table));
}

// Whether a table is one whose expressions leadscore itself made, if it has any, and no policy stands before its rows. It is
// locked.
bool is_plain(Relation table) {
    const Oid id = RelationGetRelid(table);
    if (table->rd_rel->relkind != RELKIND_RELATION || table->rd_rel->relispartition ||
        find_inheritance_children(id, NoLock) != NIL || check_enable_rls(id, InvalidOid, true) == RLS_ENABLED ||
        !has_plain_columns(RelationGetDescr(table))) {
        return false;
    }
    bool plain = true;
    ListCell *cell = nullptr;
    foreach (cell, RelationGetIndexList(table)) {
        plain = plain && is_plain_index(lfirst_oid(cell), id);
    }
    foreach (cell, RelationGetStatExtList(table)) {
        plain = plain && is_plain_statistics(lfirst_oid(cell));
    }
    return plain;
}

// Whether a statement reads the table and nothing else: what it names is found, views in their parts, and locked.
bool reads_only(SPIPlanPtr plan, Oid table) {
    ListCell *source = nullptr;
    foreach (source, SPI_plan_get_plan_sources(plan)) {
        const List *relations = static_cast<CachedPlanSource *>(lfirst(source))->relationOids;
        if (relations == NIL) {
            return false;
        }
        ListCell *relation = nullptr;
        foreach (relation, relations) {
            if (lfirst_oid(relation) != table) {
                return false;
            }
        }
    }
    return true;
}

bool may_read(Oid table) {
    return pg_class_aclcheck(table, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
           pg_attribute_aclcheck_all(table, GetUserId(), ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK;
}

bool is_plain_table(Oid id) {
    Relation table = is_there(id) && may_read(id) ? try_relation_open(id, AccessShareLock) : nullptr;
    const bool plain = table != nullptr && is_plain(table);
    if (table != nullptr) {
        relation_close(table, NoLock);
    }
    return plain;
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_plain_answer);

Datum leadscore_plain_answer(PG_FUNCTION_ARGS) {
    const Oid table = PG_GETARG_OID(0);
    const char *query = text_to_cstring(PG_GETARG_TEXT_PP(1));
    if (!is_plain_table(table)) { // whose columns the query may not even fit
        PG_RETURN_NULL();
    }
    MemoryContext caller = CurrentMemoryContext;
    text *answer = nullptr;
    SPI_connect();
    SPIPlanPtr plan = SPI_prepare(query, 0, nullptr);
    if (plan == nullptr) {
        elog(ERROR, "leadscore: %s", SPI_result_code_string(SPI_result));
    }
    if (reads_only(plan, table) && is_plain_table(table)) {
        const int code = SPI_execute_plan(plan, nullptr, nullptr, true, 1);
        if (code != SPI_OK_SELECT) {
            elog(ERROR, "leadscore: %s", SPI_result_code_string(code));
        }
        const char *value = SPI_processed > 0 ? SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1) : nullptr;
        MemoryContext own = MemoryContextSwitchTo(caller);
        answer = value != nullptr ? cstring_to_text(value) : nullptr;
        MemoryContextSwitchTo(own);
    }
    SPI_finish();
    if (answer == nullptr) {
        PG_RETURN_NULL();
    }
    PG_RETURN_TEXT_P(answer);
}
}
