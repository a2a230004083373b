// The leads of a table in an order that depends on nothing but what they hold.
#pragma once

#include "no_postgres.hpp"
#include "fit_table.hpp"

#include <vector>

namespace leadscore {

// Numbers of rows: by outcome, then by a hash of their contents. Every k-th of them is a sample with the same rate, and equal
// rows, which alone can change places, are equal.
struct FitRows {
    std::vector<uint32_t> training;
    std::vector<uint32_t> test;
    size_t conversions = 0; // of the training part
};

// Throws Problem if a column does not fit the table.
FitRows order_rows(const FitTable &table, const FitSettings &settings);

} // namespace leadscore
