// Rows of the history that the running transaction wrote.
#pragma once

#include "model.hpp"

namespace leadscore {

// What a row tells. Plain data; its texts lie in the tuple, which is copied into the current context.
struct OwnChange {
    int64 id;
    Datum old_stage;
    bool old_stage_null;
    Datum new_stage;
    bool new_stage_null;
    TimestampTz old_since;
    bool old_since_null;
};

// Plain data. Opened for one round.
struct StageHistory;

StageHistory *open_stage_history(const Model *model);
void close_stage_history(StageHistory *history);

// The last row of a lead and a moment that is of this transaction; false if there is none.
bool find_own_change(StageHistory *history, const Datum *key, TimestampTz at, OwnChange *change);

} // namespace leadscore
