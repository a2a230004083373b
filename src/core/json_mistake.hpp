// Says for people where a text stops being JSON, and what was probably meant.
#pragma once

#include "no_postgres.hpp"
#include "problem.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace leadscore {

// "line 3, column 7" of the byte at that offset; columns are characters, both count from 1.
std::string line_and_column(std::string_view json, size_t offset);

// The problem of a text in valid UTF-8 that a parser refused after reading `position` bytes; more than there are: it ended too
// early.
Problem json_mistake(std::string_view json, size_t position);

} // namespace leadscore
