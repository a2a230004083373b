// Columns that name rows of other tables.
#pragma once

#include "no_postgres.hpp"
#include "fit_table.hpp"

namespace leadscore {

// Numbers that name rows are no quantities: such columns are taken out of the table, or, where the settings keep them, become
// levels. Those of which a direction is asked for stay numbers.
void settle_references(FitTable &table, const FitSettings &settings);

} // namespace leadscore
