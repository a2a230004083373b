// What applying a batch knows of one lead on the way from locks to writes. Plain data in the chunk's memory.
#pragma once

#include "apply.hpp"
#include "fresh_score.hpp"
#include "lead_table.hpp"
#include "score_rows.hpp"

namespace leadscore {

// The stage that a change is told from and that `keep` and `sticky` look at: the one before the transaction.
struct StageBefore {
    bool present; // the lead was there
    Datum stage;
    bool stage_null;
    TimestampTz since;
    bool since_null;
};

// What the history is to say of a lead.
enum class Telling { nothing, add, change, take_back };

struct LeadWork {
    Touched *touched;
    bool there; // the lead row
    HeapTuple lead;
    LeadRow locked_row; // as it is in its table; null where a statement locked it
    const size_t *all_fields;
    FieldFetch *lead_fields;
    bool mirror_read;
    Datum mirror_score;
    bool mirror_score_null;
    Datum mirror_stage;
    bool mirror_stage_null;

    bool stored;
    ScoreRow row;

    bool recounted;
    Datum recount; // lead_tally; only if not null
    bool recount_null;
    PendingDelta *pending;
    size_t pending_count;
    size_t pending_room;
    bool pending_recount; // somebody asked for the lead to be counted anew
    const char *why; // of the last pending difference, else of the batch

    StageBefore before;
    int64 change; // the row of the history that this transaction wrote for it; 0: none
    Datum told;   // the stage that row leads to
    bool told_null;

    FreshScore fresh;
    Datum values[score_column_count];
    bool nulls[score_column_count];
    Telling telling;
    bool done;
};

struct Work {
    Model *model;
    ScoreRows *rows;
    LeadTable *table; // null: lead rows are locked, read and written by statements
    const ApplyOptions *options;
    LeadWork *leads;
    size_t count;
    bool rules_change;
};

// lead_rows.cpp: lead rows, locked in key order or only read, and what they hold.
void lock_leads(Work *work, LeadWork **leads, size_t count);
size_t lock_leads_until_absent(Work *work, LeadWork **leads, size_t count); // in a plain table; tells how many
void read_leads(Work *work, LeadWork **leads, size_t count);
void fetch_attributes(const LeadWork *lead, Program *program);
void spell_as_leads(Work *work, LeadWork **leads, size_t count); // keys of those that are there, as their rows write them

// lead_evidence.cpp: tallies counted anew, and differences taken out of the queue.
void recount_leads(Work *work, LeadWork **leads, size_t count, Snapshot moment);
void take_pending(Work *work, LeadWork **leads, size_t count, Snapshot moment);
void reread_adjustments(Work *work, LeadWork *lead); // into the row it has

// net_changes.cpp: what the stage of each lead was before the transaction, with all rows found.
void find_stages_before(Work *work, LeadWork **leads, size_t count);
void note_lead_gone();

// lead_writes.cpp
void judge_lead(Work *work, LeadWork *lead);
void write_stored(Work *work, LeadWork *lead);            // changes or removes a row there is; sets done

// added_rows.cpp
void add_rows(Work *work, LeadWork **leads, size_t count); // makes rows there are none of; sets done for those it made

// lead_changes.cpp: lead columns.
void mirror_leads(Work *work, LeadWork **leads, size_t count);

// stage_changes.cpp: history, notifications.
void record_changes(Work *work, LeadWork **leads, size_t count);

// The keys of leads.
Datum *const *keys_of(LeadWork **leads, size_t count);

// The lead among those in key order with this key; null if none has it.
LeadWork *lead_of_key(const Model *model, LeadWork **leads, size_t count, const Datum *key);

} // namespace leadscore
