// Settings of fitting as JSON.
#pragma once

#include "no_postgres.hpp"
#include "fit_table.hpp"

#include <string_view>

namespace leadscore {

// {"name", "timezone", "horizon", "doubling", "least_conversions", "least_others", "most_pairs", "monotone": {field: "rising" or
// "falling"}, "keep": [fields], "leave_out": [fields], "references": [fields]}, all of them optional. Throws Problem at what is
// not one of these.
FitSettings read_fit_settings(std::string_view json);

} // namespace leadscore
