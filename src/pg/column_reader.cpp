// How key, kind and moment of an event are read from the columns of a row.
#include "column_reader.hpp"

#include "field_fetch.hpp"

namespace leadscore {

namespace {

// Local times outside might have no timestamptz; moment_sql() in sql/53_model_statements.sql draws the same line.
constexpr int64_t least_day = 2 - POSTGRES_EPOCH_JDATE;                       // 4714-11-26 BC
constexpr int64_t most_day = TIMESTAMP_END_JULIAN - 2 - POSTGRES_EPOCH_JDATE; // 294276-12-30

// Number and base type of a column.
bool find_column(TupleDesc row, const char *name, AttrNumber *column, Oid *type) {
    *column = column_named(row, name, static_cast<int>(strlen(name)));
    if (*column == InvalidAttrNumber) {
        return false;
    }
    *type = getBaseType(TupleDescAttr(row, *column - 1)->atttypid);
    return true;
}

bool is_integer(Oid type) {
    return type == INT2OID || type == INT4OID || type == INT8OID;
}

// Of the server's own casts. A date may be no timestamp, a text no relation: the write of an event would fail.
bool is_safe_cast(Oid from, Oid to) {
    const bool texts = TypeCategory(from) == TYPCATEGORY_STRING && TypeCategory(to) == TYPCATEGORY_STRING;
    return texts || ((is_integer(from) || from == FLOAT4OID) && (to == FLOAT4OID || to == FLOAT8OID || to == NUMERICOID));
}

// Casts may be declared with up to two arguments more: type modifier, and whether the cast is written out.
Datum cast_datum(FmgrInfo *cast, Datum datum, bool is_explicit) {
    switch (cast->fn_nargs) {
    case 1:
        return FunctionCall1(cast, datum);
    case 2:
        return FunctionCall2(cast, datum, Int32GetDatum(-1));
    default:
        return FunctionCall3(cast, datum, Int32GetDatum(-1), BoolGetDatum(is_explicit));
    }
}

// From one size of integer to another; false if it does not fit.
bool resize_integer(const KeyReader *reader, Datum datum, Datum *out) {
    const int64 number = reader->from == INT2OID   ? DatumGetInt16(datum)
                         : reader->from == INT4OID ? DatumGetInt32(datum)
                                                   : DatumGetInt64(datum);
    switch (reader->to) {
    case INT2OID:
        *out = Int16GetDatum(static_cast<int16>(number));
        return number == static_cast<int16>(number);
    case INT4OID:
        *out = Int32GetDatum(static_cast<int32>(number));
        return number == static_cast<int32>(number);
    default:
        *out = Int64GetDatum(number);
        return true;
    }
}

bool find_key_way(Oid from, Oid to, KeyReader::Way *way, Oid *function) {
    *way = KeyReader::Way::as_is;
    if (from == to) {
        return true;
    }
    if (is_integer(from) && is_integer(to)) {
        *way = KeyReader::Way::integer;
        return true;
    }
    switch (find_coercion_pathway(to, from, COERCION_IMPLICIT, function)) {
    case COERCION_PATH_RELABELTYPE:
        return true;
    case COERCION_PATH_FUNC:
        *way = KeyReader::Way::function;
        return *function >= FirstNormalObjectId || is_safe_cast(from, to);
    default:
        return false;
    }
}

} // namespace

bool make_key_reader(KeyReader *reader, TupleDesc row, const char *column, Oid type, MemoryContext memory) {
    if (!find_column(row, column, &reader->column, &reader->from)) {
        return false;
    }
    reader->to = getBaseType(type);
    Oid function = InvalidOid;
    if (!find_key_way(reader->from, reader->to, &reader->way, &function)) {
        return false;
    }
    if (reader->way == KeyReader::Way::function) {
        fmgr_info_cxt(function, &reader->cast, memory);
    }
    return true;
}

bool can_name_key(Oid from, Oid to) {
    KeyReader::Way way = KeyReader::Way::as_is;
    Oid function = InvalidOid;
    return find_key_way(from, to, &way, &function);
}

bool read_key_column(KeyReader *reader, TupleTableSlot *slot, Datum *key) {
    bool is_null = false;
    const Datum datum = slot_getattr(slot, reader->column, &is_null);
    if (is_null) {
        return false;
    }
    switch (reader->way) {
    case KeyReader::Way::as_is:
        *key = datum;
        return true;
    case KeyReader::Way::integer:
        return resize_integer(reader, datum, key);
    case KeyReader::Way::function:
        *key = cast_datum(&reader->cast, datum, false);
        return true;
    }
    return false;
}

bool make_kind_reader(KindReader *reader, TupleDesc row, const char *column, MemoryContext memory) {
    Oid type = InvalidOid;
    if (!find_column(row, column, &reader->column, &type)) {
        return false;
    }
    reader->way = KindReader::Way::text;
    if (type == TEXTOID) {
        return true;
    }
    Oid function = InvalidOid;
    bool is_varlena = false;
    switch (find_coercion_pathway(TEXTOID, type, COERCION_EXPLICIT, &function)) {
    case COERCION_PATH_RELABELTYPE:
        return true;
    case COERCION_PATH_FUNC:
        reader->way = KindReader::Way::function;
        break;
    default:
        reader->way = KindReader::Way::output;
        getTypeOutputInfo(type, &function, &is_varlena);
        break;
    }
    fmgr_info_cxt(function, &reader->cast, memory);
    return true;
}

bool read_kind(KindReader *reader, TupleTableSlot *slot, std::string_view *kind) {
    bool is_null = false;
    Datum datum = slot_getattr(slot, reader->column, &is_null);
    if (is_null) {
        return false;
    }
    if (reader->way == KindReader::Way::output) {
        *kind = OutputFunctionCall(&reader->cast, datum);
        return true;
    }
    if (reader->way == KindReader::Way::function) {
        datum = cast_datum(&reader->cast, datum, true);
    }
    const text *value = DatumGetTextPP(datum);
    *kind = {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
    return true;
}

bool tells_moment(Oid type) {
    return type == DATEOID || type == TIMESTAMPOID || type == TIMESTAMPTZOID;
}

bool marks_deleted(Oid type) {
    return type == BOOLOID || tells_moment(type);
}

bool make_moment_reader(MomentReader *reader, TupleDesc row, const char *column) {
    return find_column(row, column, &reader->column, &reader->type) && tells_moment(reader->type);
}

bool make_deleted_reader(DeletedReader *reader, TupleDesc row, const char *column) {
    Oid type = InvalidOid;
    if (!find_column(row, column, &reader->column, &type)) {
        return false;
    }
    reader->is_flag = type == BOOLOID;
    return marks_deleted(type);
}

const char *read_moment(const MomentReader *reader, TupleTableSlot *slot, const Zone &zone, int64_t *at) {
    constexpr const char *infinite = "infinite moment";
    bool is_null = false;
    const Datum datum = slot_getattr(slot, reader->column, &is_null);
    if (is_null) {
        return "no moment";
    }
    if (reader->type == TIMESTAMPTZOID) {
        *at = DatumGetTimestampTz(datum);
        return TIMESTAMP_NOT_FINITE(*at) ? infinite : nullptr;
    }
    const bool is_date = reader->type == DATEOID;
    const int64_t local = is_date ? DatumGetDateADT(datum) : DatumGetTimestamp(datum);
    if (is_date ? DATE_NOT_FINITE(local) : TIMESTAMP_NOT_FINITE(local)) {
        return infinite;
    }
    const int64_t unit = is_date ? 1 : micro_per_day;
    if (local <= least_day * unit || local >= most_day * unit) {
        return "malformed: moment out of range";
    }
    *at = zone.instant_of(is_date ? local * micro_per_day : local);
    return nullptr;
}

} // namespace leadscore
