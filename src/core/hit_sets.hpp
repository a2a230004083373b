// Sets of evidence that one event meets at once, by number: such an event is one entry in the log of its lead, however many hits
// it brings.
#pragma once

#include "no_postgres.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace leadscore {

class HitSets {
public:
    static constexpr uint32_t none = UINT32_MAX;

    // Numbers below `evidence` stand for that evidence alone; those behind for sets, as far as entries of logs can hold them.
    explicit HitSets(size_t evidence);

    // The number of a new set of evidence in ascending order; `none` if there is none left.
    uint32_t add(const std::vector<uint32_t> &evidence);

    // Of evidence alone.
    size_t evidence_count() const noexcept {
        return evidence_;
    }
    size_t count() const noexcept {
        return starts_.size() - 1;
    }
    // What a number below count() stands for.
    const uint32_t *begin_of(uint32_t number) const noexcept {
        return list_.data() + starts_[number];
    }
    const uint32_t *end_of(uint32_t number) const noexcept {
        return list_.data() + starts_[number + 1];
    }

private:
    size_t evidence_;
    std::vector<uint32_t> starts_; // by number, and an end
    std::vector<uint32_t> list_;
};

} // namespace leadscore
