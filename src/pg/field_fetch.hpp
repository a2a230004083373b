// Fields by name out of jsonb or a row: only the needed ones are looked at, nothing is turned into JSON on the way.
#pragma once

#include "../core/value.hpp"
#include "server.hpp"

#include <string>
#include <vector>

namespace leadscore {

struct FieldFetch;

FieldFetch *make_field_fetch(const std::vector<std::string> &names, MemoryContext context);

// Raises unless values of the type have fields: json, jsonb or any row type.
void require_fields(Oid type);

// Writes the wanted fields (numbers into `names`) to `values` by number. `source` is of type `type`, which has passed
// require_fields(). What values point to lives in the current context or in `source`.
void fetch_fields(FieldFetch *fetch, Oid type, Datum source, const size_t *wanted, size_t wanted_count, Value *values);

// The same out of rows of a table or query, without making a value of the row. Columns are found once for all rows that
// follow; the descriptor may be freed.
void set_row_type(FieldFetch *fetch, TupleDesc descriptor);
void fetch_tuple_fields(FieldFetch *fetch, HeapTuple tuple, const size_t *wanted, size_t wanted_count, Value *values);
// `columns`, `nulls`: all columns of the row type.
void fetch_column_fields(FieldFetch *fetch, const Datum *columns, const bool *nulls, const size_t *wanted, size_t wanted_count, Value *values);
void fetch_slot_fields(FieldFetch *fetch, TupleTableSlot *slot, const size_t *wanted, size_t wanted_count, Value *values);

// Number of the column of that name; InvalidAttrNumber if there is none.
AttrNumber column_named(TupleDesc descriptor, const char *name, int size);

// All fields.
void fetch_all_fields(FieldFetch *fetch, Oid type, Datum source, Value *values);

} // namespace leadscore
