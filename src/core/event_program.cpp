// The event side of a document made ready.
#include "event_program.hpp"

#include <algorithm>
#include <unordered_map>

namespace leadscore {

namespace {

// For what is prepared by kind, in all.
constexpr size_t most_prepared_bytes = static_cast<size_t>(8) << 20;

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

EventProgram::EventProgram(EvidenceSet set, Zone zone)
    : set_(std::move(set)), zone_(std::move(zone)), room_(most_prepared_bytes), hit_sets_(set_.items.size()) {
    std::unordered_map<std::string, std::ptrdiff_t> known; // conditions by canonical text
    for (const Evidence &evidence : set_.items) {
        Item item{evidence.kept, evidence.hour_ticks, -1, 0};
        if (evidence.has_condition) {
            const auto [place, added] = known.emplace(write_condition(evidence.condition), conditions_.size());
            if (added) {
                conditions_.emplace_back(evidence.condition, fields_, patterns_, zone_);
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
    plan.tests = plan.tests || items_[evidence].condition >= 0;
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
    has_kinds_ = !plans.empty();
    for (auto &[name, plan] : plans) {
        const KindKey key(name);
        size_t at = key.hash() & (size - 1);
        while (slots_[at].used) {
            at = (at + 1) & (size - 1);
        }
        slots_[at] = {true, key, std::move(plan)};
    }
}

void EventProgram::want(size_t field) const {
    if (wanted_by_[field] != collection_) {
        wanted_by_[field] = collection_;
        wanted_.push_back(field);
    }
}

void EventProgram::collect_fields(const KindPlan &plan) const {
    if (plan.stage == KindPlan::Stage::prepared) {
        for (const size_t field : plan.fields) {
            want(field);
        }
        return;
    }
    std::vector<size_t> fields;
    for (const uint32_t e : plan.evidence) {
        const Item &item = items_[e];
        fields.clear();
        if (item.condition >= 0) {
            conditions_[static_cast<size_t>(item.condition)].add_fields_to(fields);
        }
        if (item.kept != Kept::count) {
            fields.push_back(item.property);
        }
        for (const size_t field : fields) {
            want(field);
        }
    }
}

// A document may name a rule's kinds and fields by the thousand: what is made for each kind must not grow with both.
void EventProgram::prepare(const KindPlan &plan) const {
    plan.stage = KindPlan::Stage::no_room;
    ++collection_;
    wanted_.clear();
    collect_fields(plan);
    const size_t size = wanted_.size() * sizeof(size_t);
    if (size > room_) {
        return;
    }
    room_ -= size;
    plan.fields = wanted_;
    const auto shorter = [this](size_t a, size_t b) {
        const std::string &left = fields_.names()[a];
        const std::string &right = fields_.names()[b];
        return left.size() != right.size() ? left.size() < right.size() : left < right;
    };
    std::sort(plan.fields.begin(), plan.fields.end(), shorter);
    if (plan.tests) {
        std::vector<const SplitCondition *> conditions;
        for (const uint32_t e : plan.evidence) {
            const std::ptrdiff_t condition = items_[e].condition;
            conditions.push_back(condition >= 0 ? &conditions_[static_cast<size_t>(condition)] : nullptr);
        }
        plan.table = ConditionTable::make(std::move(conditions), room_);
    }
    constexpr size_t bytes_of_sets = 256;
    if ((!plan.tests || plan.table != nullptr) && bytes_of_sets <= room_) {
        room_ -= bytes_of_sets;
        plan.sets = std::make_unique<MetSets>(plan.table != nullptr ? plan.table->width() : 0);
    }
    plan.stage = KindPlan::Stage::prepared;
}

const std::vector<size_t> &EventProgram::fields_for(const KindPlan &plan) const {
    for (const KindPlan *each : {&plan, &every_kind_}) {
        if (each->stage == KindPlan::Stage::fresh) {
            prepare(*each);
        }
    }
    if (const std::vector<size_t> *fields = known_fields(plan); fields != nullptr) {
        return *fields;
    }
    ++collection_;
    wanted_.clear();
    collect_fields(plan);
    collect_fields(every_kind_);
    return wanted_;
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
