// Who writes scores, and who changes the rules they are scored by.
//
// A writer has loaded the rules before it writes, and new rules may come into force in between: then its row would be of the old ones, and
// nobody would know. An index on the version of each row tells, but costs each write an entry in every index. So there is a lock: writers
// share it, until their transaction ends, if they get it without waiting; who changes rules holds it alone. A writer that does not get it
// goes on and marks its rows as due.
#pragma once

#include "server.hpp"

namespace leadscore {

// Whether no other transaction is changing the rules of the model with this score table, nor will before this one ends.
bool share_rules(Oid scores);

// Whether this transaction holds them.
bool holds_rules(Oid scores);

// Whether nobody else writes scores by these rules without marking them. Waits for those who share them if `wait`.
bool hold_rules(Oid scores, bool wait);

} // namespace leadscore
