// Reading a model from the catalogs.
#pragma once

#include "model.hpp"

namespace leadscore {

// In memory of its own; null, and `why`, if there is none or it cannot work. As another session may have changed it a moment ago,
// the catalogs are read as they are now, whatever the transaction's snapshot.
Model *load_model(const char *name, const char **why);

// Why load_model() would find none that can work; null if it would, and Model::doubts then. Waits for no lock and writes nothing.
const char *check_model(const char *name, const char **doubts);

// Whether the leads table has something that might not like a write of its score columns. Found out at the first such write: it opens
// the table, for which queued upkeep must not wait.
bool leads_may_refuse(Model *model);

// The ids of an evidence set by its number; null if there is no such set.
const KnownEvidence *known_evidence(Model *model, int number);

// Type and order of a key column, written down in the current memory; false if the type has none.
bool fill_key_column(KeyColumn *key, const FormData_pg_attribute *column, MemoryContext memory);

// The table of models; invalid if the extension's schema was renamed.
Oid model_catalog();

// Qualified and quoted.
const char *table_name(Oid table);

// "OPERATOR(schema.=)", for statements that run under any search path.
const char *operator_name(Oid number);

void free_plans(Model *model);

} // namespace leadscore
