// What the events of a plan meet, made ready once for each set of conditions that holds.
#pragma once

#include "no_postgres.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace leadscore {

// Of evidence that one event meets.
struct MetSet {
    // The entry for all plain counts of one length of ticks: a number of HitSets.
    struct Entry {
        uint32_t number;
        bool hour_ticks;
    };
    Entry entries[2];
    size_t entry_count = 0;
    std::vector<uint32_t> others; // evidence whose hits are appended one by one
};

// Known by bits, of which each stands for a condition that holds.
class MetSets {
public:
    // So many words of bits.
    explicit MetSets(size_t width) : width_(width), slots_(16) {
    }

    // Null if it is not known. Valid until the next add().
    const MetSet *find(const uint64_t *bits) const noexcept {
        for (size_t at = hash(bits) & (slots_.size() - 1); slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
            if (has_bits(slots_[at] - 1, bits)) {
                return &sets_[slots_[at] - 1];
            }
        }
        return nullptr;
    }

    const MetSet *add(const uint64_t *bits, MetSet set);

    // About what a set of so much evidence takes, its numbers in HitSets included.
    size_t size_of(size_t evidence) const noexcept {
        return sizeof(MetSet) + 2 * (2 * evidence * sizeof(uint32_t) + width_ * sizeof(uint64_t) + 4 * sizeof(uint32_t));
    }

private:
    uint64_t hash(const uint64_t *bits) const noexcept {
        uint64_t mixed = 0;
        for (size_t w = 0; w < width_; ++w) {
            mixed = (mixed ^ bits[w]) * 0x9E3779B97F4A7C15;
            mixed ^= mixed >> 32;
        }
        return mixed;
    }
    bool has_bits(size_t set, const uint64_t *bits) const noexcept {
        const uint64_t *known = bits_.data() + set * width_;
        size_t w = 0;
        while (w < width_ && known[w] == bits[w]) {
            ++w;
        }
        return w == width_;
    }
    void put(size_t set, const uint64_t *bits);

    size_t width_;
    std::vector<uint32_t> slots_; // open addressing, a power of two; 0: empty, else 1 + the set
    std::vector<uint64_t> bits_;  // by set
    std::vector<MetSet> sets_;
};

} // namespace leadscore
