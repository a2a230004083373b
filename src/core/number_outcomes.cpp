// What became of leads, counted by a number.
#include "number_outcomes.hpp"

#include "decimal.hpp"

#include <algorithm>
#include <cstring>

namespace leadscore {

namespace {

// Bits whose order as integers is that of the numbers.
int64_t order_of(double number) noexcept {
    int64_t bits = 0;
    number += 0.0; // zero has one sign
    std::memcpy(&bits, &number, sizeof bits);
    return bits >= 0 ? bits : static_cast<int64_t>(static_cast<uint64_t>(INT64_MAX) ^ static_cast<uint64_t>(bits));
}

int64_t without_bits(int64_t order, int dropped) noexcept {
    return dropped >= 63 ? (order < 0 ? -1 : 0) : order >> dropped;
}

} // namespace

NumberOutcomes::Slot &NumberOutcomes::slot_for(int64_t key) noexcept {
    const uint64_t hash = static_cast<uint64_t>(key) * 0x9E3779B97F4A7C15U;
    size_t at = hash >> shift_;
    while (slots_[at].cell.count.leads != 0 && slots_[at].key != key) {
        at = (at + 1) & (slots_.size() - 1);
    }
    return slots_[at];
}

// With other memory, or with cells twice as wide.
void NumberOutcomes::rebuild(size_t capacity, int more_dropped) {
    std::vector<Slot> old(capacity);
    old.swap(slots_);
    shift_ = 64;
    for (size_t slots = capacity; slots > 1; slots /= 2) {
        --shift_;
    }
    used_ = 0;
    dropped_ += more_dropped;
    for (const Slot &from : old) {
        if (from.cell.count.leads == 0) {
            continue;
        }
        const int64_t key = from.key >> more_dropped;
        Slot &to = slot_for(key);
        if (to.cell.count.leads == 0) {
            to = {key, from.cell};
            ++used_;
        } else {
            to.cell.lowest = std::min(to.cell.lowest, from.cell.lowest);
            to.cell.highest = std::max(to.cell.highest, from.cell.highest);
            to.cell.count.add(from.cell.count);
        }
    }
}

// Cells are no finer than needed for all numbers so far, so in the end as fine as all of them allow, in whatever order they came.
void NumberOutcomes::add(double number, bool converted) {
    constexpr size_t first_slots = 16;
    number += 0.0;
    if (used_ * 2 >= slots_.size() && slots_.size() < 2 * most_cells) {
        rebuild(slots_.empty() ? first_slots : slots_.size() * 2, 0);
    }
    const int64_t key = without_bits(order_of(number), dropped_);
    Slot &slot = slot_for(key);
    if (slot.cell.count.leads == 0) {
        slot = {key, {number, number, {}}};
        ++used_;
    }
    Cell &cell = slot.cell;
    cell.lowest = std::min(cell.lowest, number);
    cell.highest = std::max(cell.highest, number);
    cell.count.add(converted);
    while (used_ > most_cells) {
        rebuild(slots_.size(), 1);
    }
}

std::vector<NumberOutcomes::Cell> NumberOutcomes::sorted() const {
    std::vector<Cell> cells;
    cells.reserve(used_);
    for (const Slot &slot : slots_) {
        if (slot.cell.count.leads != 0) {
            cells.push_back(slot.cell);
        }
    }
    std::sort(cells.begin(), cells.end(), [](const Cell &a, const Cell &b) { return a.lowest < b.lowest; });
    return cells;
}

// Leads with one number stay together, in the band where the middle one of them belongs.
std::vector<NumberOutcomes::Cell> NumberOutcomes::bands(size_t bands) const {
    const std::vector<Cell> cells = sorted();
    if (cells.size() <= bands) {
        return cells;
    }
    int64_t leads = 0;
    for (const Cell &cell : cells) {
        leads += cell.count.leads;
    }
    std::vector<Cell> result;
    int64_t below = 0;
    int64_t last = -1;
    for (const Cell &cell : cells) {
        const auto middle = static_cast<int128>(2 * below + cell.count.leads);
        const auto band = static_cast<int64_t>(middle * static_cast<int128>(bands) / (2 * static_cast<int128>(leads)));
        if (band != last) {
            result.push_back(cell);
        } else {
            result.back().highest = cell.highest;
            result.back().count.add(cell.count);
        }
        last = band;
        below += cell.count.leads;
    }
    return result;
}

} // namespace leadscore
