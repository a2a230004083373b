// A tally taken apart: checks and sums.
#include "tally.hpp"

#include "hash.hpp"
#include "problem.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace leadscore {

namespace {

constexpr unsigned char long_value = 0xF0;

auto place_of(const CountCell &cell) noexcept {
    return std::make_tuple(cell.evidence, cell.tick);
}
auto place_of(const SumCell &cell) noexcept {
    return std::make_tuple(cell.evidence, cell.tick);
}
auto place_of(const ValueCell &cell) noexcept {
    return std::make_tuple(cell.evidence, cell.value, cell.tick);
}
int64_t amount_of(const CountCell &cell) noexcept {
    return cell.count;
}
int128 amount_of(const SumCell &cell) noexcept {
    return cell.sum;
}
int64_t amount_of(const ValueCell &cell) noexcept {
    return cell.count;
}
int64_t most_amount_of(const CountCell & /*cell*/) noexcept {
    return most_cell_count;
}
int128 most_amount_of(const SumCell & /*cell*/) noexcept {
    return most_cell_sum;
}
int64_t most_amount_of(const ValueCell & /*cell*/) noexcept {
    return most_value_count;
}
void set_amount(CountCell &cell, int64_t amount) noexcept {
    cell.count = amount;
}
void set_amount(SumCell &cell, int128 amount) noexcept {
    cell.sum = amount;
}
void set_amount(ValueCell &cell, int64_t amount) noexcept {
    cell.count = amount;
}

[[noreturn]] void reject(Trouble trouble, const char *what) {
    throw Problem(trouble, "", std::string("invalid lead_tally: ") + what);
}

template <typename Cell> void check_cells(const std::vector<Cell> &cells, const Tally &tally, Kept kept, Trouble trouble) {
    for (size_t i = 0; i < cells.size(); ++i) {
        const Cell &cell = cells[i];
        if (cell.evidence >= tally.ids.size() || kept_by(tally.ids[cell.evidence]) != kept) {
            reject(trouble, "a cell belongs to no evidence");
        }
        if (cell.tick < least_tick || cell.tick > most_tick) {
            reject(trouble, "a tick is out of range");
        }
        if (i > 0 && place_of(cells[i - 1]) >= place_of(cells[i])) {
            reject(trouble, "cells are not in order");
        }
    }
}

template <typename Cell> void check_amounts_of(const std::vector<Cell> &cells, const char *out_of_range, Trouble trouble) {
    for (const Cell &cell : cells) {
        const auto amount = amount_of(cell);
        if (amount == 0) {
            reject(trouble, "a cell is zero");
        }
        if (amount > most_amount_of(cell) || amount < -most_amount_of(cell)) {
            reject(trouble, out_of_range);
        }
    }
}

template <typename Cell> std::vector<Cell> add_cells(const std::vector<Cell> &left, const std::vector<Cell> &right, int sign) {
    std::vector<Cell> cells;
    cells.reserve(left.size() + right.size());
    size_t l = 0;
    size_t r = 0;
    while (l < left.size() || r < right.size()) {
        const bool take_left = r == right.size() || (l < left.size() && place_of(left[l]) <= place_of(right[r]));
        const bool take_right = l == left.size() || (r < right.size() && place_of(right[r]) <= place_of(left[l]));
        Cell cell = take_left ? left[l] : right[r];
        if (take_right) {
            auto total = amount_of(cell);
            total = take_left ? total : 0;
            const auto addend = amount_of(right[r]);
            const auto most = most_amount_of(cell);
            const bool over =
                sign < 0 ? __builtin_sub_overflow(total, addend, &total) : __builtin_add_overflow(total, addend, &total);
            if (over || total > most || total < -most) {
                throw Problem(Trouble::limit, "", "a count or sum of the tally is out of range");
            }
            set_amount(cell, total);
        }
        if (amount_of(cell) != 0) {
            cells.push_back(cell);
        }
        l += take_left ? 1 : 0;
        r += take_right ? 1 : 0;
    }
    return cells;
}

} // namespace

ValueKey value_key(ValueType type, std::string_view bytes) noexcept {
    ValueKey key{};
    const auto tag = static_cast<unsigned char>(type);
    if (bytes.size() < key.size()) {
        key[0] = static_cast<unsigned char>(tag << 4 | bytes.size());
        std::copy(bytes.begin(), bytes.end(), key.begin() + 1);
        return key;
    }
    XXH128_canonical_t hash;
    XXH128_canonicalFromHash(&hash, XXH3_128bits(bytes.data(), bytes.size()));
    key[0] = static_cast<unsigned char>(long_value | tag);
    std::memcpy(key.data() + 1, hash.digest, key.size() - 1);
    return key;
}

size_t stored_length(const ValueKey &key) noexcept {
    return (key[0] & 0xF0) == long_value ? key.size() : 1 + (key[0] & 0x0F);
}

bool is_value_key(const ValueKey &key) noexcept {
    if ((key[0] & 0xF0) == long_value) {
        const unsigned tag = key[0] & 0x0F;
        return tag >= 1 && tag <= 4 && tag != static_cast<unsigned>(ValueType::boolean);
    }
    const unsigned tag = key[0] >> 4;
    const size_t length = stored_length(key);
    return tag >= 1 && tag <= 4 && std::all_of(key.begin() + static_cast<long>(length), key.end(), [](auto c) { return c == 0; });
}

void Tally::clear() {
    unset = false;
    ids.clear();
    counts.clear();
    sums.clear();
    values.clear();
    has_rules = false;
    rules.clear();
}

void check_amounts(const Tally &tally, Trouble trouble) {
    check_amounts_of(tally.counts, "a count is out of range", trouble);
    check_amounts_of(tally.sums, "a sum is out of range", trouble);
    check_amounts_of(tally.values, "a distinct value is malformed", trouble);
    for (const ValueCell &cell : tally.values) {
        if (!is_value_key(cell.value)) {
            reject(trouble, "a distinct value is malformed");
        }
    }
}

void check_tally(const Tally &tally, Trouble trouble) {
    if (tally.ids.size() > most_evidence) {
        reject(trouble, "too much evidence");
    }
    for (size_t i = 0; i < tally.ids.size(); ++i) {
        if (!is_evidence_id(tally.ids[i]) || (i > 0 && tally.ids[i - 1] >= tally.ids[i])) {
            reject(trouble, "evidence ids are not in order");
        }
    }
    if (tally.unset && (!tally.ids.empty() || tally.has_rules)) {
        reject(trouble, "a tally of no rules has evidence");
    }
    if (tally.digest != digest_of(tally.ids.data(), tally.ids.size())) {
        reject(trouble, "the digest does not fit the evidence");
    }
    check_cells(tally.counts, tally, Kept::count, trouble);
    check_cells(tally.sums, tally, Kept::sum, trouble);
    check_cells(tally.values, tally, Kept::distinct, trouble);
    check_amounts(tally, trouble);
    if (tally.has_rules && (tally.as_of == INT64_MIN || tally.as_of == INT64_MAX)) {
        reject(trouble, "its moment is infinite");
    }
}

void check_same_evidence(const std::vector<EvidenceId> &left, const std::vector<EvidenceId> &right) {
    if (left == right) {
        return;
    }
    std::vector<EvidenceId> only;
    std::set_symmetric_difference(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(only));
    std::string names;
    for (size_t i = 0; i < only.size() && i < 8; ++i) {
        names += (i > 0 ? ", " : "") + evidence_id_text(only[i]);
    }
    throw Problem(Trouble::no_evidence, "",
                  "tallies were counted for different evidence: " + names + (only.size() > 8 ? ", …" : ""),
                  "leadscore.evidence_of(rules) tells which evidence an id stands for.");
}

Tally add_tallies(const Tally &left, const Tally &right, int sign) {
    if (left.unset || right.unset) {
        Tally sum = left.unset ? right : left;
        if (left.unset && sign < 0 && !right.unset) {
            const Tally nothing{false, right.ids, right.digest, {}, {}, {}, false, 0, {}};
            sum = add_tallies(nothing, right, sign);
        }
        return sum;
    }
    check_same_evidence(left.ids, right.ids);
    if (left.has_rules != right.has_rules || left.rules != right.rules || (left.has_rules && left.as_of != right.as_of)) {
        throw Problem(Trouble::value, "", "rules and as_of must be the same for all rows of one lead_score()");
    }
    Tally sum;
    sum.ids = left.ids;
    sum.digest = left.digest;
    sum.has_rules = left.has_rules;
    sum.as_of = left.as_of;
    sum.rules = left.rules;
    sum.counts = add_cells(left.counts, right.counts, sign);
    sum.sums = add_cells(left.sums, right.sums, sign);
    sum.values = add_cells(left.values, right.values, sign);
    return sum;
}

} // namespace leadscore
