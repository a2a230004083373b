// What the catalogs say of columns, types and keys, for generated statements. In C, for a model's statements ask hundreds of
// times.
#include <algorithm>

#include "column_reader.hpp"
#include "model_load.hpp"
#include "model_tables.hpp"

extern "C" {
#include "commands/comment.h"
}

namespace leadscore {

namespace {

// In the order of the strategies of a btree, of which 1 to 5 are <, <=, =, >= and >.
ArrayType *operators_of(Oid family, Oid type) {
    Datum names[BTMaxStrategyNumber];
    for (int strategy = 1; strategy <= BTMaxStrategyNumber; ++strategy) {
        const Oid number = get_opfamily_member(family, type, type, static_cast<StrategyNumber>(strategy));
        if (!OidIsValid(number)) {
            return nullptr;
        }
        names[strategy - 1] = CStringGetTextDatum(operator_name(number));
    }
    return construct_array(names, BTMaxStrategyNumber, TEXTOID, -1, false, TYPALIGN_INT);
}

// An array argument whose elements may be null; a null array is empty.
struct Elements {
    Datum *values = nullptr;
    bool *nulls = nullptr;
    int count = 0;

    bool has(int i) const {
        return i < count && !nulls[i];
    }
};

Elements elements_of(FunctionCallInfo fcinfo, int argument, Oid type, int16 length, bool by_value, char alignment) {
    Elements elements;
    if (!PG_ARGISNULL(argument)) {
        deconstruct_array(PG_GETARG_ARRAYTYPE_P(argument), type, length, by_value, alignment, &elements.values, &elements.nulls,
                          &elements.count);
    }
    return elements;
}

Elements names_argument(FunctionCallInfo fcinfo, int argument) {
    return elements_of(fcinfo, argument, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR);
}

// 0 if the table has no such column, or is gone.
AttrNumber column_number(Oid table, const Elements &names, int i) {
    return names.has(i) ? std::max<AttrNumber>(get_attnum(table, NameStr(*DatumGetName(names.values[i]))), 0) : 0;
}

// Whether a column has a comment as the model gave it.
bool has_comment(Oid table, AttrNumber number, const Elements &comments, int i) {
    const char *comment = GetComment(table, RelationRelationId, number);
    return comment != nullptr && strcmp(comment, TextDatumGetCString(comments.values[i])) == 0;
}

// Null if the column was dropped.
Name column_name(Oid table, AttrNumber number) {
    HeapTuple found = number > 0 ? SearchSysCacheAttNum(table, number) : nullptr;
    if (!HeapTupleIsValid(found)) {
        return nullptr;
    }
    auto *name = static_cast<Name>(palloc(NAMEDATALEN));
    *name = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(found))->attname;
    ReleaseSysCache(found);
    return name;
}

bool is_there(Oid table) {
    return SearchSysCacheExists1(RELOID, ObjectIdGetDatum(table));
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_column_type);
LEADSCORE_FUNCTION(leadscore_equality_of);
LEADSCORE_FUNCTION(leadscore_key_operators);
LEADSCORE_FUNCTION(leadscore_has_one_spelling);
LEADSCORE_FUNCTION(leadscore_names_key);
LEADSCORE_FUNCTION(leadscore_current_names);
LEADSCORE_FUNCTION(leadscore_current_numbers);
LEADSCORE_FUNCTION(leadscore_owns_table);
LEADSCORE_FUNCTION(leadscore_name_of_table);
LEADSCORE_FUNCTION(leadscore_namesake);
LEADSCORE_FUNCTION(leadscore_altered_table);

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
    const Oid equal = OidIsValid(type->btree_opf) ? get_opfamily_member(type->btree_opf, type->btree_opintype,
                                                                        type->btree_opintype, BTEqualStrategyNumber)
                                                  : InvalidOid;
    if (!OidIsValid(equal)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_TEXT_P(cstring_to_text(operator_name(equal)));
}

// The operators of a column of a table's primary key, by its operator class; null if the table is gone or has no such key.
Datum leadscore_key_operators(PG_FUNCTION_ARGS) {
    const int position = PG_GETARG_INT32(1);
    Relation table = RelationIdGetRelation(PG_GETARG_OID(0));
    if (!RelationIsValid(table)) {
        PG_RETURN_NULL();
    }
    const Oid opclass = primary_key_opclass(table, position);
    RelationClose(table);
    ArrayType *names = OidIsValid(opclass) ? operators_of(get_opclass_family(opclass), get_opclass_input_type(opclass)) : nullptr;
    if (names == nullptr) {
        PG_RETURN_NULL();
    }
    PG_RETURN_ARRAYTYPE_P(names);
}

Datum leadscore_has_one_spelling(PG_FUNCTION_ARGS) {
    Relation table = RelationIdGetRelation(PG_GETARG_OID(0));
    if (!RelationIsValid(table)) {
        PG_RETURN_NULL();
    }
    const bool one = has_one_spelling(table);
    RelationClose(table);
    PG_RETURN_BOOL(one);
}

// Whether a column of the first type can refer to a key of the second, as upkeep sees it.
Datum leadscore_names_key(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(can_name_key(getBaseType(PG_GETARG_OID(0)), getBaseType(PG_GETARG_OID(1))));
}

// What columns are called now: as before where that name is there, else as the column of that number. With comments: a column of that number
// that has its comment was renamed, even if another one without it has taken the name.
Datum leadscore_current_names(PG_FUNCTION_ARGS) {
    const Oid table = PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0);
    const Elements names = names_argument(fcinfo, 1);
    const Elements numbers = elements_of(fcinfo, 2, INT2OID, sizeof(int16), true, TYPALIGN_SHORT);
    const Elements comments = PG_NARGS() > 3 ? elements_of(fcinfo, 3, TEXTOID, -1, false, TYPALIGN_INT) : Elements();
    const int count = std::max(names.count, numbers.count);
    if (count == 0) {
        PG_RETURN_NULL();
    }
    auto *values = static_cast<Datum *>(palloc0(sizeof(Datum) * static_cast<size_t>(count)));
    auto *nulls = static_cast<bool *>(palloc0(static_cast<size_t>(count)));
    for (int i = 0; i < count; ++i) {
        const AttrNumber by_name = column_number(table, names, i);
        const AttrNumber by_number = numbers.has(i) ? DatumGetInt16(numbers.values[i]) : 0;
        const bool taken = by_name > 0 && by_name != by_number && comments.has(i) && has_comment(table, by_number, comments, i) &&
                           !has_comment(table, by_name, comments, i);
        Name found = by_name > 0 && !taken ? nullptr : column_name(table, by_number);
        values[i] = found != nullptr ? NameGetDatum(found) : names.has(i) ? names.values[i] : 0;
        nulls[i] = found == nullptr && !names.has(i);
    }
    int lower = 1;
    int size = count;
    PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, 1, &size, &lower, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR));
}

// 0 for a column that is gone.
Datum leadscore_current_numbers(PG_FUNCTION_ARGS) {
    const Oid table = PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0);
    const Elements names = names_argument(fcinfo, 1);
    if (names.count == 0) {
        PG_RETURN_NULL();
    }
    auto *values = static_cast<Datum *>(palloc0(sizeof(Datum) * static_cast<size_t>(names.count)));
    for (int i = 0; i < names.count; ++i) {
        values[i] = Int16GetDatum(column_number(table, names, i));
    }
    PG_RETURN_ARRAYTYPE_P(construct_array(values, names.count, INT2OID, sizeof(int16), true, TYPALIGN_SHORT));
}

Datum leadscore_owns_table(PG_FUNCTION_ARGS) {
    const Oid table = PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0);
    PG_RETURN_BOOL(is_there(table) && LEADSCORE_OWNS_TABLE(table, GetUserId()));
}

// Null if the table is gone.
Datum leadscore_name_of_table(PG_FUNCTION_ARGS) {
    const Oid table = PG_GETARG_OID(0);
    const char *name = get_rel_name(table);
    const char *schema = name != nullptr ? get_namespace_name(get_rel_namespace(table)) : nullptr;
    if (schema == nullptr) {
        PG_RETURN_NULL();
    }
    Datum names[] = {DirectFunctionCall1(namein, CStringGetDatum(schema)), DirectFunctionCall1(namein, CStringGetDatum(name))};
    PG_RETURN_ARRAYTYPE_P(construct_array(names, lengthof(names), NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR));
}

// The other table that has this schema and name now; null if there is none, or if the first one is gone.
Datum leadscore_namesake(PG_FUNCTION_ARGS) {
    const Oid table = PG_GETARG_OID(0);
    const Elements names = names_argument(fcinfo, 1);
    const Oid schema =
        names.has(0) && names.has(1) ? get_namespace_oid(NameStr(*DatumGetName(names.values[0])), true) : InvalidOid;
    const Oid other = OidIsValid(schema) ? get_relname_relid(NameStr(*DatumGetName(names.values[1])), schema) : InvalidOid;
    const char kind = OidIsValid(other) && other != table && is_there(table) ? get_rel_relkind(other) : '\0';
    if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) {
        PG_RETURN_NULL();
    }
    PG_RETURN_OID(other);
}

// Null if all tables that are there have the columns that the model needs.
Datum leadscore_altered_table(PG_FUNCTION_ARGS) {
    const Elements others = elements_of(fcinfo, 2, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT);
    Oid companions[lengthof(Model::companions)] = {};
    for (int i = 0; i < static_cast<int>(lengthof(companions)); ++i) {
        companions[i] = others.has(i) ? DatumGetObjectId(others.values[i]) : InvalidOid;
    }
    const Oid altered = altered_table(PG_GETARG_OID(0), PG_GETARG_INT32(1), companions);
    if (!OidIsValid(altered)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_OID(altered);
}
}
