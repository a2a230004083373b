// What a leads table may have against a write of its score columns.
#pragma once

#include "server.hpp"

namespace leadscore {

struct LeadRefusals {
    bool possible;  // something of the table's own might refuse the write: it is made with care
    List *deferred; // ConstraintsSetStmt: deferrable constraints on the score columns, which would tell only at commit
};

// Locks the table as a reader does. In the current memory context.
LeadRefusals find_lead_refusals(Oid leads, const char *score, const char *stage);

// Why the server would take no update of a table that is published, and what helps; null if it takes them.
const char *publication_refusal(Oid leads);

// Whether an expression calls a function that is not the server's.
bool calls_users_function(Node *node, void *unused);

// Lets deferred constraints speak now, and leaves them as they were.
void ask_deferred(const List *deferred);

} // namespace leadscore
