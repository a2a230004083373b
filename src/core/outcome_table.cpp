// Counting leads by score.
#include "outcome_table.hpp"

#include "problem.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <utility>

namespace leadscore {

namespace {

constexpr size_t least_capacity = 16;
constexpr size_t head_bytes = sizeof(int64_t);

// Zero has one sign, unknown one form: so cells are told apart by their bits.
double canonical(double number) noexcept {
    return std::isnan(number) ? unknown : number + 0.0;
}

uint64_t bits_of(double number) noexcept {
    uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof bits);
    return bits;
}

uint64_t stir(uint64_t bits) noexcept {
    bits ^= bits >> 32;
    bits *= 0xD6E8FEB86659FD93U;
    bits ^= bits >> 32;
    bits *= 0xD6E8FEB86659FD93U;
    return bits ^ (bits >> 32);
}

bool same_key(const OutcomeCell &a, const OutcomeCell &b) noexcept {
    return bits_of(a.score) == bits_of(b.score) && bits_of(a.other) == bits_of(b.other);
}

bool comes_before(const OutcomeCell &a, const OutcomeCell &b) noexcept {
    if (a.score != b.score) {
        return a.score < b.score;
    }
    return std::isnan(b.other) ? !std::isnan(a.other) : a.other < b.other;
}

[[noreturn]] void refuse(const char *what) {
    throw Problem(Trouble::bytes, "", std::string("not counts of outcomes: ") + what);
}

void check_cell(const OutcomeCell &cell) {
    if (cell.leads < 1 || cell.leads > most_outcomes || cell.conversions < 0 || cell.conversions > cell.leads) {
        refuse("a count out of range");
    }
    if (!std::isfinite(cell.score) || std::isinf(cell.other) || bits_of(cell.score) != bits_of(canonical(cell.score)) ||
        bits_of(cell.other) != bits_of(canonical(cell.other))) {
        refuse("a score that is no number");
    }
}

} // namespace

// At most three quarters full.
size_t outcome_capacity(size_t cells) noexcept {
    size_t capacity = least_capacity;
    while (capacity - capacity / 4 < cells) {
        capacity *= 2;
    }
    return capacity;
}

void add_outcome(OutcomeTable &table, double score, double other, int64_t leads, int64_t conversions) noexcept {
    const OutcomeCell added = {canonical(score), canonical(other), leads, conversions};
    const size_t mask = table.capacity - 1;
    size_t at = stir(bits_of(added.score) ^ stir(bits_of(added.other))) & mask;
    while (table.cells[at].leads != 0 && !same_key(table.cells[at], added)) {
        at = (at + 1) & mask;
    }
    OutcomeCell &cell = table.cells[at];
    if (cell.leads == 0) {
        cell = added;
        ++table.used;
        return;
    }
    cell.leads += leads;
    cell.conversions += conversions;
}

OutcomeCell *move_outcomes(OutcomeTable &table, OutcomeCell *memory, size_t capacity) noexcept {
    const OutcomeTable old = table;
    table = {memory, 0, capacity, old.left_out};
    for (size_t i = 0; i < old.capacity; ++i) {
        const OutcomeCell &cell = old.cells[i];
        if (cell.leads != 0) {
            add_outcome(table, cell.score, cell.other, cell.leads, cell.conversions);
        }
    }
    return old.cells;
}

std::vector<OutcomeCell> sorted_outcomes(const OutcomeTable &table) {
    std::vector<OutcomeCell> cells;
    cells.reserve(table.used);
    std::copy_if(table.cells, table.cells + table.capacity, std::back_inserter(cells),
                 [](const OutcomeCell &cell) { return cell.leads != 0; });
    std::sort(cells.begin(), cells.end(), comes_before);
    return cells;
}

std::vector<OutcomeCell> sorted_outcomes(std::vector<OutcomeCell> cells) {
    for (OutcomeCell &cell : cells) {
        cell.score = canonical(cell.score);
        cell.other = canonical(cell.other);
    }
    std::sort(cells.begin(), cells.end(), comes_before);
    size_t kept = 0;
    for (const OutcomeCell &cell : cells) {
        if (kept > 0 && same_key(cells[kept - 1], cell)) {
            cells[kept - 1].leads += cell.leads;
            cells[kept - 1].conversions += cell.conversions;
        } else {
            cells[kept++] = cell;
        }
    }
    cells.resize(kept);
    return cells;
}

std::vector<OutcomeCell> sorted_outcomes(const std::vector<double> &scores, const std::vector<uint8_t> &converted,
                                         const std::vector<double> *others) {
    std::vector<OutcomeCell> cells;
    cells.reserve(scores.size());
    for (size_t i = 0; i < scores.size(); ++i) {
        cells.push_back({scores[i], others != nullptr ? (*others)[i] : unknown, 1, converted[i] != 0 ? 1 : 0});
    }
    return sorted_outcomes(std::move(cells));
}

std::string write_outcome_bytes(const OutcomeTable &table) {
    std::string bytes;
    bytes.reserve(head_bytes + table.used * sizeof(OutcomeCell));
    bytes.append(reinterpret_cast<const char *>(&table.left_out), head_bytes);
    for (size_t i = 0; i < table.capacity; ++i) {
        if (table.cells[i].leads != 0) {
            bytes.append(reinterpret_cast<const char *>(&table.cells[i]), sizeof(OutcomeCell));
        }
    }
    return bytes;
}

std::vector<OutcomeCell> read_outcome_bytes(std::string_view bytes, int64_t &left_out) {
    if (bytes.size() < head_bytes || (bytes.size() - head_bytes) % sizeof(OutcomeCell) != 0) {
        refuse("a wrong length");
    }
    std::memcpy(&left_out, bytes.data(), head_bytes);
    if (left_out < 0 || left_out > most_outcomes) {
        refuse("a count out of range");
    }
    std::vector<OutcomeCell> cells((bytes.size() - head_bytes) / sizeof(OutcomeCell));
    int64_t leads = 0;
    for (size_t i = 0; i < cells.size(); ++i) {
        std::memcpy(&cells[i], bytes.data() + head_bytes + i * sizeof(OutcomeCell), sizeof(OutcomeCell));
        check_cell(cells[i]);
        leads += cells[i].leads;
        if (leads > most_outcomes) {
            refuse("a count out of range");
        }
    }
    return cells;
}

} // namespace leadscore
