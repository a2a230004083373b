// The event side of a document made ready: which evidence an event of some kind may count for, and what of it.
#pragma once

#include "no_postgres.hpp"
#include "condition_program.hpp"
#include "evidence.hpp"
#include "tally_log.hpp"

#include <memory>
#include <string_view>

namespace leadscore {

// Evidence that asks for one kind, with the numbers of the fields it looks at.
struct KindPlan {
    std::vector<uint32_t> evidence; // ascending indexes into the set
    std::vector<size_t> fields;     // without repeats
    bool conditional = false;       // some of the evidence has a condition
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
    // Most evidence any event can meet.
    size_t most_hits() const noexcept {
        return most_hits_;
    }

    // One hash lookup. Never null; a kind no rule asks for has an empty plan.
    const KindPlan *plan_for(std::string_view kind) const noexcept;

    // Which evidence of the plan the event meets, written to `hits` (room for the plan's); `values` by field number. Returns how many.
    size_t match(const KindPlan &plan, const Value *values, const Surroundings &around, uint32_t *hits) const;

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
    };
    int64_t tick_of(const Item &item, int64_t at) const noexcept {
        return item.hour_ticks ? floor_divide(at, micro_per_hour) : zone_.day_of(at);
    }
    struct Slot {
        bool used = false;
        uint64_t hash = 0;
        std::string_view kind; // lives in set_
        KindPlan plan;
    };

    void add_kinds();
    void add_to(KindPlan &plan, uint32_t evidence) const;
    void finish(KindPlan &plan);

    EvidenceSet set_;
    Zone zone_;
    FieldNames fields_;
    std::vector<std::string> patterns_;
    std::vector<ConditionProgram> conditions_;
    std::vector<Item> items_;
    std::vector<Slot> slots_; // open addressing, a power of two
    KindPlan other_kinds_;    // evidence of "*"
    size_t most_hits_ = 0;
};

} // namespace leadscore
