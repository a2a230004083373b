// From rows that a statement wrote to what they mean for leads.
//
// Each function takes one row as it was and as it is, null for one that was not or is no more. They read, and write into the
// batch; no statement is run and no row of another table is looked at.
#pragma once

#include "batch.hpp"
#include "event_columns.hpp"

namespace leadscore {

// Events that cannot count, by reason. Plain data.
struct Refusals {
    struct Reason {
        const char *text;
        int64 events; // negative: such events are fewer now
        Reason *next;
    };
    MemoryContext memory;
    Reason *first;
    int count;
};

struct Collector {
    Batch *batch;
    TableColumns *columns;
    // Of events.
    Refusals refusals;
    // Of leads.
    bool own_write; // it is upkeep itself that writes score and stage
    bool moved;     // some lead may refer to another related row than before
    // Of related rows: their keys, one list a column; or how leads point to them.
    ArrayBuildState *related[INDEX_MAX_KEYS];
    size_t related_count;
    bool related_come; // some of them were not there before, or not by this key
    const AttributeSource *pointing_by;
    // Of contacts: by their own key; the batch holds their leads.
    Batch *contacts;
    // Of rows of the model's own tables: where their key is.
    AttrNumber stored_keys[INDEX_MAX_KEYS];
    bool late; // other triggers run before their events are looked for
};

// Whether a lead or related row that was written may have changed in what scores look at: new rules may look at other columns than those this one
// knows.
inline bool may_matter(const Collector *collector, TupleTableSlot *before, TupleTableSlot *after) {
    return before == nullptr || after == nullptr || collector->batch->rules_change || is_changed(&collector->columns->watch, before, after);
}

using CollectRow = void (*)(Collector *collector, TupleTableSlot *before, TupleTableSlot *after);

void collect_event(Collector *collector, TupleTableSlot *before, TupleTableSlot *after);
void collect_lead(Collector *collector, TupleTableSlot *before, TupleTableSlot *after);
void collect_related(Collector *collector, TupleTableSlot *before, TupleTableSlot *after);

// Touches the leads that point to related rows which were collected. With SPI connected, as the owner of the leads table.
void touch_related_leads(Collector *collector, Model *model, const AttributeSource *source);

// Lead rows that point to some related row, for when these were truncated.
void touch_pointing_lead(Collector *collector, TupleTableSlot *before, TupleTableSlot *after);

// Writes down the refusals that do not add up to nothing. As touch_related_leads().
void note_refusals(Model *model, const char *source, const Refusals *refusals);

} // namespace leadscore
