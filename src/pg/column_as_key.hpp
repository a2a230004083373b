// A column that names a lead, in a statement.
#pragma once

#include "server.hpp"

namespace leadscore {

// ", alias.column" as a value of the key's type; an integer that this cannot hold names no lead.
void add_column_as_key(StringInfo sql, const char *alias, Oid table, const NameData *name, Oid type);

} // namespace leadscore
