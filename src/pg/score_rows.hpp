// Rows of a model's score table: found by key, locked, changed.
//
// Not through SPI: an index lookup with a lock and an update in place take a third of the time of two statements, and each event
// needs them. The row lock is what makes upkeep exact: whoever holds it knows all that was counted for the lead.
#pragma once

#include "model.hpp"

namespace leadscore {

// Columns behind the key, in the order of the table.
enum ScoreColumn {
    column_present,
    column_version,
    column_next_change,
    column_scored_at,
    column_score,
    column_stage,
    column_stage_since,
    column_probability,
    column_dimensions,
    column_labels,
    column_last_event,
    column_adjustments,
    column_evidence,
    column_tally,
    column_recent,
    column_points,
    score_column_count
};

// Plain data. Opened for one batch.
struct ScoreRows {
    Model *model;
    Relation table;
    Relation index;                        // of the primary key
    ScanKeyData scan_keys[INDEX_MAX_KEYS]; // of a key yet to come
    Datum *values;                         // scratch: all columns of a row
    bool *nulls;
    EState *estate;
    ResultRelInfo *result;
    TupleTableSlot *found;
    TupleTableSlot *fresh;
};

// A row as it was when it was locked, copied into the current context.
struct ScoreRow {
    HeapTuple tuple;
    Datum values[score_column_count];
    bool nulls[score_column_count];
};

ScoreRows *open_score_rows(Model *model);
void close_score_rows(ScoreRows *rows);

// Locks the row of a key, waiting for whoever holds it; false if there is none. In the isolation levels above READ COMMITTED a
// row that was changed since the transaction's snapshot ends in a serialization failure.
bool lock_score_row(ScoreRows *rows, const Datum *key, ScoreRow *row);

// SQLSTATE 40001.
[[noreturn]] void fail_serialization(const char *detail);

// Lets go of the page of the row that was locked last.
void release_found_row(ScoreRows *rows);

// Changes a locked row. Columns that keep their Datum keep their place on disk, toasted ones too.
void update_score_row(ScoreRows *rows, const ScoreRow *old, const Datum *values, const bool *nulls);

void delete_score_row(ScoreRows *rows, const ScoreRow *old);

} // namespace leadscore
