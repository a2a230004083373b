// The state of the aggregates: an expanded lead_tally, so it is a real type, and flat wherever the server copies it.
//
// Why expanded and not a flat value with slack: docs/performance.md keeps the measurement. All states of one aggregate share one
// child context, so a state is one small allocation and its memory counts for the aggregate, and they share the list of evidence
// ids.
#pragma once

#include "../core/tally_log.hpp"
#include "call_site.hpp"

namespace leadscore {

// Kept small: a hundred thousand leads are looked at in random order.
struct TallyState {
    ExpandedObjectHeader header;
    uint32 magic;
    SharedSet *set;             // null: of no rules yet
    struct varlena *flat;       // the flat form, between measuring and writing it
    TallyLogs logs;             // its first part is what most events need
    CountEntry first_counts[8]; // many leads have no more
    CallSite *site;
    SharedRules *rules; // of lead_score(), and then its moment
    int64_t as_of;
    int64_t rows; // with rules, in a moving window frame
};

// Hits on their way to the states of one aggregate.
//
// In a hash aggregate every event meets another lead, so its state is not in the processor's cache, and the wait for memory costs
// more than all the rest (docs/performance.md). So hits wait here and are handed over in one go, the next states being fetched
// meanwhile. Only hits that need no check against the state may wait: those of an aggregate whose rows all had the same rules and
// moment so far.
struct WaitingHits {
    static constexpr size_t capacity = 512;

    struct Hit {
        TallyState *state;
        CountEntry entry;
    };
    size_t used;
    Hit hits[capacity];
};

// Hands all waiting hits over; may raise for want of memory, after which nothing waits. Null: nothing waits.
void hand_over(WaitingHits *waiting);

// Forgets the hits of states that are about to be freed.
void drop_waiting(WaitingHits *waiting, MemoryContext context);

// A new state in the aggregate's context.
TallyState *make_state(CallSite *site, MemoryContext aggregate_context);

// The state behind a datum, or null if it is a flat value.
TallyState *state_of(Datum datum);

// The same for a datum known to be a state's, without looking at its memory.
inline TallyState *known_state(Datum datum) {
    return reinterpret_cast<TallyState *>(DatumGetPointer(datum) - offsetof(ExpandedObjectHeader, eoh_rw_ptr));
}

// Makes room in the logs for what is to be appended.
void make_room(TallyState *state, size_t counts, size_t wides, size_t values);

// Fixes the evidence of the state; raises if it has been counted for other evidence.
void set_evidence(TallyState *state, SharedSet *set);

// Adds sign × a tally to the state.
void add_to_state(CallSite *site, TallyState *state, const Tally &tally, int sign);

// The state as canonical parts, in `tally`; the ids only if they are not of the set that is `known`. Inside core calls only.
void read_state(TallyState *state, Tally &tally, const SetDigest *known = nullptr);

// The rules and moment that it carries, too.
void read_rules_of_state(const TallyState *state, Tally &tally);

// The state as the result of its aggregate: read where it is, by whoever looks at it before the next result, and flat wherever it
// is kept.
Datum result_of_state(const TallyState *state);

} // namespace leadscore
