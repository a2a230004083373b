// Collations of columns that refer to each other.
#include "collations.hpp"

namespace leadscore {

Oid column_collation(Oid table, const NameData *column) {
    Oid type = InvalidOid;
    int32 modifier = -1;
    Oid collation = InvalidOid;
    const AttrNumber number = get_attnum(table, NameStr(*column));
    if (number != InvalidAttrNumber) {
        get_atttypetypmodcoll(table, number, &type, &modifier, &collation);
    }
    return collation;
}

bool collations_agree(Oid collation, Oid key_collation) {
    const auto tells_apart = [](Oid one) { return !OidIsValid(one) || get_collation_isdeterministic(one); };
    return collation == key_collation || (tells_apart(collation) && tells_apart(key_collation));
}

bool can_compare(Oid one, Oid other) {
    const bool one_wins = one == other || one == DEFAULT_COLLATION_OID || other == DEFAULT_COLLATION_OID;
    return !OidIsValid(one) || !OidIsValid(other) || (one_wins && collations_agree(one, other));
}

const char *collate_as(Oid collation, Oid key_collation) {
    if (collation == key_collation || !OidIsValid(collation) || !OidIsValid(key_collation)) {
        return "";
    }
    HeapTuple found = SearchSysCache1(COLLOID, ObjectIdGetDatum(key_collation));
    if (!HeapTupleIsValid(found)) {
        elog(ERROR, "leadscore: collation %u is gone", key_collation);
    }
    const auto *form = reinterpret_cast<Form_pg_collation>(GETSTRUCT(found));
    const char *name = psprintf(" COLLATE %s", quote_qualified_identifier(get_namespace_name(form->collnamespace), NameStr(form->collname)));
    ReleaseSysCache(found);
    return name;
}

} // namespace leadscore
