// Weights of hits by their age, each worked out once.
#pragma once

#include "no_postgres.hpp"
#include "decay.hpp"

#include <vector>

namespace leadscore {

// Shared by the rules of a document that fade alike, so that all weights stay in the processor's cache.
class AgeWeights {
public:
    // Keeps the weights of so many ages.
    AgeWeights(const Decay &decay, bool hour_ticks, size_t most);

    // Of an age >= 0.
    int64_t at(int64_t age) const {
        const auto place = static_cast<size_t>(age);
        return place < known_.size() && known_[place] >= 0 ? known_[place] : find(age);
    }
    // The age from which on weights are 0; -1: never.
    int64_t end() const noexcept {
        return end_;
    }

private:
    int64_t find(int64_t age) const;

    Decay decay_;
    bool hour_ticks_;
    int64_t end_;
    size_t most_;
    mutable std::vector<int32_t> known_; // by age, -1: not known yet
};

} // namespace leadscore
