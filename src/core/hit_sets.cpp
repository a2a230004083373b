// Sets of evidence that one event meets at once, by number.
#include "hit_sets.hpp"

#include "evidence.hpp"

#include <numeric>

namespace leadscore {

HitSets::HitSets(size_t evidence) : evidence_(evidence), starts_(evidence + 1), list_(evidence) {
    std::iota(starts_.begin(), starts_.end(), 0);
    std::iota(list_.begin(), list_.end(), 0);
}

uint32_t HitSets::add(const std::vector<uint32_t> &evidence) {
    if (count() == most_evidence) {
        return none;
    }
    list_.resize(starts_.back()); // should memory have run out below
    list_.insert(list_.end(), evidence.begin(), evidence.end());
    starts_.push_back(static_cast<uint32_t>(list_.size()));
    return static_cast<uint32_t>(count() - 1);
}

} // namespace leadscore
