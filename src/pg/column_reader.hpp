// How key, kind and moment of an event are read from the columns of a row: as SQL reads them when it compares with a lead's key,
// casts to text, and takes a time without zone in the rules' time zone.
#pragma once

#include "../core/zone.hpp"
#include "server.hpp"

#include <string_view>

namespace leadscore {

// A column as a value of another type. Plain data.
struct KeyReader {
    enum class Way { as_is, integer, function };
    Way way;
    AttrNumber column;
    Oid from;
    Oid to;
    FmgrInfo cast; // Way::function
};

// False if there is no such column, or the server would not compare it with the type.
bool make_key_reader(KeyReader *reader, TupleDesc row, const char *column, Oid type, MemoryContext memory);

// Whether values of one type, no domain, name keys of another: the same, integers of any size, or an implicit cast; of the
// server's own one that no value can make fail. names_key() in sql/52_model_statements.sql draws the same line.
bool can_name_key(Oid from, Oid to);

// False if the column is null, or no value of the type can equal it.
bool read_key_column(KeyReader *reader, TupleTableSlot *slot, Datum *key);

struct KindReader {
    enum class Way { text, function, output };
    Way way;
    AttrNumber column;
    FmgrInfo cast;
};

bool make_kind_reader(KindReader *reader, TupleDesc row, const char *column, MemoryContext memory);

// False if it is null. The text lives in the row or in the current context.
bool read_kind(KindReader *reader, TupleTableSlot *slot, std::string_view *kind);

struct MomentReader {
    AttrNumber column;
    Oid type; // date, timestamp or timestamptz
};

bool make_moment_reader(MomentReader *reader, TupleDesc row, const char *column);

// Whether a row is marked as deleted. Plain data.
struct DeletedReader {
    AttrNumber column; // invalid: nothing marks any
    bool is_flag;      // true marks; else any moment does
};

// Of a type, no domain.
bool tells_moment(Oid type);
bool marks_deleted(Oid type);

bool make_deleted_reader(DeletedReader *reader, TupleDesc row, const char *column);

inline bool is_deleted(const DeletedReader *reader, TupleTableSlot *slot) {
    if (reader->column == InvalidAttrNumber) {
        return false;
    }
    bool is_null = false;
    const Datum value = slot_getattr(slot, reader->column, &is_null);
    return !is_null && (!reader->is_flag || DatumGetBool(value));
}

// Null, or why the event has no moment: a text that stays the same.
const char *read_moment(const MomentReader *reader, TupleTableSlot *slot, const Zone &zone, int64_t *at);

} // namespace leadscore
