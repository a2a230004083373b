// The event side of a document made ready.
#include "event_program.hpp"

#include "hash.hpp"

#include <algorithm>
#include <unordered_map>

namespace leadscore {

namespace {

// A value of a sum that is no number, or too large to add, counts as 0.
int128 addend_of(const Value &value) noexcept {
    int128 micro = 0;
    if (value.type != Value::Type::number || !number_to_micro(value.number, most_micro, micro)) {
        return 0;
    }
    return micro;
}

// Whether a value (no array) can be told from others; its key then.
bool distinct_key(const Value &value, const Zone &zone, ValueKey &key) {
    switch (value.type) {
    case Value::Type::text:
        key = value_key(ValueType::text, value.text);
        return true;
    case Value::Type::number:
        key = value_key(ValueType::number, number_text(value.number));
        return true;
    case Value::Type::boolean:
        key = value_key(ValueType::boolean, value.boolean ? "t" : "f");
        return true;
    default:
        break;
    }
    const std::optional<int64_t> moment = moment_of(value, zone, false);
    if (moment) {
        key = value_key(ValueType::instant, std::to_string(*moment));
    }
    return moment.has_value();
}

} // namespace

EventProgram::EventProgram(EvidenceSet set, Zone zone) : set_(std::move(set)), zone_(std::move(zone)) {
    std::unordered_map<std::string, std::ptrdiff_t> known; // conditions by canonical text
    for (const Evidence &evidence : set_.items) {
        Item item{evidence.kept, evidence.hour_ticks, -1, 0};
        if (evidence.has_condition) {
            const auto [place, added] = known.emplace(write_condition(evidence.condition), conditions_.size());
            if (added) {
                conditions_.emplace_back(evidence.condition, fields_, patterns_, zone_);
                condition_fields_.emplace_back();
                conditions_.back().add_fields_to(condition_fields_.back());
            }
            item.condition = place->second;
        }
        if (evidence.kept != Kept::count) {
            item.property = fields_.number_of(evidence.property);
        }
        items_.push_back(item);
    }
    wanted_by_.resize(fields_.names().size());
    met_.resize(items_.size());
    add_kinds();
}

void EventProgram::add_to(KindPlan &plan, uint32_t evidence) const {
    plan.evidence.push_back(evidence);
    plan.looks = plan.looks || items_[evidence].looks();
}

void EventProgram::add_kinds() {
    std::unordered_map<std::string_view, KindPlan> plans; // names live in set_
    for (uint32_t e = 0; e < items_.size(); ++e) {
        for (const std::string &name : set_.items[e].kinds.names) {
            add_to(plans[name], e);
        }
        if (set_.items[e].kinds.every) {
            add_to(every_kind_, e);
        }
    }
    size_t size = 4;
    while (size < plans.size() * 2) {
        size *= 2;
    }
    slots_.resize(size);
    for (auto &[name, plan] : plans) {
        const uint64_t hash = XXH3_64bits(name.data(), name.size());
        size_t at = hash & (size - 1);
        while (slots_[at].used) {
            at = (at + 1) & (size - 1);
        }
        slots_[at] = {true, hash, name, std::move(plan)};
    }
}

const KindPlan *EventProgram::plan_for(std::string_view kind) const noexcept {
    const uint64_t hash = XXH3_64bits(kind.data(), kind.size());
    for (size_t at = hash & (slots_.size() - 1); slots_[at].used; at = (at + 1) & (slots_.size() - 1)) {
        if (slots_[at].hash == hash && slots_[at].kind == kind) {
            return &slots_[at].plan;
        }
    }
    return every_kind_.evidence.empty() ? nullptr : &no_kind_;
}

void EventProgram::add_fields_of(const KindPlan &plan) const {
    const auto want = [this](size_t field) {
        if (wanted_by_[field] != event_) {
            wanted_by_[field] = event_;
            wanted_.push_back(field);
        }
    };
    if (!plan.looks) {
        return;
    }
    for (const uint32_t e : plan.evidence) {
        const Item &item = items_[e];
        if (item.condition >= 0) {
            for (const size_t field : condition_fields_[static_cast<size_t>(item.condition)]) {
                want(field);
            }
        }
        if (item.kept != Kept::count) {
            want(item.property);
        }
    }
}

const std::vector<size_t> &EventProgram::fields_for(const KindPlan &plan) const {
    ++event_;
    wanted_.clear();
    add_fields_of(plan);
    add_fields_of(every_kind_);
    return wanted_;
}

void EventProgram::match_into(const KindPlan &plan, const Value *values, const Surroundings &around) const {
    for (const uint32_t e : plan.evidence) {
        const Item &item = items_[e];
        if (item.condition < 0 || conditions_[static_cast<size_t>(item.condition)].holds(values, around)) {
            met_.push_back(e);
        }
    }
}

Met EventProgram::match(const KindPlan &plan, const Value *values, const Surroundings &around) const {
    // Most events need no look at their fields.
    if (every_kind_.evidence.empty() && !plan.looks) {
        return {plan.evidence.data(), plan.evidence.size()};
    }
    met_.clear();
    match_into(plan, values, around);
    match_into(every_kind_, values, around);
    return {met_.data(), met_.size()};
}

EventProgram::Room EventProgram::room_for(const uint32_t *hits, size_t count, const Value *values) const noexcept {
    Room room;
    for (size_t i = 0; i < count; ++i) {
        const Item &item = items_[hits[i]];
        switch (item.kept) {
        case Kept::count:
            ++room.counts;
            break;
        case Kept::sum:
            ++room.wides;
            break;
        case Kept::distinct:
            room.values += values[item.property].type == Value::Type::array ? values[item.property].count : 1;
            break;
        }
    }
    return room;
}

void EventProgram::append(const uint32_t *hits, size_t count, int64_t at, const Value *values, int sign, TallyLogs &logs) const {
    for (size_t i = 0; i < count; ++i) {
        const Item &item = items_[hits[i]];
        const int64_t tick = tick_of(item, at);
        switch (item.kept) {
        case Kept::count:
            append_count(logs, hits[i], tick, sign);
            break;
        case Kept::sum: {
            const int128 addend = addend_of(values[item.property]);
            if (addend != 0) {
                append_sum(logs, hits[i], tick, sign * addend);
            }
            break;
        }
        case Kept::distinct: {
            const Value &value = values[item.property];
            const bool many = value.type == Value::Type::array;
            ValueKey key;
            for (uint32_t n = 0; n < (many ? value.count : 1); ++n) {
                if (distinct_key(many ? value.elements[n] : value, zone_, key)) {
                    append_value(logs, hits[i], key, tick, sign);
                }
            }
            break;
        }
        }
    }
}

} // namespace leadscore
