// A column that names a lead, in a statement.
#include "column_as_key.hpp"

namespace leadscore {

const char *type_in_statement(Oid type) {
    return format_type_extended(type, -1, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY);
}

void add_column_as_key(StringInfo sql, const char *alias, Oid table, const NameData *name, Oid type) {
    const Oid from = getBaseType(get_atttype(table, get_attnum(table, NameStr(*name))));
    const char *column = psprintf("%s.%s", alias, quote_identifier(NameStr(*name)));
    const char *type_name = type_in_statement(type);
    const bool narrower = (from == INT8OID && (type == INT4OID || type == INT2OID)) || (from == INT4OID && type == INT2OID);
    if (!narrower) {
        appendStringInfo(sql, ", %s::%s", column, type_name);
        return;
    }
    const int most = type == INT4OID ? PG_INT32_MAX : PG_INT16_MAX;
    appendStringInfo(sql, ", CASE WHEN %s OPERATOR(pg_catalog.>=) (%d) AND %s OPERATOR(pg_catalog.<=) %d THEN %s::%s END", column,
                     -most - 1, column, most, column, type_name);
}

} // namespace leadscore
