// in_part(): which leads belong to one of so many parts, so that each process scores whole leads of its own.
#include "model_load.hpp"

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_in_part);

// By the type's default hash function, so equal keys share a part whatever their bytes. Its upper bits choose, evenly for any number of parts.
Datum leadscore_in_part(PG_FUNCTION_ARGS) {
    const int32 part = PG_GETARG_INT32(1);
    const int32 parts = PG_GETARG_INT32(2);
    if (part < 1 || part > parts) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("part must be between 1 and parts")));
    }
    auto *type = static_cast<TypeCacheEntry *>(fcinfo->flinfo->fn_extra);
    if (type == nullptr) {
        type = lookup_type_cache(get_fn_expr_argtype(fcinfo->flinfo, 0), TYPECACHE_HASH_PROC_FINFO);
        if (!OidIsValid(type->hash_proc)) {
            ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FUNCTION), errmsg("could not identify a hash function for type %s", format_type_be(type->type_id))));
        }
        fcinfo->flinfo->fn_extra = type;
    }
    const uint64 hash = DatumGetUInt32(FunctionCall1Coll(&type->hash_proc_finfo, PG_GET_COLLATION(), PG_GETARG_DATUM(0)));
    PG_RETURN_BOOL((hash * static_cast<uint64>(parts)) >> 32 == static_cast<uint64>(part - 1));
}
}
