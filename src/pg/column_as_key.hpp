// A column that names a lead, in a statement.
#pragma once

#include "server.hpp"

namespace leadscore {

// A type as statements write it. Without a length: "character" and "bit" would be those of length 1.
const char *type_in_statement(Oid type);

// ", alias.column" as a value of the key's type; an integer that this cannot hold names no lead.
void add_column_as_key(StringInfo sql, const char *alias, Oid table, const NameData *name, Oid type);

} // namespace leadscore
