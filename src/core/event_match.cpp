// Which evidence an event meets.
#include "event_program.hpp"

#include <algorithm>
#include <iterator>

namespace leadscore {

void EventProgram::match_into(const KindPlan &plan, const Value *values, const Surroundings &around) const {
    if (plan.table != nullptr) {
        plan.table->each(plan.table->find(values, around), [&](size_t number) { met_.push_back(plan.evidence[number]); });
        return;
    }
    for (const uint32_t e : plan.evidence) {
        const Item &item = items_[e];
        if (item.condition < 0 || conditions_[static_cast<size_t>(item.condition)].holds(values, around)) {
            met_.push_back(e);
        }
    }
}

Met EventProgram::match(const KindPlan &plan, const Value *values, const Surroundings &around) const {
    if (meets_all(plan)) {
        return {plan.evidence.data(), plan.evidence.size()};
    }
    met_.clear();
    match_into(plan, values, around);
    match_into(every_kind_, values, around);
    return {met_.data(), met_.size()};
}

// Of what is in met_.
MetSet EventProgram::make_met_set() const {
    MetSet set;
    for (const bool hour_ticks : {false, true}) {
        std::vector<uint32_t> counts;
        std::copy_if(met_.begin(), met_.end(), std::back_inserter(counts),
                     [&](uint32_t e) { return items_[e].kept == Kept::count && items_[e].hour_ticks == hour_ticks; });
        const uint32_t number = counts.empty() ? HitSets::none : counts.size() == 1 ? counts[0] : hit_sets_.add(counts);
        if (number != HitSets::none) {
            set.entries[set.entry_count++] = {number, hour_ticks};
        } else {
            set.others.insert(set.others.end(), counts.begin(), counts.end());
        }
    }
    std::copy_if(met_.begin(), met_.end(), std::back_inserter(set.others),
                 [&](uint32_t e) { return items_[e].kept != Kept::count; });
    return set;
}

// Inline: half of what it costs to find a set that is known would be the call.
inline const MetSet *EventProgram::match_set(const KindPlan &plan, const Value *values, const Surroundings &around,
                                             MetSet &unknown) const {
    const uint64_t *bits = nullptr;
    if (plan.sets != nullptr) {
        bits = plan.table != nullptr ? plan.table->find(values, around) : nullptr;
        if (const MetSet *known = plan.sets->find(bits); known != nullptr) {
            return known;
        }
    }
    met_.clear();
    match_into(plan, values, around);
    const size_t size = plan.sets != nullptr ? plan.sets->size_of(met_.size()) : SIZE_MAX;
    if (size <= room_) {
        room_ -= size;
        return plan.sets->add(bits, make_met_set());
    }
    unknown.others = met_;
    return &unknown;
}

MetOfPlans EventProgram::match_sets(const KindPlan &plan, const Value *values, const Surroundings &around) const {
    MetOfPlans met = {{}, 0};
    const KindPlan *const plans[] = {&plan, &every_kind_};
    for (size_t p = 0; p < 2; ++p) {
        if (!plans[p]->evidence.empty()) {
            const MetSet *set = match_set(*plans[p], values, around, unknown_[p]);
            if (set->entry_count > 0 || !set->others.empty()) {
                met.sets[met.count++] = set;
            }
        }
    }
    return met;
}

} // namespace leadscore
