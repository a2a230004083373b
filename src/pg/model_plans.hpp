// The statements upkeep runs on lead rows and companion tables, as saved plans.
//
// Each comes for one lead and for many: one lead is what most statements of a CRM touch, and a plan with plain parameters costs
// half of one over arrays. Rows of many come in the order of the keys given, numbered by the column "leadscore ord".
#pragma once

#include "model.hpp"

namespace leadscore {

// First columns of what lock and read return.
constexpr int ord_column = 1; // bigint; 1 for one lead
constexpr int mirror_score_column = 2;
constexpr int mirror_stage_column = 3;

// A statement and what it returns. When a table of it is altered, be it by a trigger in the middle of a batch, the server plans it anew, and it may return other
// types than those it is read as.
struct KeptPlan {
    SPIPlanPtr plan;
    const Model *model;
    int column_count; // of what it returns
    const Oid *columns;
};

struct PlanPair {
    KeptPlan *one;
    KeptPlan *many;
};

inline KeptPlan **plan_of(PlanPair *pair, bool many) {
    return many ? &pair->many : &pair->one;
}

// Of an event source with a `via`.
struct ContactPlans {
    PlanPair leads;  // of contacts
    PlanPair there;  // which contacts are
    PlanPair events; // which contacts have any
};

// Of an attribute source.
struct RelatedPlans {
    PlanPair leads; // that point to related rows, by keys of these types
    Oid types[INDEX_MAX_KEYS];
};

struct Plans {
    PlanPair lock;      // lead rows, locked in key order, with attributes unless related rows hold some
    PlanPair read;      // lead rows with all attributes, not locked
    KeptPlan *common_key; // what leads are called by Model::in_order
    KeptPlan *spelling;   // their key as the leads table has it
    PlanPair mirror;    // writes score and stage columns of leads
    KeptPlan **share;     // by attribute source: related rows of leads, locked against change
    KeptPlan **pointed;   // by attribute source: what leads refer to, and whether it is there
    ContactPlans *contacts; // by event source
    RelatedPlans *related;  // by attribute source
    PlanPair add;       // new score rows; returns the keys of those that were not there yet
    PlanPair history;   // stage changes
    KeptPlan *alter_history;  // those told of before in the transaction
    KeptPlan *remove_history;
    KeptPlan *recount; // tallies of leads, counted from their events
    KeptPlan *pending; // takes queued differences of leads out of the queue
    PlanPair enqueue;   // puts them in
    KeptPlan *refuse;  // counts events that cannot count
    KeptPlan *adjustment; // the adjustments of one lead, as its score row keeps them
    int dimension_count;
    int label_count;
    const size_t *all_fields; // numbers of the attributes, 0 and on
    FieldFetch *lock_fields[2]; // [0] of one, [1] of many
    FieldFetch *read_fields[2];
    bool lock_fields_known[2];
    bool read_fields_known[2];
};

Plans *plans_of(Model *model);

KeptPlan *lock_plan(Model *model, bool many);
KeptPlan *read_plan(Model *model, bool many);
KeptPlan *common_key_plan(Model *model);
KeptPlan *spelling_plan(Model *model);
KeptPlan *mirror_plan(Model *model, bool many);
// Null if the source cannot be used, its table or columns being gone.
KeptPlan *share_plan(Model *model, int source);
KeptPlan *pointed_plan(Model *model, int source); // of one that has a share_plan()
KeptPlan *add_plan(Model *model, bool many);
KeptPlan *recount_plan(Model *model);
KeptPlan *pending_plan(Model *model);
KeptPlan *refuse_plan(Model *model);
KeptPlan *adjustment_plan(Model *model);
ContactPlans *contact_plans_for(Model *model, const EventSource *source);
RelatedPlans *related_plans_for(Model *model, const AttributeSource *source);
void free_pair(PlanPair *plans);

// Adds rows to a companion table, each with its key and the values of its columns: those of the first column for all rows, then the next.
// `held`: see run_write().
void add_stage_changes(Model *model, Datum *const *keys, size_t rows, Datum *values, bool *nulls, bool held);
void add_to_queue(Model *model, Datum *const *keys, size_t rows, Datum *values, bool *nulls);
constexpr size_t stage_change_column_count = 7; // old_stage, new_stage, score, at, why, version, old_since
constexpr size_t queue_column_count = 4;        // evidence, delta, why, at

// Alters or removes rows of the history by their ids.
void alter_stage_changes(Model *model, size_t rows, Datum *values, bool *nulls, bool held);
void remove_stage_changes(Model *model, size_t rows, Datum *ids, bool held);
constexpr size_t changed_column_count = 5; // id, new_stage, score, why, version

// "ROWS FROM (unnest($1), unnest($2), …) WITH ORDINALITY u(k1, k2, …, ord)"; the keys first, then `more` arrays, v1 and on.
void add_key_arrays(StringInfo sql, int keys, int more = 0);

// What the first columns of a result are read as.
struct ReadTypes {
    int count;
    Oid types[INDEX_MAX_KEYS + 3];

    void add(Oid type) {
        types[count++] = type;
    }
    void add_keys(const Model *model) {
        for (int i = 0; i < model->key_count; ++i) {
            add(model->keys[i].type);
        }
    }
};

// Prepares a statement and keeps its plan. `generic`: the best plan is the same whatever the parameters, and planning it anew would
// cost more than running it.
// `read`: the types that the first columns of what it returns are read as; raises if they are others.
KeptPlan *keep_plan(const Model *model, const char *sql, int count, Oid *types, bool generic, const ReadTypes &read = {});

// Runs a saved plan with a fresh snapshot; raises unless it ends with `expected` and returns what it did when it was planned. The result is in
// SPI_tuptable.
uint64 run_plan(KeptPlan *plan, Datum *values, const char *nulls, int expected);

// The same of a write; `held`: its AFTER triggers are left to the batch, see ScoreRows::holds_triggers.
uint64 run_write(KeptPlan *plan, Datum *values, const char *nulls, int expected, bool held);

// The same at a moment; parameters are not null.
uint64 run_plan_at(KeptPlan *plan, Datum *values, Snapshot moment, int expected);

Datum array_parameter(Datum *values, bool *nulls, size_t count, Oid type);

// Keys of leads as parameters: of one its values, of many one array per column.
void key_parameters(const Model *model, Datum *const *keys, size_t count, bool many, Datum *out);

} // namespace leadscore
