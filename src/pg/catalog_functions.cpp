// What the catalogs say of columns and types, for generated statements. In C, for a model's statements ask hundreds of times.
#include "model_load.hpp"

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_column_type);
LEADSCORE_FUNCTION(leadscore_equality_of);

// The type of a column, of a domain the one below; null if there is no such column.
Datum leadscore_column_type(PG_FUNCTION_ARGS) {
    const Oid table = PG_GETARG_OID(0);
    const AttrNumber number = get_attnum(table, NameStr(*PG_GETARG_NAME(1)));
    if (number <= 0) {
        PG_RETURN_NULL();
    }
    PG_RETURN_OID(getBaseType(get_atttype(table, number)));
}

// "OPERATOR(schema.=)" of the default order; null if the type has none.
Datum leadscore_equality_of(PG_FUNCTION_ARGS) {
    const TypeCacheEntry *type = lookup_type_cache(PG_GETARG_OID(0), TYPECACHE_BTREE_OPFAMILY);
    const Oid equal = OidIsValid(type->btree_opf) ? get_opfamily_member(type->btree_opf, type->btree_opintype, type->btree_opintype, BTEqualStrategyNumber) : InvalidOid;
    if (!OidIsValid(equal)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_TEXT_P(cstring_to_text(operator_name(equal)));
}
}
