// run_as_owner() and query_as_owner(): statements of administrative functions with the rights of the owner of the leads table.
//
// Whoever administers a model may be a superuser; triggers, casts and policies of the tables are somebody else's. So nothing of
// theirs runs with more rights than their own.
#include "apply.hpp"
#include "mirror_write.hpp"
#include "owner_rights.hpp"

extern "C" {
#include "executor/tstoreReceiver.h"
#include "nodes/params.h"
#include "tcop/dest.h"
}

namespace leadscore {

namespace {

struct Statement {
    const char *sql;
    int count;
    Oid *types;
    Datum *values;
    char *nulls;
};

// The arguments from `first` on are the statement's parameters.
Statement statement_of(FunctionCallInfo fcinfo, int sql, int first) {
    Statement statement = {text_to_cstring(PG_GETARG_TEXT_PP(sql)), 0, nullptr, nullptr, nullptr};
    statement.count = PG_NARGS() > first ? PG_NARGS() - first : 0;
    statement.types = static_cast<Oid *>(palloc(sizeof(Oid) * static_cast<size_t>(statement.count + 1)));
    statement.values = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<size_t>(statement.count + 1)));
    statement.nulls = static_cast<char *>(palloc0(static_cast<size_t>(statement.count + 1)));
    for (int i = 0; i < statement.count; ++i) {
        statement.types[i] = get_fn_expr_argtype(fcinfo->flinfo, first + i);
        statement.nulls[i] = PG_ARGISNULL(first + i) ? 'n' : ' ';
        statement.values[i] = PG_ARGISNULL(first + i) ? static_cast<Datum>(0) : PG_GETARG_DATUM(first + i);
    }
    return statement;
}

void require_arguments(FunctionCallInfo fcinfo, int count) {
    for (int i = 0; i < count; ++i) {
        if (PG_ARGISNULL(i)) {
            ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("table and statement must not be null")));
        }
    }
}

struct Administration {
    OwnerRights before;
    bool guarded;
};

// Of the table; the caller must have its rights.
Administration become_owner_of(Oid table) {
    OwnerRights before = rights_now();
    if (!LEADSCORE_OWNS_TABLE(table, before.user)) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("must be owner of table %s", get_rel_name(table))));
    }
    HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    if (!HeapTupleIsValid(row)) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("there is no table with OID %u", table)));
    }
    const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(row))->relowner;
    ReleaseSysCache(row);
    SetUserIdAndSecContext(owner,
                           before.context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS);
    before.settings = begin_settings(nullptr);
    return {before, is_guarded(before, owner)};
}

uint64 run(const Statement &statement) {
    const int result =
        SPI_execute_with_args(statement.sql, statement.count, statement.types, statement.values, statement.nulls, false, 0);
    if (result < 0) {
        elog(ERROR, "leadscore: %s", SPI_result_code_string(result));
    }
    return SPI_processed;
}

// A result to be filled; rows are of the type the call says.
Tuplestorestate *start_result(FunctionCallInfo fcinfo) {
    auto *info = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
    if (info == nullptr || !IsA(info, ReturnSetInfo) || (info->allowedModes & SFRM_Materialize) == 0 ||
        info->expectedDesc == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("query_as_owner() must be called in FROM with a list of columns")));
    }
    MemoryContext old = MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
    info->setDesc = CreateTupleDescCopy(info->expectedDesc);
    info->setResult = tuplestore_begin_heap((info->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
    info->returnMode = SFRM_Materialize;
    MemoryContextSwitchTo(old);
    return info->setResult;
}

ParamListInfo parameters_of(const Statement &statement) {
    ParamListInfo list = makeParamList(statement.count);
    for (int i = 0; i < statement.count; ++i) {
        list->params[i] = {statement.values[i], statement.nulls[i] == 'n', PARAM_FLAG_CONST, statement.types[i]};
    }
    return list;
}

// Under the snapshot of the caller's query, so that all of it is of one moment. Unlike a cursor it may use parallel workers.
void query(const Statement &statement, Tuplestorestate *result, TupleDesc columns) {
    DestReceiver *receiver = CreateDestReceiver(DestTuplestore);
    SetTuplestoreDestReceiverParams(receiver, result, CurrentMemoryContext, false, columns,
                                    gettext_noop("the query's columns are not those of the list"));
    SPIExecuteOptions options = {};
    options.params = parameters_of(statement);
    options.read_only = true;
    options.dest = receiver;
    const int code = SPI_execute_extended(statement.sql, &options);
    if (code < 0) {
        elog(ERROR, "leadscore: %s", SPI_result_code_string(code));
    }
    receiver->rDestroy(receiver);
}

// A statement that writes lead columns, as upkeep does: our own triggers know, and those of others may do what they may in a session of the owner's.
uint64 run_on_leads(Oid leads, bool guarded, const Statement &statement) {
    const OwnerRights rights = begin_lead_write(path_of_owner(GetUserId(), leads), guarded);
    const MirrorWrite before = begin_mirror_write(leads);
    volatile uint64 rows = 0;
    PG_TRY();
    { rows = run(statement); }
    PG_FINALLY();
    { end_mirror_write(before); }
    PG_END_TRY();
    become_self(rights, guarded);
    return rows;
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_run_as_owner);
LEADSCORE_FUNCTION(leadscore_query_as_owner);

Datum leadscore_run_as_owner(PG_FUNCTION_ARGS) {
    require_arguments(fcinfo, 3);
    const Oid leads = PG_GETARG_OID(0);
    const bool mirror = PG_GETARG_BOOL(2);
    const Statement statement = statement_of(fcinfo, 1, 3);
    SPI_connect();
    const Administration work = become_owner_of(leads);
    const uint64 rows = mirror ? run_on_leads(leads, work.guarded, statement) : run(statement);
    become_self(work.before, work.guarded);
    SPI_finish();
    PG_RETURN_INT64(static_cast<int64>(rows));
}

Datum leadscore_query_as_owner(PG_FUNCTION_ARGS) {
    require_arguments(fcinfo, 2);
    Tuplestorestate *result = start_result(fcinfo);
    const Statement statement = statement_of(fcinfo, 1, 2);
    SPI_connect();
    const Administration work = become_owner_of(PG_GETARG_OID(0));
    query(statement, result, reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo)->setDesc);
    become_self(work.before, work.guarded);
    SPI_finish();
    return static_cast<Datum>(0);
}
}
