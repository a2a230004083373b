// Lead rows of plain tables: found by key, locked, read and written without SQL.
//
// Two statements for each event, of a row that an index finds, cost more than all else that upkeep does. So they are left out where nobody
// could tell: a table without children, with a unique index on the key; for writing, one of which nothing but its score columns changes.
// Everywhere else the statements of model_plans.hpp do it.
#pragma once

#include "model.hpp"
#include "row_write.hpp"

namespace leadscore {

struct LeadTable;

// Opened for one batch, and locked as the statements would; null where they are needed. To be called as the owner of the leads table.
// `writes`: those of the score rows, made for as many leads.
LeadTable *open_lead_table(Model *model, const RowWrites &writes);
void close_lead_table(LeadTable *table);

// How rows are found: only read, or locked as SELECT … FOR NO KEY UPDATE does, in every isolation level; all, or those before the first
// that is not there.
enum class Finding { read, locked, locked_until_absent };

// The rows of `count` keys as of now, copied into the current context; null for those that are not there. Returns how many were looked for.
size_t find_lead_rows(LeadTable *table, const Datum *const *keys, size_t count, Finding finding, HeapTuple *rows);

// Waits for the first other transaction that has one of these rows, if any has; false if none.
bool await_one_lead(LeadTable *table, const Datum *const *keys, size_t count);

// Where columns of a row are, and what fetches the attributes out of it.
struct LeadPlaces {
    AttrNumber score;
    AttrNumber stage;
    FieldFetch *fields;
};
LeadPlaces places_of(const LeadTable *table);

struct LeadScore {
    Datum score;
    bool score_null;
    Datum stage;
    bool stage_null;
};

// A row of the table, and its columns.
struct LeadRow {
    HeapTuple tuple;
    Datum *values;
    bool *nulls;
};
LeadRow columns_of(const LeadTable *table, HeapTuple row);

// Writes the score columns of a row that was locked last; false where a statement must do it. Others see it after the next command.
bool write_lead_row(LeadTable *table, const LeadRow &row, const LeadScore &score);

} // namespace leadscore
