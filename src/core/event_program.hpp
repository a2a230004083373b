// The event side of a document made ready: which evidence an event of some kind may count for, and what of it.
#pragma once

#include "no_postgres.hpp"
#include "condition_table.hpp"
#include "evidence.hpp"
#include "hit_sets.hpp"
#include "kind_key.hpp"
#include "met_sets.hpp"
#include "tally_log.hpp"

#include <memory>
#include <string_view>

namespace leadscore {

// Evidence that asks for one kind. Evidence of "*" stands apart: copied to every kind it would take memory in the square of the
// document.
struct KindPlan {
    std::vector<uint32_t> evidence; // indexes into the set
    bool looks = false;             // some of it looks at fields
    bool tests = false;             // some of it has a condition
    // Made when the first event of the kind comes, if there is room.
    enum class Stage : uint8_t { fresh, prepared, no_room };
    mutable Stage stage = Stage::fresh;
    mutable std::vector<size_t> fields;            // without repeats, shorter names first
    mutable std::unique_ptr<ConditionTable> table; // null: conditions are run one by one
    mutable std::unique_ptr<MetSets> sets;         // null: what an event meets is put together each time
};

// What one event meets, in scratch of the program.
struct Met {
    const uint32_t *evidence;
    size_t count;
};

// The same by plan: that of the kind, that of every kind. No set is empty.
struct MetOfPlans {
    const MetSet *sets[2];
    size_t count;
};

class EventProgram {
public:
    EventProgram(EvidenceSet set, Zone zone);
    EventProgram(const EventProgram &) = delete; // plans point into it
    EventProgram &operator=(const EventProgram &) = delete;

    const EvidenceSet &evidence() const noexcept {
        return set_;
    }
    const Zone &zone() const noexcept {
        return zone_;
    }
    const std::vector<std::string> &field_names() const noexcept {
        return fields_.names();
    }
    const std::vector<std::string> &patterns() const noexcept {
        return patterns_;
    }
    // One hash lookup; null if no rule asks for the kind.
    const KindPlan *plan_for(std::string_view kind) const noexcept {
        if (!has_kinds_) {
            return plan_of_other_kinds();
        }
        const KindKey key(kind);
        for (size_t at = key.hash() & (slots_.size() - 1); slots_[at].used; at = (at + 1) & (slots_.size() - 1)) {
            if (slots_[at].key == key) {
                return &slots_[at].plan;
            }
        }
        return plan_of_other_kinds();
    }

    // Numbers of the fields to fetch before match(), without repeats; until the next call.
    const std::vector<size_t> &fields_for(const KindPlan &plan) const;
    // The same, of a plan for which they were asked before; null if they are to be put together again.
    const std::vector<size_t> *known_fields(const KindPlan &plan) const noexcept {
        if (!every_kind_.looks && plan.stage == KindPlan::Stage::prepared) {
            return &plan.fields;
        }
        return !plan.looks && every_kind_.stage == KindPlan::Stage::prepared ? &every_kind_.fields : nullptr;
    }
    bool looks_at_fields(const KindPlan &plan) const noexcept {
        return plan.looks || every_kind_.looks;
    }
    // Whether each event of the kind is one more hit of plan.evidence, whatever its fields: match() need not be asked.
    bool meets_all(const KindPlan &plan) const noexcept {
        return every_kind_.evidence.empty() && !plan.looks;
    }

    // Which evidence the event meets; `values` by field number. Valid until the next call.
    Met match(const KindPlan &plan, const Value *values, const Surroundings &around) const;

    // The same for an aggregate that takes many events. What hit_sets() tells of earlier numbers stays.
    MetOfPlans match_sets(const KindPlan &plan, const Value *values, const Surroundings &around) const;
    const HitSets &hit_sets() const noexcept {
        return hit_sets_;
    }
    // The entry of one more event at `at`.
    CountEntry entry_of(const MetSet::Entry &entry, int64_t at) const noexcept {
        return count_entry(entry.number, entry.hour_ticks ? floor_divide(at, micro_per_hour) : zone_.day_of(at), 1);
    }

    // Entries the hits need: in the count log, the wide log and the value log.
    struct Room {
        size_t counts = 0;
        size_t wides = 0;
        size_t values = 0;
    };
    Room room_for(const uint32_t *hits, size_t count, const Value *values) const noexcept;

    // The entry of one hit that is a plain count; 0 (no entry ever) for sums and distinct values.
    CountEntry entry_of(uint32_t hit, int64_t at, int sign) const noexcept {
        const Item &item = items_[hit];
        return item.kept == Kept::count ? count_entry(hit, tick_of(item, at), sign) : 0;
    }

    // Appends the hits of an event at `at` (microseconds of UTC); sign -1 takes them back.
    void append(const uint32_t *hits, size_t count, int64_t at, const Value *values, int sign, TallyLogs &logs) const;

private:
    struct Item {
        Kept kept;
        bool hour_ticks;
        std::ptrdiff_t condition; // index, or -1
        size_t property;          // field number, of sum and distinct
        bool looks() const noexcept {
            return condition >= 0 || kept != Kept::count;
        }
    };
    int64_t tick_of(const Item &item, int64_t at) const noexcept {
        return item.hour_ticks ? floor_divide(at, micro_per_hour) : zone_.day_of(at);
    }
    const KindPlan *plan_of_other_kinds() const noexcept {
        return every_kind_.evidence.empty() ? nullptr : &no_kind_;
    }
    struct Slot {
        bool used = false;
        KindKey key; // of a name in set_
        KindPlan plan;
    };

    void add_kinds();
    void add_to(KindPlan &plan, uint32_t evidence) const;
    void prepare(const KindPlan &plan) const;
    void collect_fields(const KindPlan &plan) const;
    void want(size_t field) const;
    void match_into(const KindPlan &plan, const Value *values, const Surroundings &around) const;
    const MetSet *match_set(const KindPlan &plan, const Value *values, const Surroundings &around, MetSet &unknown) const;
    MetSet make_met_set() const;

    EvidenceSet set_;
    Zone zone_;
    FieldNames fields_;
    std::vector<std::string> patterns_;
    std::vector<SplitCondition> conditions_;
    std::vector<Item> items_;
    bool has_kinds_ = false;  // any in slots_
    std::vector<Slot> slots_; // open addressing, a power of two
    KindPlan every_kind_;     // evidence of "*"
    KindPlan no_kind_;        // for kinds only "*" asks for
    mutable size_t room_;     // left for what is prepared
    mutable HitSets hit_sets_;
    // Scratch of one event.
    mutable std::vector<uint32_t> met_;
    mutable MetSet unknown_[2]; // by plan: what there was no room to keep
    mutable std::vector<size_t> wanted_;
    mutable std::vector<uint64_t> wanted_by_; // by field: the collection that asked last
    mutable uint64_t collection_ = 0;
};

} // namespace leadscore
