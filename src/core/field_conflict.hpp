// Whether the tests that one field must pass can hold together.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"

#include <optional>
#include <string>
#include <vector>

namespace leadscore {

struct FieldConflict {
    std::string message;
    bool arrays_may = false; // an array can pass them, each by another element
};

// The first conflict among the tests of one field. Says nothing where it is not certain.
std::optional<FieldConflict> field_conflict(const std::vector<const Test *> &all_tests);

} // namespace leadscore
