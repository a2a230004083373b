// Many conditions at once: which of them the value of a field leaves possible is worked out once for each of its places, and kept
// as bits. An event then costs a look-up a field, however many conditions there are.
#pragma once

#include "no_postgres.hpp"
#include "field_places.hpp"
#include "split_condition.hpp"
#include "text_memo.hpp"

#include <memory>
#include <vector>

namespace leadscore {

class ConditionTable {
public:
    // What a table takes comes out of `room` (bytes), of which many tables share one; null if there is not enough. A null
    // condition always holds.
    static std::unique_ptr<ConditionTable> make(std::vector<const SplitCondition *> conditions, size_t &room);

    // So many words of bits find() gives.
    size_t width() const noexcept {
        return width_;
    }
    // A bit for each condition that holds, until the next call. Throws what ConditionProgram::holds() does.
    const uint64_t *find(const Value *values, const Surroundings &around) {
        find_possible(values, around);
        if (has_rest_) {
            test_rest(values, around);
        }
        return possible_.data();
    }

    // Calls `meet` with the number of each bit that is set, ascending.
    template <typename Meet> void each(const uint64_t *bits, const Meet &meet) const {
        for (size_t w = 0; w < width_; ++w) {
            for (uint64_t left = bits[w]; left != 0; left &= left - 1) {
                meet(w * word_bits + static_cast<size_t>(__builtin_ctzll(left)));
            }
        }
    }

private:
    static constexpr size_t word_bits = 64;
    struct PartOf {
        size_t condition;
        const SplitCondition::Part *part;
    };
    struct Field {
        size_t number;
        FieldPlaces places;
        std::vector<PartOf> parts;
        std::vector<uint32_t> rows; // by place; 0: not worked out yet, else 1 + its row
        TextMemo texts;             // the same by text
    };

    ConditionTable(std::vector<const SplitCondition *> conditions, size_t &room);
    static size_t size_of(const std::vector<const SplitCondition *> &conditions) noexcept;
    void add_field(size_t number, std::vector<PartOf> parts);
    void find_possible(const Value *values, const Surroundings &around);
    void test_rest(const Value *values, const Surroundings &around);
    const uint64_t *row_of(Field &field, const Value *values, const Surroundings &around);
    uint32_t row_at(Field &field, const Value *values, const Surroundings &around);

    std::vector<const SplitCondition *> conditions_;
    size_t width_; // of a row, in words
    size_t &room_;
    std::vector<Field> fields_;
    std::vector<uint64_t> all_; // a bit for each condition
    std::vector<uint64_t> with_rest_;
    bool has_rest_ = false; // any of them
    std::vector<uint64_t> rows_;
    // Scratch of one event.
    std::vector<uint64_t> possible_;
    std::vector<uint64_t> fresh_;
};

} // namespace leadscore
