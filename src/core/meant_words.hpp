// What people write for a key, operator or measure of another name.
#pragma once

#include "no_postgres.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadscore {

// In lower case, with `_` for blanks and hyphens.
std::string plain_word(std::string_view word);

// Which of the allowed words is surely meant by another one; empty if none.
std::string_view meant_word(std::string_view word, const std::vector<std::string_view> &allowed);

// Least number of letters to insert, drop, replace or swap with their neighbour.
size_t letters_apart(std::string_view a, std::string_view b);

} // namespace leadscore
