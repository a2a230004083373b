// What the events of a plan meet, made ready once for each set of conditions that holds.
#include "met_sets.hpp"

#include <utility>

namespace leadscore {

void MetSets::put(size_t set, const uint64_t *bits) {
    size_t at = hash(bits) & (slots_.size() - 1);
    while (slots_[at] != 0) {
        at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = static_cast<uint32_t>(set + 1);
}

const MetSet *MetSets::add(const uint64_t *bits, MetSet set) {
    bits_.resize(sets_.size() * width_); // should memory have run out below
    bits_.insert(bits_.end(), bits, bits + width_);
    sets_.push_back(std::move(set));
    if (sets_.size() * 2 > slots_.size()) {
        std::vector<uint32_t> larger(slots_.size() * 2);
        slots_.swap(larger);
        for (size_t known = 0; known + 1 < sets_.size(); ++known) {
            put(known, bits_.data() + known * width_);
        }
    }
    put(sets_.size() - 1, bits);
    return &sets_.back();
}

} // namespace leadscore
