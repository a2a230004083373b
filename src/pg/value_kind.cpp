// value_kind(): what conditions can say of values of a type.
#include "datum_value.hpp"

namespace leadscore {

namespace {

// Of arrays, of their elements.
const char *kind_of_values(const TypeReader *reader) {
    using Way = TypeReader::Way;
    switch (reader->way) {
    case Way::number16:
    case Way::number32:
    case Way::number64:
    case Way::numeric:
    case Way::real:
    case Way::double_precision:
        return "number";
    case Way::boolean:
        return "boolean";
    case Way::text:
    case Way::output:
        return "text";
    case Way::date:
    case Way::local_time:
    case Way::instant:
        return "time";
    case Way::jsonb:
    case Way::json:
        return "any";
    case Way::array:
        return kind_of_values(reader->element);
    default:
        return "none";
    }
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_value_kind);

Datum leadscore_value_kind(PG_FUNCTION_ARGS) {
    const Oid type = PG_GETARG_OID(0);
    if (!SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(type))) {
        PG_RETURN_NULL();
    }
    PG_RETURN_TEXT_P(cstring_to_text(kind_of_values(make_type_reader(type))));
}

} // extern "C"
