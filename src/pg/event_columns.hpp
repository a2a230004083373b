// Where a table that has triggers keeps what upkeep reads: numbers of columns and how to read them.
//
// A model knows columns by name; a partition may number them otherwise than its parent. What was found is kept in the model's
// memory for each table met.
#pragma once

#include "column_reader.hpp"
#include "model.hpp"
#include "row_watch.hpp"

namespace leadscore {

enum class Part { leads, events, attributes, via };

struct TableColumns {
    TableColumns *next;
    MemoryContext memory;
    Part part;
    int source;
    Oid table;
    TupleDesc row;
    const char *unusable; // the first column that is gone or of a type that cannot be used; null: all are well
    KeyReader keys[INDEX_MAX_KEYS];
    int key_count;
    RowWatch watch; // a row in which none of these changed brings nothing new

    // Of events.
    MomentReader at;
    DeletedReader deleted;
    const char *kind; // constant, or null and then
    KindReader kind_from;
    size_t kind_size;
    FieldFetch *fields;
    AttrNumber properties; // invalid: the row itself
    Oid properties_type;

    // Of leads.
    RowWatch mirrored; // score and stage
    RowWatch pointers; // columns that refer to related rows

    // Of contacts; `keys` are those of their leads.
    KeyReader contact[INDEX_MAX_KEYS];
    int contact_count;
    RowWatch contact_key;
    bool contact_has_many; // rows, and so leads
};

TableColumns *event_columns(Model *model, const EventSource *source, Oid table, TupleDesc row);

// Keys of contacts and of the leads they are of.
TableColumns *contact_columns(Model *model, const EventSource *source, Oid table, TupleDesc row);

// Keys of lead rows.
TableColumns *lead_columns(Model *model, Oid table, TupleDesc row);

// Keys of related rows, as values of the columns of leads that point to them.
TableColumns *related_columns(Model *model, const AttributeSource *source, Oid table, TupleDesc row);

// Type of a column of leads, without domains; invalid if it is gone.
Oid lead_column_type(const Model *model, const NameData *column);

// What a column of a related key and the one of leads that points to it are both read as to be compared, and the collation that says which are equal.
Oid related_key_type(const Model *model, const AttributeSource *source, int position);
Oid related_key_collation(const Model *model, const AttributeSource *source, int position);

// All key columns of a row, as in `keys`; false if one is null or no lead can equal it.
inline bool read_key(TableColumns *columns, TupleTableSlot *slot, Datum *key) {
    for (int i = 0; i < columns->key_count; ++i) {
        if (!read_key_column(&columns->keys[i], slot, &key[i])) {
            return false;
        }
    }
    return true;
}

} // namespace leadscore
