// How the operators of conditions are written, in the order of Operator.
#pragma once

#include "no_postgres.hpp"

#include <string_view>

namespace leadscore {

constexpr std::string_view operator_names[] = {"=",       "!=",      "<",           "<=",         ">",          ">=",   "in",
                                               "not_in",  "between", "starts_with", "ends_with",  "contains",   "like", "ilike",
                                               "matches", "exists",  "within_last", "older_than", "within_next"};

} // namespace leadscore
