// The own tables of a model: whether they are as upkeep needs them. What it could not write must not make a write of the CRM
// fail.
#pragma once

#include "model.hpp"

namespace leadscore {

// All are there and belong to the owner of the leads table, who goes into the model.
bool has_own_tables(Model *model, const char **why);

// A primary key on the first columns of the score table, in their order, by which upkeep finds rows.
bool has_score_key(Relation scores, int key_count);

// Whether keys that are equal are the same bytes, as the index knows it; true if there is none.
bool has_one_spelling(Relation scores);

// The operator class of a column of a table's primary key, the first being 1; invalid if there is none.
Oid primary_key_opclass(Relation table, int position);

// The columns that upkeep reads and writes, with their types; those of the score table in their place. Keys must be read.
bool has_table_columns(const Model *model, TupleDesc scores);

// That of the tables which lacks such columns, keys apart; invalid if none does. One that is gone lacks none. `others`: four companions.
Oid altered_table(Oid scores, int key_count, const Oid *others);

// The same of a score table that is open, and may have been altered since the model was loaded. Raises.
void require_score_columns(const Model *model, Relation scores);

// The place of a column in a companion table that is open, for its owner may have made it with another order. Raises if it is gone, or of another type.
AttrNumber require_column(Relation companion, const char *name, Oid type);

// Why upkeep might fail although all is there: somebody's triggers and constraints on the tables, rights that the owner gave up
// or never had on those of others. Null if nothing is known that could. Sources must be read.
const char *find_doubts(const Model *model);

} // namespace leadscore
