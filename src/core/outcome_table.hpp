// What became of leads, counted by score: the state of every aggregate that judges scores. Its size is that of the distinct
// scores.
//
// A hash table in memory of its owner: nothing here allocates or throws while rows are added, so that a server may count into it
// without a border between.
#pragma once

#include "no_postgres.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace leadscore {

// What stands where there is no second number, or nothing can be told.
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Leads with one score and, where there is one, one second number: a probability or another score.
struct OutcomeCell {
    double score;
    double other; // or `unknown`
    int64_t leads;
    int64_t conversions;
};

// Plain data. A cell without leads is free; `capacity` is a power of two, or 0.
struct OutcomeTable {
    OutcomeCell *cells = nullptr;
    size_t used = 0;
    size_t capacity = 0;
    int64_t left_out = 0; // rows that could not be judged
};

constexpr int64_t most_outcomes = 1000000000000000; // leads of one table

// The capacity a table should have for so many distinct cells.
size_t outcome_capacity(size_t cells) noexcept;

// Whether a cell that is not there yet finds room.
inline bool has_outcome_room(const OutcomeTable &table, size_t more = 1) noexcept {
    return outcome_capacity(table.used + more) <= table.capacity;
}

// Adds leads of one score, for which there must be room. `score` is no NaN.
void add_outcome(OutcomeTable &table, double score, double other, int64_t leads, int64_t conversions) noexcept;

// Moves all cells to larger memory, zeroed, of `capacity` cells; returns the memory they were in.
OutcomeCell *move_outcomes(OutcomeTable &table, OutcomeCell *memory, size_t capacity) noexcept;

// The cells, each once: by score and by the second number, ascending, an unknown one last.
std::vector<OutcomeCell> sorted_outcomes(const OutcomeTable &table);
std::vector<OutcomeCell> sorted_outcomes(std::vector<OutcomeCell> cells);

// The same from leads in arrays; `others` may be null.
std::vector<OutcomeCell> sorted_outcomes(const std::vector<double> &scores, const std::vector<uint8_t> &converted,
                                         const std::vector<double> *others = nullptr);

// Bytes for another process of the same server: what was left out, then the cells.
std::string write_outcome_bytes(const OutcomeTable &table);

// Throws Problem(Trouble::bytes) unless they could come from write_outcome_bytes().
std::vector<OutcomeCell> read_outcome_bytes(std::string_view bytes, int64_t &left_out);

} // namespace leadscore
