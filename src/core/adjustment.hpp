// Adjustments: points that people add to a dimension of a lead, or set it to, from some moment on.
#pragma once

#include "no_postgres.hpp"
#include "decimal.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadscore {

struct Adjustment {
    std::string dimension;
    bool set = false;   // restarts the dimension at `points`; else adds them
    int64_t points = 0; // micro units
    int64_t at = 0;     // microseconds of UTC from 2000-01-01
    std::string reason = {}; // for explanations; else left out
};

// Ascending by `at`; among equals the later one came later.
using Adjustments = std::vector<Adjustment>;

// Reads [{"at": 820454400000000, "dimension": "fit", "op": "set", "points": 5}, …], each with or without a "reason", in any
// order. Points are rounded to 6 places and held within ±10^9, for what is stored must not make scoring fail; anything else that
// is not this form throws Problem with its place.
Adjustments read_adjustments(std::string_view json);

} // namespace leadscore
