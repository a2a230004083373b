// query_ladder(): score_ladder() of all scores, asked once in a query however many of its parts need it. It looks at all leads,
// and rank and percentile of a row each need it; whether anybody does shows only when they run.
#include "server.hpp"

namespace leadscore {

namespace {

// Lies in the memory of its query, by which it is found, and ends with it.
struct QueryLadder {
    MemoryContext query;
    Datum model;
    Datum ladder;
    QueryLadder *next;
    MemoryContextCallback ends;
};

QueryLadder *all_ladders = nullptr;

void forget(void *ladder) {
    QueryLadder **place = &all_ladders;
    while (*place != ladder) {
        place = &(*place)->next;
    }
    *place = (*place)->next;
}

bool is_same_text(Datum a, Datum b) {
    const Size size = VARSIZE_ANY_EXHDR(DatumGetPointer(a));
    return size == VARSIZE_ANY_EXHDR(DatumGetPointer(b)) && memcmp(VARDATA_ANY(DatumGetPointer(a)), VARDATA_ANY(DatumGetPointer(b)), size) == 0;
}

const QueryLadder *find(MemoryContext query, Datum model) {
    for (const QueryLadder *ladder = all_ladders; ladder != nullptr; ladder = ladder->next) {
        if (ladder->query == query && is_same_text(ladder->model, model)) {
            return ladder;
        }
    }
    return nullptr;
}

Datum count_all(Datum model) {
    const Oid types[2] = {TEXTOID, INT8OID};
    FmgrInfo function;
    fmgr_info(LookupFuncName(list_make2(makeString(pstrdup("leadscore")), makeString(pstrdup("score_ladder"))), 2, types, false), &function);
    LOCAL_FCINFO(call, 2);
    InitFunctionCallInfoData(*call, &function, 2, InvalidOid, nullptr, nullptr);
    call->args[0] = {model, false};
    call->args[1] = {0, true};
    const Datum ladder = FunctionCallInvoke(call);
    Assert(!call->isnull);
    return ladder;
}

const QueryLadder *make(MemoryContext query, Datum model) {
    const Datum counted = count_all(model);
    MemoryContext old = MemoryContextSwitchTo(query);
    auto *made = static_cast<QueryLadder *>(palloc0(sizeof(QueryLadder)));
    made->query = query;
    made->model = datumCopy(model, false, -1);
    made->ladder = datumCopy(counted, false, -1);
    MemoryContextSwitchTo(old);
    made->ends = {forget, made, nullptr};
    MemoryContextRegisterResetCallback(query, &made->ends);
    made->next = all_ladders;
    all_ladders = made;
    return made;
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_query_ladder);

// Calls of one query have their memory in common: that of its executor, which has one snapshot.
Datum leadscore_query_ladder(PG_FUNCTION_ARGS) {
    const Datum model = PointerGetDatum(PG_GETARG_TEXT_PP(0));
    MemoryContext query = fcinfo->flinfo->fn_mcxt;
    const QueryLadder *ladder = find(query, model);
    PG_RETURN_DATUM((ladder != nullptr ? ladder : make(query, model))->ladder);
}
}
