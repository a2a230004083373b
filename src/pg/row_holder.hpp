// Who has a row.
#pragma once

#include "server.hpp"

namespace leadscore {

// The transaction of somebody else that has locked or changed the row in the slot, of a heap table, so that FOR NO KEY UPDATE would have to wait for
// it; invalid if there is none. The slot must hold the row as a scan found it.
TransactionId holder_of_row(TupleTableSlot *slot);

} // namespace leadscore
