// Rows of a model's score table: found by key, locked, changed.
//
// Not through SPI: an index lookup with a lock and an update in place take a third of the time of two statements, and each event
// needs them. The row lock is what makes upkeep exact: whoever holds it knows all that was counted for the lead.
#pragma once

#include "model.hpp"
#include "ordered_find.hpp"
#include "row_write.hpp"

namespace leadscore {

// Columns behind the key, in the order of the table.
enum ScoreColumn {
    column_present,
    column_version,
    column_next_change,
    column_due,
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
    bool plain;                            // nothing but its indexes follows a write
    bool holds_triggers;                   // AFTER triggers of the model's tables are kept till close_score_rows(), which runs them
    Relation index;                        // of the primary key
    ScanKeyData scan_keys[INDEX_MAX_KEYS]; // of a key yet to come
    IndexScanDesc scan;                    // as of `snapshot`; null until something is looked for
    OrderedFind find;
    Snapshot snapshot;
    uint64 transactions_ended;             // by that moment
    MemoryContext memory;                  // of the batch
    Datum *values;                         // scratch: all columns of a row
    bool *nulls;
    RowWrites writes;
    TupleTableSlot *found;
    TupleTableSlot *fresh;
};

// A row as it was when it was locked, copied into the current context.
struct ScoreRow {
    HeapTuple tuple;
    bool locked;
    Datum values[score_column_count];
    bool nulls[score_column_count];
};

ScoreRows *open_score_rows(Model *model);
void close_score_rows(ScoreRows *rows);

// Finds the newest version of the row of a key; false if there is none. `locked`: locks it, waiting for whoever holds it. In the isolation
// levels above READ COMMITTED a row that was changed since the transaction's snapshot ends in a serialization failure.
bool find_score_row(ScoreRows *rows, const Datum *key, bool locked, ScoreRow *row);

// Copies the row in rows->found.
void take_found(ScoreRows *rows, ScoreRow *row);

// Waits for the first other transaction that has one of the rows of these keys, if any has; false if none.
bool await_one_score(ScoreRows *rows, const Datum *const *keys, size_t count);

// Ends what find_score_row() keeps open for the next key: in the subtransaction that began it.
void end_finding(ScoreRows *rows);

// SQLSTATE 40001.
[[noreturn]] void fail_serialization(const char *detail);

// Changes a row; false if it was not locked and somebody changed it since it was found. Columns that keep their Datum keep their place on
// disk, toasted ones too. `key`: the same key, as it is to be written from now on; null: as it was.
bool update_score_row(ScoreRows *rows, const ScoreRow *old, const Datum *key, const Datum *values, const bool *nulls);

// Of a locked row.
void delete_score_row(ScoreRows *rows, const ScoreRow *old);

} // namespace leadscore
