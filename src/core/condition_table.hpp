// Many conditions at once: which of them the value of a field leaves possible is worked out once for each of its places, and kept
// as bits. An event then costs a look-up a field, however many conditions there are.
#pragma once

#include "no_postgres.hpp"
#include "field_places.hpp"
#include "split_condition.hpp"

#include <memory>
#include <vector>

namespace leadscore {

class ConditionTable {
public:
    // What a table takes comes out of `room` (bytes), of which many tables share one; null if there is not enough. A null
    // condition always holds.
    static std::unique_ptr<ConditionTable> make(std::vector<const SplitCondition *> conditions, size_t &room);

    // Calls `met` with the number of each condition that holds, ascending. Throws what ConditionProgram::holds() does.
    template <typename Meet> void match(const Value *values, const Surroundings &around, const Meet &meet) {
        find_possible(values, around);
        for (size_t w = 0; w < width_; ++w) {
            for (uint64_t bits = possible_[w]; bits != 0; bits &= bits - 1) {
                const size_t number = w * word_bits + static_cast<size_t>(__builtin_ctzll(bits));
                const uint64_t bit = bits & -bits;
                if ((with_rest_[w] & bit) == 0 || conditions_[number]->rest_holds(values, around)) {
                    meet(number);
                }
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
    };

    ConditionTable(std::vector<const SplitCondition *> conditions, size_t &room);
    static size_t size_of(const std::vector<const SplitCondition *> &conditions) noexcept;
    void add_field(size_t number, std::vector<PartOf> parts);
    void find_possible(const Value *values, const Surroundings &around);
    const uint64_t *row_of(Field &field, const Value *values, const Surroundings &around);

    std::vector<const SplitCondition *> conditions_;
    size_t width_; // of a row, in words
    size_t &room_;
    std::vector<Field> fields_;
    std::vector<uint64_t> with_rest_;
    std::vector<uint64_t> rows_;
    // Scratch of one event.
    std::vector<uint64_t> possible_;
    std::vector<uint64_t> fresh_;
};

} // namespace leadscore
