// The score row of a key as it was before the running transaction.
#pragma once

#include "score_rows.hpp"

namespace leadscore {

// False if there was none, or this transaction has not changed it. The server keeps the version until the transaction ends; it is not
// of a table of another kind than heap that this can be asked.
bool find_row_before(ScoreRows *rows, const Datum *key, ScoreRow *row);

} // namespace leadscore
