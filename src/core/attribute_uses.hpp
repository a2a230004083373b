// Where a document looks at attributes of leads: in exclusions, and in rules that are not on events.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"

#include <string>

namespace leadscore {

// Calls on_tests(place, field, tests) for each field of a condition.
template <typename OnTests>
void each_tested_field(const std::string &place, const Condition &condition, const OnTests &on_tests) {
    for (const Condition::Entry &entry : condition.entries) {
        if (entry.connective == Condition::Connective::field) {
            on_tests(place, entry.field, entry.tests);
        }
        for (const Condition &child : entry.children) {
            each_tested_field(place, child, on_tests);
        }
    }
}

// And on_rule(place, rule) for each rule with bands or values of an attribute. In the order of the document, exclusions first.
template <typename OnTests, typename OnRule>
void each_attribute(const Rules &rules, const OnTests &on_tests, const OnRule &on_rule) {
    for (size_t i = 0; i < rules.exclusions.size(); ++i) {
        each_tested_field("exclude[" + std::to_string(i) + "].if", rules.exclusions[i].condition, on_tests);
    }
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        const Rule &rule = rules.rules[i];
        const std::string place = "rules[" + std::to_string(i) + "].";
        if (rule.form == Form::condition_points) {
            each_tested_field(place + "if", rule.condition, on_tests);
        } else if (!rule.on_events()) {
            on_rule(place + "attribute", rule);
        }
    }
}

} // namespace leadscore
