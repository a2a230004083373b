// One column value, or one jsonb value, as the core sees it.
#pragma once

#include "../core/value.hpp"
#include "server.hpp"

namespace leadscore {

// How to read values of one type; made once per column.
struct TypeReader {
    enum class Way {
        number16,
        number32,
        number64,
        numeric,
        real,
        double_precision,
        boolean,
        text,
        output,
        date,
        local_time,
        instant,
        jsonb,
        json,
        array,
        other
    };
    Way way;
    FmgrInfo output; // Way::output
    // Way::array
    TypeReader *element;
    Oid element_type;
    int16 element_length;
    bool element_by_value;
    char element_alignment;
};

// Made in the current context.
TypeReader *make_type_reader(Oid type);

// What the value points to lives in `datum` or the current context.
Value read_datum(TypeReader *reader, Datum datum);

// A json value as jsonb, or null if jsonb cannot hold it (\u0000, huge numbers): what is in the data must not make scoring fail.
Jsonb *json_as_jsonb(Datum json);

Value read_jsonb_value(const JsonbValue *json);

// A numeric without its length word, at any address. Sets the type and the number.
void read_numeric_bytes(const char *data, size_t size, Value &value);

} // namespace leadscore
