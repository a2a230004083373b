// One lead scored anew: what was stored, what is new, and the moment in; what is to be stored out. No table is touched here.
#pragma once

#include "../core/tally_log.hpp"
#include "model.hpp"
#include "stored_bytes.hpp"

namespace leadscore {

// A difference that waited in the queue, counted for the evidence of its time.
struct PendingDelta {
    const KnownEvidence *counted_for;
    std::string_view bytes;
};

// Views; what they show must live through the call. The attributes are in the program's scratch, Program::attribute_values.
struct ScoreInput {
    bool present;                     // the lead itself is there
    const KnownEvidence *counted_for; // evidence of the stored row; null: there is no row
    mutable StoredBytes tally;        // packed; read when it is needed
    std::string_view recent;
    std::string_view points;          // known points; empty for none
    bool points_hold;                 // they are of these rules and of this lead, and time did not change its score since
    bool has_last_event;
    int64_t last_event; // of the stored row
    bool recounted; // `recount` stands in for all that was stored
    std::string_view recount;
    TallyLogs *delta; // for the evidence that the model collects; null: none
    const PendingDelta *pending;
    size_t pending_count;
    std::string_view adjustments; // JSON; empty for none
    int64_t as_of;
    bool has_previous;
    std::string_view previous; // stage
};

// Plain data in the current memory context.
struct FreshScore {
    bool recount_needed; // the stored evidence is not enough and cannot be made so: nothing else is filled in
    bool empty;          // no lead, no evidence, no adjustments: no row
    bool evidence_changed;
    int evidence;     // number of the set the bytes are for
    bool keeps_tally; // `tally` did not change
    bool keeps_recent;
    const char *tally; // packed
    size_t tally_size;
    const char *recent;
    size_t recent_size;
    const char *points;
    size_t points_size;

    bool scored;   // there is a lead; the rest is for it
    bool excluded; // and then without score
    ::int128 score; // units of 10^-decimals; the server's type, for its memory is aligned to 8 bytes
    bool has_stage;
    std::string_view stage; // lives as long as the model
    bool has_probability;
    double probability;
    const ::int128 *dimensions;      // micro units, Rules::dimensions long
    const std::string_view *labels;  // Rules::labels long; without data: none
    int64_t next_change;             // PG_INT64_MAX: never
    bool has_last_event;
    int64_t last_event; // day from 2000-01-01
};

// False if what is stored cannot be read: somebody wrote it by hand. Raises what cannot be helped (memory, cancellation).
bool score_anew(Model *model, const ScoreInput &input, FreshScore *fresh);

// The packed difference of logs, for the queue; null for none.
Datum packed_delta(Model *model, TallyLogs *logs, bool *is_null);

} // namespace leadscore
