// The aggregate value_outcomes(): what became of leads, by the values of their attributes. Rows are taken apart here, members of
// jsonb by their paths; the core counts.
#include "../core/value_outcomes.hpp"

#include "datum_value.hpp"
#include "field_fetch.hpp"
#include "guard.hpp"

namespace leadscore {

namespace {

constexpr int attributes_argument = 1;
constexpr int converted_argument = 2;
constexpr int at_argument = 3;
constexpr int bands_argument = 4;
constexpr int values_argument = 5;

// Deeper objects are there, and nothing is told of what is in them.
constexpr int most_depth = 8;
constexpr int most_shown = 1000; // bands, and values, of one attribute

struct OutcomeState {
    MemoryContextCallback on_release;
    ValueOutcomes *outcomes;
    int bands;
    int most_values;
};

void release(void *argument) {
    auto *state = static_cast<OutcomeState *>(argument);
    delete state->outcomes;
    state->outcomes = nullptr;
}

// The row type of one call, for all rows that follow.
struct RowColumns {
    Oid type; // of the argument
    Oid row_type;
    int32 typmod;
    uint64 identifier;
    TupleDesc descriptor; // null: none yet
    TypeReader **readers;
    MemoryContext context;
};

// In memory of the row. Plain data.
struct Collected {
    FieldValue *values;
    size_t used;
    size_t capacity;
    TimestampTz at; // or infinite

    FieldValue *add(std::string_view name, int group) {
        if (used == capacity) {
            capacity *= 2;
            values = static_cast<FieldValue *>(repalloc(values, capacity * sizeof(FieldValue)));
        }
        FieldValue *value = &values[used++];
        *value = FieldValue();
        value->name = name;
        value->group = group;
        return value;
    }
};

int64_t days_between(int64 later, int64 earlier) {
    const auto difference = static_cast<int128>(later) - earlier;
    const auto days = static_cast<int64_t>(difference / USECS_PER_DAY);
    return days - (difference < 0 && difference % USECS_PER_DAY != 0 ? 1 : 0);
}

// A time is told by its age. A time without zone is taken in UTC: what counts are days.
void take_time(const Collected &collected, FieldValue *field) {
    const Value::Type type = field->value.type;
    if (TIMESTAMP_NOT_FINITE(collected.at) ||
        (type != Value::Type::date && type != Value::Type::local_time && type != Value::Type::instant)) {
        return;
    }
    field->is_days = true;
    field->days = type == Value::Type::date ? days_between(collected.at, 0) - field->value.time
                                            : days_between(collected.at, field->value.time);
}

// "prefix.key"
std::string_view path_of(std::string_view prefix, const JsonbValue &key) {
    const std::string_view name = {key.val.string.val, static_cast<size_t>(key.val.string.len)};
    const size_t head = prefix.empty() ? 0 : prefix.size() + 1;
    auto *path = static_cast<char *>(palloc(head + name.size() + 1));
    if (head > 0) {
        memcpy(path, prefix.data(), prefix.size());
        path[prefix.size()] = '.';
    }
    name.copy(path + head, name.size());
    return {path, head + name.size()};
}

// The members of an object, and of objects in it; more than the core would take are not looked at. Where two paths have one name,
// the longer key comes first, as for rules: jsonb has short keys first, so objects wait and are opened from behind.
void collect_members(Collected &collected, JsonbContainer *object, std::string_view prefix, int group, int depth) {
    struct Inner {
        std::string_view path;
        JsonbContainer *object;
    };
    const size_t most = collected.used + ValueOutcomes::most_members + 1;
    Inner *inner = nullptr;
    size_t inner_count = 0;
    JsonbIterator *iterator = JsonbIteratorInit(object);
    JsonbValue key;
    JsonbValue member;
    JsonbIteratorToken token = JsonbIteratorNext(&iterator, &key, true); // the object begins
    while ((token = JsonbIteratorNext(&iterator, &key, true)) == WJB_KEY && collected.used + inner_count < most) {
        token = JsonbIteratorNext(&iterator, &member, true);
        const std::string_view path = path_of(prefix, key);
        if (member.type != jbvBinary || !JsonContainerIsObject(member.val.binary.data) || depth == most_depth) {
            collected.add(path, group)->value = read_jsonb_value(&member);
            continue;
        }
        if (inner == nullptr) {
            inner = static_cast<Inner *>(palloc(sizeof(Inner) * (ValueOutcomes::most_members + 1)));
        }
        inner[inner_count++] = {path, member.val.binary.data};
    }
    while (inner_count > 0 && collected.used < most) {
        --inner_count;
        collect_members(collected, inner[inner_count].object, inner[inner_count].path, group, depth + 1);
    }
}

void take_row_type(RowColumns *columns, Oid type, int32 typmod) {
    const uint64 identifier = assign_record_type_identifier(type, typmod);
    if (columns->descriptor != nullptr && columns->row_type == type && columns->typmod == typmod &&
        columns->identifier == identifier) {
        return;
    }
    TupleDesc descriptor = lookup_rowtype_tupdesc(type, typmod);
    columns->descriptor = nullptr;
    if (columns->context == nullptr) {
        columns->context = AllocSetContextCreate(CurrentMemoryContext, "leadscore row type", ALLOCSET_SMALL_SIZES);
    }
    MemoryContextReset(columns->context);
    MemoryContext old = MemoryContextSwitchTo(columns->context);
    TupleDesc copy = CreateTupleDescCopyConstr(descriptor);
    columns->readers = static_cast<TypeReader **>(palloc0(sizeof(TypeReader *) * static_cast<size_t>(copy->natts + 1)));
    for (int i = 0; i < copy->natts; ++i) {
        if (!TupleDescAttr(copy, i)->attisdropped) {
            columns->readers[i] = make_type_reader(TupleDescAttr(copy, i)->atttypid);
        }
    }
    columns->descriptor = copy;
    MemoryContextSwitchTo(old);
    ReleaseTupleDesc(descriptor);
    columns->row_type = type;
    columns->typmod = typmod;
    columns->identifier = identifier;
}

Jsonb *object_in(const TypeReader *reader, Datum datum) {
    Jsonb *json = reader->way == TypeReader::Way::jsonb  ? DatumGetJsonbP(datum)
                  : reader->way == TypeReader::Way::json ? json_as_jsonb(datum)
                                                         : nullptr;
    return json != nullptr && JB_ROOT_IS_OBJECT(json) ? json : nullptr;
}

// All columns first: one that is called like a path wins over it.
void collect_row(Collected &collected, RowColumns *columns, Datum row, MemoryContext lasting) {
    HeapTupleHeader header = DatumGetHeapTupleHeader(row);
    MemoryContext old = MemoryContextSwitchTo(lasting);
    take_row_type(columns, HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
    MemoryContextSwitchTo(old);
    HeapTupleData tuple;
    tuple.t_len = HeapTupleHeaderGetDatumLength(header);
    ItemPointerSetInvalid(&tuple.t_self);
    tuple.t_tableOid = InvalidOid;
    tuple.t_data = header;
    const int count = columns->descriptor->natts;
    auto *datums = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<size_t>(count + 1)));
    auto *nulls = static_cast<bool *>(palloc(sizeof(bool) * static_cast<size_t>(count + 1)));
    heap_deform_tuple(&tuple, columns->descriptor, datums, nulls);
    for (int i = 0; i < count; ++i) {
        if (columns->readers[i] == nullptr) {
            continue;
        }
        const char *name = NameStr(TupleDescAttr(columns->descriptor, i)->attname);
        FieldValue *field = collected.add(name, FieldValue::column);
        if (!nulls[i]) {
            field->value = read_datum(columns->readers[i], datums[i]);
            take_time(collected, field);
        }
    }
    int group = 0;
    for (int i = 0; i < count; ++i) {
        if (columns->readers[i] == nullptr) {
            continue;
        }
        if (Jsonb *object = nulls[i] ? nullptr : object_in(columns->readers[i], datums[i]); object != nullptr) {
            const char *name = NameStr(TupleDescAttr(columns->descriptor, i)->attname);
            collect_members(collected, &object->root, name, group, 1);
        }
        ++group;
    }
}

int shown_argument(FunctionCallInfo fcinfo, int argument, const char *name) {
    const int shown = PG_ARGISNULL(argument) ? 0 : PG_GETARG_INT32(argument);
    if (shown < 1 || shown > most_shown) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must be from 1 to %d", name, most_shown)));
    }
    return shown;
}

OutcomeState *open_state(FunctionCallInfo fcinfo) {
    MemoryContext context = nullptr;
    if (AggCheckCallContext(fcinfo, &context) == 0) {
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("this function can be called by its aggregate only")));
    }
    if (!PG_ARGISNULL(0)) {
        return reinterpret_cast<OutcomeState *>(PG_GETARG_POINTER(0));
    }
    auto *state = static_cast<OutcomeState *>(MemoryContextAllocZero(context, sizeof(OutcomeState)));
    state->bands = shown_argument(fcinfo, bands_argument, "bands");
    state->most_values = shown_argument(fcinfo, values_argument, "most_values");
    state->on_release.func = release;
    state->on_release.arg = state;
    MemoryContextRegisterResetCallback(context, &state->on_release);
    call_core([state] { state->outcomes = new ValueOutcomes(); });
    return state;
}

RowColumns *columns_of(FunctionCallInfo fcinfo) {
    auto *columns = static_cast<RowColumns *>(fcinfo->flinfo->fn_extra);
    if (columns == nullptr) {
        const Oid type = get_fn_expr_argtype(fcinfo->flinfo, attributes_argument);
        require_fields(type);
        columns = static_cast<RowColumns *>(MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(RowColumns)));
        columns->type = type;
        fcinfo->flinfo->fn_extra = columns;
    }
    return columns;
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_value_outcomes_step);
LEADSCORE_FUNCTION(leadscore_value_outcomes_final);

Datum leadscore_value_outcomes_step(PG_FUNCTION_ARGS) {
    RowColumns *columns = columns_of(fcinfo);
    OutcomeState *state = open_state(fcinfo);
    if (PG_ARGISNULL(converted_argument)) {
        PG_RETURN_POINTER(state);
    }
    Collected collected = {static_cast<FieldValue *>(palloc(sizeof(FieldValue) * 64)), 0, 64, DT_NOBEGIN};
    if (!PG_ARGISNULL(at_argument)) {
        collected.at = PG_GETARG_TIMESTAMPTZ(at_argument);
    }
    if (!PG_ARGISNULL(attributes_argument)) {
        const Datum attributes = PG_GETARG_DATUM(attributes_argument);
        if (columns->type != JSONBOID && columns->type != JSONOID) {
            collect_row(collected, columns, attributes, fcinfo->flinfo->fn_mcxt);
        } else if (Jsonb *json = columns->type == JSONOID ? json_as_jsonb(attributes) : DatumGetJsonbP(attributes);
                   json != nullptr && JB_ROOT_IS_OBJECT(json)) {
            collect_members(collected, &json->root, {}, 0, 1);
        }
    }
    const bool converted = PG_GETARG_BOOL(converted_argument);
    call_core([state, &collected, converted] { state->outcomes->add_lead(collected.values, collected.used, converted); });
    PG_RETURN_POINTER(state);
}

Datum leadscore_value_outcomes_final(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    const auto *state = reinterpret_cast<OutcomeState *>(PG_GETARG_POINTER(0));
    char *json = nullptr;
    call_core([state, &json] {
        json = copy_out(state->outcomes->rows(static_cast<size_t>(state->bands), static_cast<size_t>(state->most_values)), 0);
    });
    return DirectFunctionCall1(jsonb_in, CStringGetDatum(json));
}
}
