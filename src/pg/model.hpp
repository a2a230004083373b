// What a backend knows of a model: its tables and columns, its rules made ready, its plans.
//
// Kept from statement to statement and forgotten when any of its tables, or by invalidate_model() its catalog rows, changed. A
// model that went stale in the middle of its use is freed at the end of the transaction only.
#pragma once

#include "field_fetch.hpp"
#include "program.hpp"
#include "server.hpp"

namespace leadscore {

// Of the key of a lead. `name` is the column in the leads table, `stored_name` the one in the score table, where key columns are
// the first ones.
struct KeyColumn {
    NameData name;
    NameData stored_name;
    Oid type;
    Oid array_type;
    Oid collation;
    int16 length;
    bool by_value;
    char alignment;
    const char *equal; // OPERATOR(schema.=)
    SortSupportData order;
};

// Where events come from. Columns are known by name, for a partition may number them otherwise.
struct EventSource {
    int number;
    Oid table;
    const char *table_name; // qualified and quoted
    NameData lead[INDEX_MAX_KEYS]; // or, with `via`, the key of the via table's row
    int lead_count;
    NameData at;
    const char *kind;   // constant, or null and then
    NameData kind_from; // the column
    bool has_properties;
    NameData properties; // without: the row itself
    bool may_be_deleted;
    NameData deleted; // with it: the column that marks deleted rows
    Oid via;             // invalid: none
    KeyColumn *via_keys; // lead_count of them; null if the via table cannot be used
    NameData via_key[INDEX_MAX_KEYS];
    NameData via_lead[INDEX_MAX_KEYS];
    bool via_many; // one key of the via table may stand in several rows
    bool usable; // its tables and columns are there, and of types that serve
    bool lost;   // a partition of its events that was counted is no longer part of them
    bool via_lost;
};

// A related row whose columns are attributes too.
struct AttributeSource {
    int number;
    Oid table;
    int column_count;
    NameData on[INDEX_MAX_KEYS];  // columns of leads
    NameData key[INDEX_MAX_KEYS]; // columns of the related table
    const char *prefix;
    bool usable; // as of events
    bool lost;   // as of events
};

struct LeadWays;
struct Plans;
struct TableColumns;

// An evidence set by its number: ids that packed tallies leave out. Lives in the model's memory.
struct KnownEvidence {
    int number;
    bool lapsed; // writers have collected less since
    size_t count;
    const EvidenceId *ids;
    SetDigest digest;
    KnownEvidence *next;
};

constexpr int queue_companion = 3;

struct Model {
    MemoryContext memory;
    MemoryContextCallback on_release;
    char name[NAMEDATALEN];
    bool stale;
    bool changed_here; // its row in the catalog is of the transaction that loaded it
    Model *next_stale;

    Oid leads;
    Oid scores;
    Oid companions[4]; // in the order of the catalog: stage changes, adjustments, refused events, queue (queue_companion)
    Oid owner; // of the leads table: who upkeep runs as
    const char *path;     // the owner's, for what is his: see owner_rights.hpp
    bool runs_users_code; // casts, triggers and other functions of users', so the path is set whenever upkeep runs
    const char *leads_name;
    const char *scores_name; // qualified and quoted
    const char *stage_change_name;
    const char *adjustment_name;
    const char *refused_name;
    const char *queue_name;
    int key_count;
    KeyColumn keys[INDEX_MAX_KEYS];
    bool one_spelling; // keys that are equal are the same bytes
    Model *in_order; // by the key that rows of these leads are locked by: see common_key.hpp
    bool queued;
    bool paused;
    bool mirror;
    bool locks_leads; // lead rows come before score rows: it writes them, or there is another model on them
    NameData score_column;
    NameData stage_column;
    const char *channel; // null: no notifications
    bool refusals_known;     // these two: see leads_may_refuse()
    bool leads_may_refuse;   // the leads table has something that might not like a write of its score columns
    List *deferred_refusals; // of these, constraints that tell only at commit unless they are asked
    bool none_disabled;      // see note_disabled()

    bool leads_lost; // a partition of leads that was counted is no longer part of them

    const char *doubts; // why upkeep might fail, which then must not fail the write; null: nothing is known that could

    bool rules_change; // in progress elsewhere, as the last find_model() saw it: see rules_lock.hpp
    int version;
    int evidence;          // number of the set that `collecting` has
    int active_evidence;   // of the set that the active rules need
    bool collects_all;     // nobody who writes collects less than that of `evidence`
    bool is_settling;      // there may be writers by older rules, and rows that they did not mark
    Program *program;      // of the active version
    Program *collecting;   // whose event side writers collect by: the active one, or made for that and the next version
    KnownEvidence *known;  // sets seen so far
    FieldFetch *event_fields;
    FieldFetch *attribute_fields;

    int event_source_count;
    EventSource *event_sources;
    Oid *counted_tables; // what counting events anew reads, by all models on these leads; in the order of OIDs
    int counted_table_count;
    int attribute_source_count;
    AttributeSource *attribute_sources;

    Plans *plans;          // these two are made on first use
    const LeadWays *lead_ways;
    TableColumns *columns; // of tables met by triggers
};

inline bool has_related(const Model *model) {
    return model->attribute_source_count > 0;
}

// The model, loaded if need be; null if there is none of that name, or its tables are not as it needs them (`why` says so then).
// Locks the score table as a writer does, so that what other sessions changed is known. `folds`: scores are written, with queued upkeep too.
Model *find_model(const char *name, const char **why, bool folds = false);

// The lock that upkeep takes on the leads table: from the start the strongest that it may come to need, for REINDEX, which locks a table and
// then its indexes, would be in a circle with who reads by an index and then wants more.
LOCKMODE leads_lock(const Model *model);

// Whether a score row that comes needs its lead's events counted: what a coming version needs was not collected when they came.
inline bool must_count_new(const Model *model) {
    return model->collects_all && model->evidence != model->active_evidence;
}

// Before a statement: locks the tables of events of a model of which leads may come to be counted anew, as whoever counts does. TRUNCATE
// of one of them has it and waits for leads, so nobody may want it when he has leads, were it by the statement itself.
void lock_before_statement(const char *name);

// Whether what is written now is due at once: rules are changing, or there may be writers by older ones, of whose changes nobody will know.
bool must_mark(const Model *model);

// Whether leads of the model were counted anew since a statement began. Events that it wrote before may have been seen by that count while the trigger that
// tells of them is yet to fire, as after a cascade: what they touch is to be counted anew too, also where they make no difference as a whole, for the count may have
// seen some of them. `since`: counts_so_far() then; where that is not known any_count, which stands for the client's current statement.
constexpr uint64 any_count = PG_UINT64_MAX;
uint64 counts_so_far();
void note_count(const char *model);
bool is_counted_since(const Model *model, uint64 since);

// Whether events have been counted for the leads of their contacts since. A contact that came or moved in a statement that began before may not have been
// counted as such yet.
void note_spread(const Model *model);
bool is_spread_since(const Model *model, uint64 since);

} // namespace leadscore
