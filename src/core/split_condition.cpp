// A condition taken apart.
#include "split_condition.hpp"

#include "field_places.hpp"

#include <algorithm>

namespace leadscore {

namespace {

using Entry = Condition::Entry;

// Collects the tests of an entry; false unless they are of one field and answered by place.
bool is_of_one_field(const Entry &entry, const std::string *&field, std::vector<const Test *> &tests) {
    if (entry.connective != Condition::Connective::field) {
        for (const Condition &child : entry.children) {
            for (const Entry &inner : child.entries) {
                if (!is_of_one_field(inner, field, tests)) {
                    return false;
                }
            }
        }
        return field != nullptr;
    }
    if (field != nullptr && *field != entry.field) {
        return false;
    }
    field = &entry.field;
    for (const Test &test : entry.tests) {
        tests.push_back(&test);
    }
    return std::all_of(entry.tests.begin(), entry.tests.end(),
                       [](const Test &test) { return FieldPlaces::is_answered_by_place(test.op); });
}

// The entries that must all hold, those inside of `all` included.
void add_entries(const Condition &condition, std::vector<const Entry *> &entries) {
    for (const Entry &entry : condition.entries) {
        if (entry.connective == Condition::Connective::all) {
            for (const Condition &child : entry.children) {
                add_entries(child, entries);
            }
        } else {
            entries.push_back(&entry);
        }
    }
}

} // namespace

SplitCondition::SplitCondition(const Condition &condition, FieldNames &fields, std::vector<std::string> &patterns,
                               const Zone &zone) {
    std::vector<const Entry *> entries;
    add_entries(condition, entries);
    Condition rest;
    for (const Entry *entry : entries) {
        const std::string *field = nullptr;
        std::vector<const Test *> tests;
        if (is_of_one_field(*entry, field, tests)) {
            Condition part;
            part.entries.push_back(*entry);
            parts_.push_back({fields.number_of(*field), ConditionProgram(part, fields, patterns, zone), std::move(tests)});
        } else {
            rest.entries.push_back(*entry);
        }
    }
    if (!rest.entries.empty()) {
        rest_.emplace(rest, fields, patterns, zone);
    }
}

bool SplitCondition::holds(const Value *values, const Surroundings &around) const {
    return std::all_of(parts_.begin(), parts_.end(), [&](const Part &part) { return part.program.holds(values, around); }) &&
           rest_holds(values, around);
}

void SplitCondition::add_fields_to(std::vector<size_t> &fields) const {
    for (const Part &part : parts_) {
        fields.push_back(part.field);
    }
    if (rest_) {
        rest_->add_fields_to(fields);
    }
}

} // namespace leadscore
