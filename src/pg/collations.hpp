// Collations of columns that refer to each other.
#pragma once

#include "server.hpp"

namespace leadscore {

// Invalid if the column is gone or its type has none.
Oid column_collation(Oid table, const NameData *column);

// Whether a column of one collation may refer to a key of another: not if one of them holds different texts for equal.
bool collations_agree(Oid collation, Oid key_collation);

// Whether texts of both can be compared by SQL that names none, and are equal under one if they are under the other.
bool can_compare(Oid one, Oid other);

// " COLLATE …", for a column to be compared with a key of another collation; empty if it has the same.
const char *collate_as(Oid collation, Oid key_collation);

} // namespace leadscore
