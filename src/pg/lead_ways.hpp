// What of a leads table can be done without SQL: found once, when a model first meets its leads.
#pragma once

#include "model.hpp"

namespace leadscore {

struct LeadWays {
    bool find;             // a unique index on the key finds rows as a statement would
    bool write;            // nothing but score and stage would change, and nothing would be told
    bool has_grants;       // so the owner's rights are looked up each time
    bool has_foreign_keys; // of its own: see write_lead_row()
    Oid index;
    int key_of[INDEX_MAX_KEYS];           // by column of the index: which of the model's key
    AttrNumber column_of[INDEX_MAX_KEYS]; // and where it is in the table
    ScanKeyData scan_keys[INDEX_MAX_KEYS];
    AttrNumber score;
    AttrNumber stage;
    FieldFetch *fields;
};

// Lives as long as what is known of the model. The table must be open and locked.
const LeadWays *lead_ways(Model *model, Relation table);

} // namespace leadscore
