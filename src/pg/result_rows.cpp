#include "result_rows.hpp"

namespace leadscore {

ReturnSetInfo *begin_rows(FunctionCallInfo fcinfo) {
    auto *info = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
    TupleDesc type = nullptr;
    if (info == nullptr || !IsA(info, ReturnSetInfo) || (info->allowedModes & SFRM_Materialize) == 0 ||
        get_call_result_type(fcinfo, nullptr, &type) != TYPEFUNC_COMPOSITE) {
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("%s() must be called in FROM", get_func_name(fcinfo->flinfo->fn_oid))));
    }
    MemoryContext old = MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
    info->setDesc = CreateTupleDescCopy(type);
    info->setResult = tuplestore_begin_heap((info->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
    info->returnMode = SFRM_Materialize;
    MemoryContextSwitchTo(old);
    return info;
}

} // namespace leadscore
