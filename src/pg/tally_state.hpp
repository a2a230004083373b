// The state of the aggregates: an expanded lead_tally, so it is a real type, and flat wherever the server copies it.
//
// Why expanded and not a flat value with slack: docs/performance.md keeps the measurement. All states of one aggregate share one child context, so a
// state is one small allocation and its memory counts for the aggregate, and they share the list of evidence ids.
#pragma once

#include "../core/tally_log.hpp"
#include "call_site.hpp"

namespace leadscore {

struct TallyState {
    ExpandedObjectHeader header;
    uint32 magic;
    bool has_moment;
    int64_t as_of;             // of lead_score()
    SharedSet *set;            // null: of no rules yet
    SharedRules *rules;        // of lead_score()
    TallyLogs logs;
    char *flat;                // the flat form, between measuring and writing it
    size_t flat_size;
    Tally *scratch;            // of the call site
    CountEntry first_counts[6]; // most leads of a mass are small
};

// A new state in the aggregate's context.
TallyState *make_state(CallSite *site, MemoryContext aggregate_context);

// The state behind a datum, or null if it is a flat value.
TallyState *state_of(Datum datum);

// Makes room in the logs for what is to be appended.
void make_room(TallyState *state, size_t counts, size_t wides, size_t values);

// Fixes the evidence of the state; raises if it has been counted for other evidence.
void set_evidence(TallyState *state, SharedSet *set);

// Adds sign × a tally to the state.
void add_to_state(CallSite *site, TallyState *state, const Tally &tally, int sign);

// The state as canonical parts, in `tally`. Inside core calls only.
void read_state(TallyState *state, Tally &tally);

} // namespace leadscore
