// The state of the aggregates that judge scores: outcomes counted by score, in the memory of the aggregate.
#pragma once

#include "../core/outcome_table.hpp"
#include "aggregate_call.hpp"

#include <vector>

namespace leadscore {

// Plain data.
struct OutcomeState {
    OutcomeTable table;
    MemoryContext context;
    // What the aggregate was given beside leads, the same for all rows; 0 and null: nothing.
    int32 bands;
    struct varlena *rules; // a scoring_rules value
};

// The state in the first argument, or a new one.
OutcomeState *open_outcomes(FunctionCallInfo fcinfo);

// The state in an argument; null if there is none.
OutcomeState *outcomes_argument(FunctionCallInfo fcinfo, int argument);

// Counts one lead. A score that is no finite number cannot be judged: it is left out and counted as such.
void count_outcome(OutcomeState *state, double score, double other, bool converted);

inline void leave_out(OutcomeState *state) {
    ++state->table.left_out;
}

// What was counted, sorted; nothing for a null state. Inside core calls only.
std::vector<OutcomeCell> outcomes_of(const OutcomeState *state);

// Sets what is the same for all rows, or raises if it is not.
void set_bands(OutcomeState *state, int32 bands);
void set_rules(OutcomeState *state, const struct varlena *rules);

} // namespace leadscore
