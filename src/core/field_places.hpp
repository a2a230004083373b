// Where a value stands among the literals that the tests of one field compare it with.
//
// Tests of equality, order and beginnings give one answer for all values of a place, so it need be worked out once.
#pragma once

#include "no_postgres.hpp"
#include "condition_program.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadscore {

class FieldPlaces {
public:
    static constexpr size_t nowhere = SIZE_MAX;

    // Whether the answers of a test are those of places.
    static bool is_answered_by_place(Operator op) noexcept;

    explicit FieldPlaces(const std::vector<const Test *> &tests);

    size_t count() const noexcept {
        return first_text_ + 2 * texts_.size() + 1;
    }

    // Below count(); `nowhere` for times and arrays.
    size_t place_of(const Value &value) const noexcept;

    bool compares_texts() const noexcept {
        return !texts_.empty();
    }

private:
    void add(const Test &test);
    void finish_texts();
    void finish_numbers();
    int order_of_start(std::string_view text, uint64_t head) const noexcept;
    size_t text_place(std::string_view text) const noexcept;
    size_t number_place(const Number &number) const noexcept;

    std::vector<std::string> texts_;    // ascending, each once
    size_t start_ = 0;                  // so many bytes all texts begin with
    uint64_t start_head_ = 0;           // these bytes, or the first eight
    std::vector<uint64_t> heads_;       // the bytes behind them, or the first eight of these
    std::vector<size_t> sizes_;         // of the texts
    bool are_short_ = false;            // the heads are all that there is behind the start, and no two are the same
    std::vector<StoredNumber> numbers_; // ascending, each once
    int scale_ = 0;
    std::vector<int64_t> scaled_; // the numbers × 10^scale; empty if they do not fit
    size_t first_text_ = 0;
};

} // namespace leadscore
