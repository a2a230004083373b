// The rows of a query read as past leads.
#include "fit_reader.hpp"

#include "datum_value.hpp"
#include "tally_value.hpp"

extern "C" {
#include "tcop/dest.h"
}

namespace leadscore {

namespace {

enum Given { given_converted, given_test, given_at, given_tally, given_attributes };

// One value of a lead, ready for core. Plain data.
struct Found {
    size_t column;
    std::string_view member; // its whole name; empty: the column itself
    bool odd;
    enum class What { value, number, object } what;
    Value value;
    double number;
};

// Rows in the order of a query have few values each, but nobody knows how many.
struct FoundList {
    Found *items;
    size_t count;
    size_t room;

    Found &add(size_t column, std::string_view member, Found::What what) {
        if (count == room) {
            room = room == 0 ? 64 : room * 2;
            const size_t bytes = sizeof(Found) * room;
            items = static_cast<Found *>(items == nullptr ? palloc(bytes) : repalloc(items, bytes));
        }
        items[count] = {column, member, false, what, {}, 0};
        return items[count++];
    }
};

constexpr int most_depth = 8;

} // namespace

class FitReader {
public:
    DestReceiver receiver; // must come first
    FitCollector *collector;
    Program *candidates;
    Tally *tally;
    size_t measure_count;
    size_t *measures; // fields by rule of the candidates
    TypeReader **readers;
    size_t *fields; // by column of the query
    TupleDesc columns;
    Oid tally_type;
    bool reads_tally; // a column of another type may only be null
    MemoryContext memory;
    MemoryContext row; // reset with each row
    MemoryContextCallback on_release;
};

namespace {

void release(void *argument) {
    auto *reader = static_cast<FitReader *>(argument);
    delete reader->collector;
    delete reader->tally;
    reader->collector = nullptr;
    reader->tally = nullptr;
}

std::string_view member_name(std::string_view object, const JsonbValue &key) {
    const auto size = static_cast<size_t>(key.val.string.len);
    auto *name = static_cast<char *>(palloc(object.size() + size + 1));
    memcpy(name, object.data(), object.size());
    name[object.size()] = '.';
    memcpy(name + object.size() + 1, key.val.string.val, size);
    return {name, object.size() + 1 + size};
}

// Members of an object, and of objects in it.
void find_members(FoundList *found, size_t column, JsonbContainer *object, std::string_view name, int depth) {
    JsonbIterator *iterator = JsonbIteratorInit(object);
    JsonbValue key;
    JsonbIteratorToken token = JsonbIteratorNext(&iterator, &key, true);
    while ((token = JsonbIteratorNext(&iterator, &key, true)) == WJB_KEY) {
        JsonbValue value;
        token = JsonbIteratorNext(&iterator, &value, true);
        const std::string_view member = member_name(name, key);
        const bool odd = memchr(key.val.string.val, '.', static_cast<size_t>(key.val.string.len)) != nullptr;
        if (value.type == jbvBinary && JsonContainerIsObject(value.val.binary.data)) {
            found->add(column, member, Found::What::object).odd = odd;
            if (depth < most_depth) {
                find_members(found, column, value.val.binary.data, member, depth + 1);
            }
            continue;
        }
        Found &place = found->add(column, member, Found::What::value);
        place.value = read_jsonb_value(&value);
        place.odd = odd;
    }
}

void find_number(FoundList *found, size_t column, double number) {
    found->add(column, {}, Found::What::number).number = number;
}

void find_value(FitReader *reader, FoundList *found, int i, Datum datum) {
    using Way = TypeReader::Way;
    TypeReader *type = reader->readers[i];
    const size_t column = reader->fields[i];
    switch (type->way) {
    case Way::number16:
        find_number(found, column, DatumGetInt16(datum));
        return;
    case Way::number32:
        find_number(found, column, DatumGetInt32(datum));
        return;
    case Way::number64:
        find_number(found, column, static_cast<double>(DatumGetInt64(datum)));
        return;
    case Way::double_precision:
        if (const double number = DatumGetFloat8(datum); isfinite(number)) {
            find_number(found, column, number); // it is the nearest to its own decimal
            return;
        }
        break;
    case Way::jsonb:
    case Way::json: {
        Jsonb *json = type->way == Way::json ? json_as_jsonb(datum) : DatumGetJsonbP(datum);
        if (json != nullptr && JB_ROOT_IS_OBJECT(json)) {
            const char *name = NameStr(TupleDescAttr(reader->columns, i)->attname);
            found->add(column, {}, Found::What::object);
            find_members(found, column, &json->root, name, 1);
            return;
        }
        break;
    }
    default:
        break;
    }
    found->add(column, {}, Found::What::value).value = read_datum(type, datum);
}

// Inside core calls only.
void take_measures(FitReader *reader, bool has_tally, int64_t as_of) {
    Program &program = *reader->candidates;
    Workings workings;
    program.scores->score(nullptr, has_tally ? reader->tally : nullptr, program.attribute_surroundings(as_of), nullptr, workings);
    for (size_t i = 0; i < workings.rules.size(); ++i) {
        if (workings.rules[i] && !workings.rules[i]->missing) {
            reader->collector->add_number(reader->measures[i], from_micro(workings.rules[i]->measure));
        }
    }
}

// Inside core calls only.
void take_found(FitCollector *collector, const Found &found) {
    const size_t field = found.member.empty() ? found.column : collector->member(found.column, found.member, found.odd);
    if (field == FitCollector::no_field) {
        return;
    }
    switch (found.what) {
    case Found::What::number:
        collector->add_number(field, found.number);
        return;
    case Found::What::object:
        collector->add_object(field);
        return;
    case Found::What::value:
        collector->add(field, found.value);
        return;
    }
}

void fail_columns() {
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("the query's columns are not those of past leads")));
}

bool receive_lead(TupleTableSlot *slot, DestReceiver *self) {
    auto *reader = reinterpret_cast<FitReader *>(self);
    MemoryContextReset(reader->row);
    MemoryContext old = MemoryContextSwitchTo(reader->row);
    slot_getallattrs(slot);
    if (!slot->tts_isnull[given_tally] && !reader->reads_tally) {
        fail_columns();
    }
    FoundList found = {};
    for (int i = given_attributes; i < reader->columns->natts; ++i) {
        if (!slot->tts_isnull[i]) {
            find_value(reader, &found, i, slot->tts_values[i]);
        }
    }
    const bool measured = reader->measure_count > 0 && !slot->tts_isnull[given_at];
    const bool has_tally = measured && !slot->tts_isnull[given_tally];
    if (has_tally) {
        read_tally(slot->tts_values[given_tally], *reader->tally, &reader->candidates->evidence.digest);
    }
    const int64_t as_of = measured ? DatumGetTimestampTz(slot->tts_values[given_at]) : 0;
    const bool converted = !slot->tts_isnull[given_converted] && DatumGetBool(slot->tts_values[given_converted]);
    const bool test = !slot->tts_isnull[given_test] && DatumGetBool(slot->tts_values[given_test]);
    call_core([reader, &found, converted, test, measured, has_tally, as_of] {
        reader->collector->begin_lead(converted, test);
        for (size_t i = 0; i < found.count; ++i) {
            take_found(reader->collector, found.items[i]);
        }
        if (measured) {
            take_measures(reader, has_tally, as_of);
        }
    });
    MemoryContextSwitchTo(old);
    return true;
}

void start_leads(DestReceiver *self, int, TupleDesc columns) {
    auto *reader = reinterpret_cast<FitReader *>(self);
    MemoryContext old = MemoryContextSwitchTo(reader->memory);
    reader->columns = CreateTupleDescCopy(columns);
    const Oid expected[] = {BOOLOID, BOOLOID, TIMESTAMPTZOID};
    for (int i = 0; i < given_tally; ++i) {
        if (columns->natts < given_attributes || TupleDescAttr(columns, i)->atttypid != expected[i]) {
            fail_columns();
        }
    }
    reader->reads_tally = getBaseType(TupleDescAttr(columns, given_tally)->atttypid) == reader->tally_type;
    const auto count = static_cast<size_t>(columns->natts);
    reader->readers = static_cast<TypeReader **>(palloc0(sizeof(TypeReader *) * count));
    reader->fields = static_cast<size_t *>(palloc0(sizeof(size_t) * count));
    for (int i = given_attributes; i < columns->natts; ++i) {
        reader->readers[i] = make_type_reader(TupleDescAttr(columns, i)->atttypid);
        const char *name = NameStr(TupleDescAttr(columns, i)->attname);
        size_t *field = &reader->fields[i];
        call_core([reader, name, field] { *field = reader->collector->column(name); });
    }
    MemoryContextSwitchTo(old);
}

void end_leads(DestReceiver *) {
}

} // namespace

FitReader *make_fit_reader(Program *candidates, Oid tally_type, size_t expected, MemoryContext memory) {
    MemoryContext old = MemoryContextSwitchTo(memory);
    auto *reader = static_cast<FitReader *>(palloc0(sizeof(FitReader)));
    reader->receiver = {receive_lead, start_leads, end_leads, end_leads, DestTuplestore};
    reader->candidates = candidates;
    reader->tally_type = tally_type;
    reader->memory = memory;
    reader->row = AllocSetContextCreate(memory, "leadscore lead", ALLOCSET_DEFAULT_SIZES);
    reader->on_release.func = release;
    reader->on_release.arg = reader;
    MemoryContextRegisterResetCallback(memory, &reader->on_release);
    call_core([reader, expected] {
        reader->collector = new FitCollector(expected);
        reader->tally = new Tally();
    });
    reader->measure_count = candidates->rules.rules.size();
    reader->measures = static_cast<size_t *>(palloc0(sizeof(size_t) * (reader->measure_count + 1)));
    call_core([reader] {
        const auto &rules = reader->candidates->rules.rules;
        for (size_t i = 0; i < rules.size(); ++i) {
            reader->measures[i] = reader->collector->column(rules[i].name, static_cast<int>(i));
        }
    });
    MemoryContextSwitchTo(old);
    return reader;
}

void read_leads(FitReader *reader, const char *query) {
    SPIExecuteOptions options = {};
    options.read_only = true;
    options.dest = &reader->receiver;
    const int code = SPI_execute_extended(query, &options);
    if (code < 0) {
        elog(ERROR, "leadscore: %s", SPI_result_code_string(code));
    }
}

FitTable collected(FitReader *reader) {
    FitTable table = reader->collector->finish();
    table.candidates = reader->candidates->rules;
    return table;
}

} // namespace leadscore
