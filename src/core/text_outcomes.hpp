// What became of leads, counted by a text.
#pragma once

#include "no_postgres.hpp"
#include "number_outcomes.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace leadscore {

// By text. Too many different ones, or too long ones, are not told apart.
class TextOutcomes {
public:
    static constexpr size_t most_texts = 10000;
    static constexpr size_t most_bytes = 1 << 20;

    struct Entry {
        std::string text;
        OutcomeCount count;
    };
    void add(std::string_view text, bool converted);

    bool too_many() const noexcept {
        return too_many_;
    }
    const OutcomeCount &all() const noexcept {
        return all_;
    }
    // Most leads first.
    std::vector<Entry> by_leads() const;

private:
    std::unordered_map<std::string_view, size_t> places_; // in entries_
    std::deque<Entry> entries_;
    OutcomeCount all_;
    size_t bytes_ = 0;
    bool too_many_ = false;
};

} // namespace leadscore
