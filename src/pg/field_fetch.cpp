// Fields by name out of jsonb or a row.
#include "field_fetch.hpp"

#include "datum_value.hpp"
#include "key_shapes.hpp"

#include <algorithm>

namespace leadscore {

namespace {

// One way to read a name: a column, and the path inside it (null: the column itself).
struct Reading {
    AttrNumber column;
    const char *path;
    int path_size;
    TypeReader *reader;
};

struct Field {
    const char *name;
    int size;
    bool is_path;      // has a dot in it
    Reading *readings; // longest column name first
    int reading_count;
};

constexpr AttrNumber no_column = InvalidAttrNumber;

} // namespace

struct FieldFetch {
    MemoryContext context;
    size_t count;
    Field *fields;
    size_t *in_order; // all fields, as the keys of a jsonb object are ordered
    KeyShapes shapes; // of jsonb objects
    // The row type the readings are for.
    Oid type;
    int32 typmod;
    uint64 identifier;
    TupleDesc descriptor;
    TupleTableSlot *row;
    TupleTableSlot *columns;
    MemoryContext type_context; // of descriptor, readings and slot; a row of another type resets it
    // One jsonb column detoasted in the current row.
    AttrNumber json_column;
    Jsonb *json;
};

FieldFetch *make_field_fetch(const std::vector<std::string> &names, MemoryContext context) {
    MemoryContext old = MemoryContextSwitchTo(context);
    auto *fetch = static_cast<FieldFetch *>(palloc0(sizeof(FieldFetch)));
    fetch->context = context;
    fetch->count = names.size();
    fetch->shapes.context = context;
    fetch->shapes.fields = names.size();
    fetch->fields = static_cast<Field *>(palloc0(sizeof(Field) * (names.empty() ? 1 : names.size())));
    for (size_t i = 0; i < names.size(); ++i) {
        fetch->fields[i].name = pnstrdup(names[i].data(), names[i].size());
        fetch->fields[i].size = static_cast<int>(names[i].size());
        fetch->fields[i].is_path = memchr(names[i].data(), '.', names[i].size()) != nullptr;
    }
    fetch->in_order = static_cast<size_t *>(palloc(sizeof(size_t) * (names.size() + 1)));
    for (size_t i = 0; i < names.size(); ++i) {
        fetch->in_order[i] = i;
    }
    const Field *fields = fetch->fields;
    std::sort(fetch->in_order, fetch->in_order + names.size(), [fields](size_t a, size_t b) {
        return key_order(fields[a].name, fields[a].size, fields[b].name, fields[b].size) < 0;
    });
    MemoryContextSwitchTo(old);
    return fetch;
}

AttrNumber column_named(TupleDesc descriptor, const char *name, int size) {
    for (int i = 0; i < descriptor->natts; ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(descriptor, i);
        if (!column->attisdropped && strncmp(NameStr(column->attname), name, static_cast<size_t>(size)) == 0 &&
            NameStr(column->attname)[size] == '\0') {
            return column->attnum;
        }
    }
    return no_column;
}

namespace {

// In an object with very many keys each name is looked for by itself.
void search_object(const FieldFetch *fetch, JsonbContainer *object, const size_t *wanted, size_t wanted_count, Value *values) {
    for (size_t i = 0; i < wanted_count; ++i) {
        const Field *field = &fetch->fields[wanted[i]];
        values[wanted[i]] = find_value(object, field->name, field->size);
    }
}

// What only the server's functions read is read from a copy, for they ask for an address that is a multiple of four.
void fetch_from_jsonb(FieldFetch *fetch, Datum source, const size_t *wanted, size_t wanted_count, Value *values) {
    auto *json = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(source));
    const LyingObject object(VARDATA_ANY(json));
    if (!KeyWalk::is_worth_it(object, wanted_count)) {
        search_object(fetch, &DatumGetJsonbP(PointerGetDatum(json))->root, wanted, wanted_count, values);
        return;
    }
    KeyShape *shape = shape_of(&fetch->shapes, object);
    KeyWalk keys(object);
    ValueWalk walk(object, shape != nullptr ? shape->key_bytes : object.key_bytes());
    Jsonb *copy = nullptr;
    for (size_t i = 0; i < wanted_count; ++i) {
        const size_t number = wanted[i];
        const Field *field = &fetch->fields[number];
        uint32 place = shape != nullptr ? shape->places[number] : 0;
        if (place == 0) {
            place = 1 + keys.find(field->name, field->size);
            if (shape != nullptr) {
                shape->places[number] = static_cast<uint8>(place);
            }
        }
        const uint32 key = place - 1;
        if (key != KeyWalk::no_key && walk.read(key, values[number])) {
            continue;
        }
        if (key != KeyWalk::no_key || field->is_path) {
            copy = copy != nullptr ? copy : DatumGetJsonbP(PointerGetDatum(json));
            values[number] = find_value(&copy->root, field->name, field->size);
        } else {
            values[number].type = Value::Type::missing;
        }
    }
}

// All readings of one name in the row type.
void find_readings(Field *field, TupleDesc descriptor) {
    field->readings = static_cast<Reading *>(palloc0(sizeof(Reading) * static_cast<size_t>(field->size + 1)));
    field->reading_count = 0;
    for (int end = field->size; end > 0; --end) {
        if (end < field->size && field->name[end] != '.') {
            continue;
        }
        // A column name longer than the limit cannot be one.
        const AttrNumber column = end < NAMEDATALEN ? column_named(descriptor, field->name, end) : no_column;
        if (column == no_column) {
            continue;
        }
        Reading *reading = &field->readings[field->reading_count];
        reading->column = column;
        reading->reader = make_type_reader(TupleDescAttr(descriptor, column - 1)->atttypid);
        if (end == field->size) {
            field->reading_count = 1;
            return;
        }
        if (reading->reader->way == TypeReader::Way::jsonb || reading->reader->way == TypeReader::Way::json) {
            reading->path = field->name + end + 1;
            reading->path_size = field->size - end - 1;
            ++field->reading_count;
        }
    }
}

// With its constraints: they hold the defaults of columns that old rows are too short to have.
void take_row_type(FieldFetch *fetch, TupleDesc descriptor) {
    fetch->descriptor = nullptr;
    if (fetch->type_context == nullptr) {
        fetch->type_context = AllocSetContextCreate(fetch->context, "leadscore row type", ALLOCSET_SMALL_SIZES);
    }
    MemoryContextReset(fetch->type_context);
    MemoryContext old = MemoryContextSwitchTo(fetch->type_context);
    TupleDesc copy = CreateTupleDescCopyConstr(descriptor);
    for (size_t i = 0; i < fetch->count; ++i) {
        find_readings(&fetch->fields[i], copy);
    }
    fetch->row = MakeSingleTupleTableSlot(copy, &TTSOpsHeapTuple);
    fetch->columns = MakeSingleTupleTableSlot(copy, &TTSOpsVirtual);
    fetch->descriptor = copy;
    MemoryContextSwitchTo(old);
}

void prepare_row_type(FieldFetch *fetch, Oid type, int32 typmod) {
    const uint64 identifier = assign_record_type_identifier(type, typmod);
    if (fetch->descriptor != nullptr && fetch->type == type && fetch->typmod == typmod && fetch->identifier == identifier) {
        return;
    }
    TupleDesc descriptor = lookup_rowtype_tupdesc(type, typmod);
    take_row_type(fetch, descriptor);
    ReleaseTupleDesc(descriptor);
    fetch->type = type;
    fetch->typmod = typmod;
    fetch->identifier = identifier;
}

// The jsonb of a column, detoasted once a row however many paths lead into it.
Jsonb *jsonb_of_column(FieldFetch *fetch, const Reading *reading, Datum datum) {
    if (fetch->json_column != reading->column) {
        fetch->json = reading->reader->way == TypeReader::Way::json ? json_as_jsonb(datum) : DatumGetJsonbP(datum);
        fetch->json_column = reading->column;
    }
    return fetch->json;
}

Value fetch_column(FieldFetch *fetch, TupleTableSlot *row, const Field *field) {
    for (int i = 0; i < field->reading_count; ++i) {
        const Reading *reading = &field->readings[i];
        bool is_null = false;
        const Datum datum = slot_getattr(row, reading->column, &is_null);
        if (reading->path == nullptr) {
            Value value;
            value.type = Value::Type::null;
            return is_null ? value : read_datum(reading->reader, datum);
        }
        if (is_null) {
            continue;
        }
        Jsonb *json = jsonb_of_column(fetch, reading, datum);
        const Value value = json != nullptr ? find_value(&json->root, reading->path, reading->path_size) : Value();
        if (value.type != Value::Type::missing) {
            return value;
        }
    }
    return {};
}

void fetch_from_slot(FieldFetch *fetch, TupleTableSlot *row, const size_t *wanted, size_t wanted_count, Value *values) {
    fetch->json_column = no_column;
    for (size_t i = 0; i < wanted_count; ++i) {
        values[wanted[i]] = fetch_column(fetch, row, &fetch->fields[wanted[i]]);
    }
}

pg_noinline void fetch_from_composite(FieldFetch *fetch, Datum source, const size_t *wanted, size_t wanted_count, Value *values) {
    HeapTupleHeader header = DatumGetHeapTupleHeader(source);
    prepare_row_type(fetch, HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
    HeapTupleData tuple;
    tuple.t_len = HeapTupleHeaderGetDatumLength(header);
    ItemPointerSetInvalid(&tuple.t_self);
    tuple.t_tableOid = InvalidOid;
    tuple.t_data = header;
    fetch_tuple_fields(fetch, &tuple, wanted, wanted_count, values);
}

} // namespace

void require_fields(Oid type) {
    if (type != JSONBOID && type != JSONOID && !type_is_rowtype(type)) {
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("attributes and properties must be jsonb, json or a row, not %s", format_type_be(type)),
                        errhint("Pass a jsonb column, or the table's alias for its whole row.")));
    }
}

void fetch_fields(FieldFetch *fetch, Oid type, Datum source, const size_t *wanted, size_t wanted_count, Value *values) {
    if (type == JSONBOID) {
        fetch_from_jsonb(fetch, source, wanted, wanted_count, values);
    } else if (type != JSONOID) {
        fetch_from_composite(fetch, source, wanted, wanted_count, values);
    } else if (Jsonb *json = json_as_jsonb(source); json != nullptr) {
        fetch_from_jsonb(fetch, JsonbPGetDatum(json), wanted, wanted_count, values);
    } else {
        for (size_t i = 0; i < wanted_count; ++i) {
            values[wanted[i]].type = Value::Type::missing;
        }
    }
}

void set_row_type(FieldFetch *fetch, TupleDesc descriptor) {
    const bool by_table = fetch->descriptor != nullptr && !OidIsValid(fetch->type);
    if (!by_table || !equalTupleDescs(fetch->descriptor, descriptor)) {
        take_row_type(fetch, descriptor);
        fetch->type = InvalidOid;
    }
}

void fetch_tuple_fields(FieldFetch *fetch, HeapTuple tuple, const size_t *wanted, size_t wanted_count, Value *values) {
    // A slot takes columns apart no further than needed, and once.
    ExecStoreHeapTuple(tuple, fetch->row, false);
    fetch_from_slot(fetch, fetch->row, wanted, wanted_count, values);
    ExecClearTuple(fetch->row);
}

void fetch_column_fields(FieldFetch *fetch, const Datum *columns, const bool *nulls, const size_t *wanted, size_t wanted_count, Value *values) {
    const auto count = static_cast<size_t>(fetch->descriptor->natts);
    TupleTableSlot *row = fetch->columns;
    ExecClearTuple(row);
    memcpy(row->tts_values, columns, sizeof(Datum) * count);
    memcpy(row->tts_isnull, nulls, sizeof(bool) * count);
    ExecStoreVirtualTuple(row);
    fetch_from_slot(fetch, row, wanted, wanted_count, values);
}

void fetch_slot_fields(FieldFetch *fetch, TupleTableSlot *slot, const size_t *wanted, size_t wanted_count, Value *values) {
    fetch_from_slot(fetch, slot, wanted, wanted_count, values);
}

void fetch_all_fields(FieldFetch *fetch, Oid type, Datum source, Value *values) {
    fetch_fields(fetch, type, source, fetch->in_order, fetch->count, values);
}

} // namespace leadscore
