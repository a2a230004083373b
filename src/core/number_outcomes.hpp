// What became of leads, counted by a number.
#pragma once

#include "no_postgres.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace leadscore {

struct OutcomeCount {
    int64_t leads = 0;
    int64_t conversions = 0;

    void add(bool converted) noexcept {
        ++leads;
        conversions += converted ? 1 : 0;
    }
    void add(const OutcomeCount &more) noexcept {
        leads += more.leads;
        conversions += more.conversions;
    }
};

// By number. Numbers that are too many to be told apart share a cell with their neighbours; no two cells overlap, so counts
// between the lowest numbers of two cells are exact.
class NumberOutcomes {
public:
    static constexpr size_t most_cells = 2048;

    struct Cell {
        double lowest;
        double highest;
        OutcomeCount count;
    };
    void add(double number, bool converted);

    // In bands of about equally many leads, ascending; a number of its own for each if there are no more than `bands`.
    std::vector<Cell> bands(size_t bands) const;

private:
    // Open addressing, at most half full: one look at memory for most numbers. A slot without leads is free.
    struct Slot {
        int64_t key;
        Cell cell;
    };
    std::vector<Cell> sorted() const;
    Slot &slot_for(int64_t key) noexcept;
    void rebuild(size_t capacity, int more_dropped);

    std::vector<Slot> slots_; // by the order of numbers, its last bits dropped
    size_t used_ = 0;
    int shift_ = 64; // of a hash, to a slot
    int dropped_ = 0;
};

} // namespace leadscore
