// Weights of hits by their age, each worked out once.
#include "age_weights.hpp"

#include <algorithm>

namespace leadscore {

AgeWeights::AgeWeights(const Decay &decay, bool hour_ticks, size_t most)
    : decay_(decay), hour_ticks_(hour_ticks), end_(decay_end(decay, hour_ticks)), most_(most) {
}

int64_t AgeWeights::find(int64_t age) const {
    if (decay_.type == Decay::Type::none) {
        return whole_weight;
    }
    if (end_ >= 0 && age >= end_) {
        return 0;
    }
    const auto place = static_cast<size_t>(age);
    if (place >= most_) {
        return decay_weight(decay_, hour_ticks_, age);
    }
    if (place >= known_.size()) {
        known_.resize(std::min(most_, std::max(place + 1, known_.size() * 2)), -1);
    }
    known_[place] = static_cast<int32_t>(decay_weight(decay_, hour_ticks_, age));
    return known_[place];
}

} // namespace leadscore
