// One column value, or one jsonb value, as the core sees it.
#include "datum_value.hpp"

namespace leadscore {

namespace {

Value of_type(Value::Type type) {
    Value value;
    value.type = type;
    return value;
}

Value number_value(const Number &number) {
    Value value = of_type(Value::Type::number);
    value.number = number;
    return value;
}

Value text_value(const char *text, size_t size) {
    Value value = of_type(Value::Type::text);
    value.text = {text, size};
    return value;
}

Value time_value(Value::Type type, int64 time) {
    Value value = of_type(type);
    value.time = time;
    return value;
}

Value read_numeric(Datum datum) {
    auto *stored = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(datum));
    Value value;
    read_numeric_bytes(VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored), value);
    return value;
}
// A float is the decimal the server prints for it. Plain text of digits, point and exponent, so read here.
Value read_float_text(const char *text) {
    const bool negative = *text == '-';
    text += negative ? 1 : 0;
    auto *digits = static_cast<char *>(palloc(strlen(text) + 1));
    size_t count = 0;
    int32_t exponent = 0;
    bool behind_point = false;
    for (; (*text >= '0' && *text <= '9') || *text == '.'; ++text) {
        if (*text == '.') {
            behind_point = true;
        } else {
            digits[count++] = *text;
            exponent += behind_point ? 0 : 1;
        }
    }
    if (*text == 'e') {
        exponent += atoi(text + 1);
    }
    return number_value(number_from_digits(negative, {digits, count}, exponent));
}

Value read_double(double number) {
    char text[DOUBLE_SHORTEST_DECIMAL_LEN];
    if (isnan(number) || isinf(number)) {
        return of_type(Value::Type::other);
    }
    double_to_shortest_decimal_buf(number, text);
    return read_float_text(text);
}

Value read_real(float number) {
    char text[FLOAT_SHORTEST_DECIMAL_LEN];
    if (isnan(number) || isinf(number)) {
        return of_type(Value::Type::other);
    }
    float_to_shortest_decimal_buf(number, text);
    return read_float_text(text);
}

Value read_json(Jsonb *json) {
    if (json == nullptr) {
        return of_type(Value::Type::other);
    }
    JsonbValue value;
    if (JB_ROOT_IS_SCALAR(json)) {
        JsonbExtractScalar(&json->root, &value);
    } else {
        value.type = jbvBinary;
        value.val.binary.data = &json->root;
        value.val.binary.len = static_cast<int>(VARSIZE(json)) - VARHDRSZ;
    }
    return read_jsonb_value(&value);
}

Value read_array(TypeReader *reader, Datum datum) {
    ArrayType *array = DatumGetArrayTypeP(datum);
    Datum *elements = nullptr;
    bool *nulls = nullptr;
    int count = 0;
    deconstruct_array(array, reader->element_type, reader->element_length, reader->element_by_value, reader->element_alignment,
                      &elements, &nulls, &count);
    Value value = of_type(Value::Type::array);
    auto *values = static_cast<Value *>(palloc(sizeof(Value) * static_cast<size_t>(count > 0 ? count : 1)));
    for (int i = 0; i < count; ++i) {
        values[i] = nulls[i] ? of_type(Value::Type::null) : read_datum(reader->element, elements[i]);
        if (values[i].type == Value::Type::array) {
            values[i] = of_type(Value::Type::other); // a jsonb array inside an SQL array
        }
    }
    value.elements = values;
    value.count = static_cast<uint32_t>(count);
    return value;
}

TypeReader::Way way_of(Oid type) {
    using Way = TypeReader::Way;
    switch (type) {
    case INT2OID:
        return Way::number16;
    case INT4OID:
        return Way::number32;
    case INT8OID:
        return Way::number64;
    case NUMERICOID:
        return Way::numeric;
    case FLOAT4OID:
        return Way::real;
    case FLOAT8OID:
        return Way::double_precision;
    case BOOLOID:
        return Way::boolean;
    case TEXTOID:
    case VARCHAROID:
        return Way::text;
    case DATEOID:
        return Way::date;
    case TIMESTAMPOID:
        return Way::local_time;
    case TIMESTAMPTZOID:
        return Way::instant;
    case JSONBOID:
        return Way::jsonb;
    case JSONOID:
        return Way::json;
    case BPCHAROID:
    case NAMEOID:
    case CHAROID:
    case UUIDOID:
    case INETOID:
    case CIDROID:
    case MACADDROID:
        return Way::output;
    default:
        break;
    }
    if (OidIsValid(get_element_type(type))) {
        return Way::array;
    }
    char category = 0;
    bool preferred = false;
    get_type_category_preferred(type, &category, &preferred);
    // Text-like types of extensions (citext) and enums: their text does not depend on any setting.
    return category == TYPCATEGORY_STRING || type_is_enum(type) ? Way::output : Way::other;
}

} // namespace

// The stored form of numeric, which pg_upgrade keeps for ever: a 16-bit head, maybe a 16-bit weight, digits of base 10,000.
// Reading it in place spares a text conversion per number; numeric.c keeps the structure to itself.
void read_numeric_bytes(const char *data, size_t size, Value &value) {
    const auto word = [data](size_t i) {
        uint16 word = 0;
        memcpy(&word, data + 2 * i, sizeof word);
        return word;
    };
    const uint16 head = word(0);
    if ((head & 0xC07F) == 0x8000 && size == 2 * sizeof head) { // one digit in front of the point
        const int64_t digit = word(1);
        value.type = Value::Type::number;
        value.number = {};
        value.number.negative = (head & 0x2000) != 0;
        value.number.mantissa = value.number.negative ? -digit : digit;
        return;
    }
    if ((head & 0xC000) == 0xC000) {
        value.type = Value::Type::other; // NaN or infinite
        return;
    }
    value.type = Value::Type::number;
    const bool is_short = (head & 0x8000) != 0;
    const bool negative = is_short ? (head & 0x2000) != 0 : (head & 0xC000) == 0x4000;
    const int weight = is_short ? ((head & 0x0040) != 0 ? -0x40 : 0) | (head & 0x003F) : static_cast<int16>(word(1));
    const size_t first = is_short ? 1 : 2;
    const size_t count = size / 2 - first;
    if (count == 0) {
        value.number = small_number(0, 0);
        return;
    }
    const int behind_point = static_cast<int>(count) - 1 - weight; // groups of four decimals
    if (count <= 4 && behind_point <= 4 && weight <= 3) {
        int64_t mantissa = 0;
        for (size_t i = 0; i < count; ++i) {
            mantissa = mantissa * 10000 + word(first + i);
        }
        for (int i = behind_point; i < 0; ++i) {
            mantissa *= 10000;
        }
        value.number = small_number(negative ? -mantissa : mantissa, behind_point > 0 ? behind_point * 4 : 0);
        return;
    }
    auto *digits = static_cast<char *>(palloc(count * 4));
    for (size_t i = 0; i < count; ++i) {
        uint16 group = word(first + i);
        for (int place = 3; place >= 0; --place) {
            digits[i * 4 + static_cast<size_t>(place)] = static_cast<char>('0' + group % 10);
            group = static_cast<uint16>(group / 10);
        }
    }
    value.number = number_from_digits(negative, {digits, count * 4}, (weight + 1) * 4);
}

TypeReader *make_type_reader(Oid type) {
    auto *reader = static_cast<TypeReader *>(palloc0(sizeof(TypeReader)));
    type = getBaseType(type);
    reader->way = way_of(type);
    if (reader->way == TypeReader::Way::output) {
        Oid function = InvalidOid;
        bool is_varlena = false;
        getTypeOutputInfo(type, &function, &is_varlena);
        fmgr_info_cxt(function, &reader->output, CurrentMemoryContext);
    }
    if (reader->way == TypeReader::Way::array) {
        reader->element_type = get_element_type(type);
        get_typlenbyvalalign(reader->element_type, &reader->element_length, &reader->element_by_value,
                             &reader->element_alignment);
        reader->element = make_type_reader(reader->element_type);
    }
    return reader;
}

Value read_datum(TypeReader *reader, Datum datum) {
    using Way = TypeReader::Way;
    switch (reader->way) {
    case Way::number16:
        return number_value(small_number(DatumGetInt16(datum), 0));
    case Way::number32:
        return number_value(small_number(DatumGetInt32(datum), 0));
    case Way::number64:
        return number_value(small_number(DatumGetInt64(datum), 0));
    case Way::numeric:
        return read_numeric(datum);
    case Way::real:
        return read_real(DatumGetFloat4(datum));
    case Way::double_precision:
        return read_double(DatumGetFloat8(datum));
    case Way::boolean: {
        Value value = of_type(Value::Type::boolean);
        value.boolean = DatumGetBool(datum);
        return value;
    }
    case Way::text: {
        auto *text = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(datum));
        return text_value(VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
    }
    case Way::output: {
        const char *text = OutputFunctionCall(&reader->output, datum);
        size_t size = strlen(text);
        if (reader->output.fn_oid == F_BPCHAROUT) {
            while (size > 0 && text[size - 1] == ' ') {
                --size;
            }
        }
        return text_value(text, size);
    }
    case Way::date: {
        const DateADT date = DatumGetDateADT(datum);
        // Dates past the range of timestamps have no moment.
        constexpr DateADT end = TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE;
        return DATE_NOT_FINITE(date) || date >= end - 1 ? of_type(Value::Type::other) : time_value(Value::Type::date, date);
    }
    case Way::local_time:
    case Way::instant: {
        const Timestamp time = DatumGetTimestamp(datum);
        return TIMESTAMP_NOT_FINITE(time)
                   ? of_type(Value::Type::other)
                   : time_value(reader->way == Way::instant ? Value::Type::instant : Value::Type::local_time, time);
    }
    case Way::jsonb:
        return read_json(DatumGetJsonbP(datum));
    case Way::json:
        return read_json(json_as_jsonb(datum));
    case Way::array:
        return read_array(reader, datum);
    case Way::other:
        break;
    }
    return of_type(Value::Type::other);
}

// Only errors about the data are taken, and reading JSON leaves nothing behind but memory, so no subtransaction is needed.
Jsonb *json_as_jsonb(Datum json) {
    char *printed = text_to_cstring(DatumGetTextPP(json));
    MemoryContext context = CurrentMemoryContext;
    volatile Datum result = 0;
    PG_TRY();
    { result = DirectFunctionCall1(jsonb_in, CStringGetDatum(printed)); }
    PG_CATCH();
    {
        if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_DATA_EXCEPTION) {
            PG_RE_THROW();
        }
        MemoryContextSwitchTo(context);
        FlushErrorState();
        result = 0;
    }
    PG_END_TRY();
    return result == 0 ? nullptr : DatumGetJsonbP(result);
}

Value read_jsonb_value(const JsonbValue *json) {
    switch (json->type) {
    case jbvNull:
        return of_type(Value::Type::null);
    case jbvString:
        return text_value(json->val.string.val, static_cast<size_t>(json->val.string.len));
    case jbvNumeric:
        return read_numeric(NumericGetDatum(json->val.numeric));
    case jbvBool: {
        Value value = of_type(Value::Type::boolean);
        value.boolean = json->val.boolean;
        return value;
    }
    default:
        break;
    }
    if (json->type != jbvBinary || !JsonContainerIsArray(json->val.binary.data)) {
        return of_type(Value::Type::other);
    }
    JsonbContainer *array = json->val.binary.data;
    const uint32 size = JsonContainerSize(array);
    auto *values = static_cast<Value *>(palloc(sizeof(Value) * (size > 0 ? size : 1)));
    uint32 count = 0;
    JsonbIterator *iterator = JsonbIteratorInit(array);
    JsonbValue element;
    JsonbIteratorToken token = JsonbIteratorNext(&iterator, &element, true);
    while ((token = JsonbIteratorNext(&iterator, &element, true)) == WJB_ELEM) {
        values[count++] = element.type == jbvBinary ? of_type(Value::Type::other) : read_jsonb_value(&element);
    }
    Value value = of_type(Value::Type::array);
    value.elements = values;
    value.count = count;
    return value;
}

} // namespace leadscore
