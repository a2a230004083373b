// The attributes of leads that a document asks for, and where.
#include "study.hpp"

#include <set>

namespace leadscore {

namespace {

class Attributes {
public:
    void add(const std::string &place, const std::string &field) {
        if (seen_.insert(field).second) {
            json_ += (json_.empty() ? "" : ",") + ("{\"place\":" + json_string(place)) + ",\"field\":" + json_string(field) + "}";
        }
    }
    void add(const std::string &place, const Condition &condition) {
        for (const Condition::Entry &entry : condition.entries) {
            if (entry.connective == Condition::Connective::field) {
                add(place, entry.field);
            }
            for (const Condition &child : entry.children) {
                add(place, child);
            }
        }
    }
    std::string rows() const {
        return "[" + json_ + "]";
    }

private:
    std::set<std::string> seen_;
    std::string json_;
};

} // namespace

std::string list_attributes(const Rules &rules) {
    Attributes attributes;
    for (size_t i = 0; i < rules.exclusions.size(); ++i) {
        attributes.add("exclude[" + std::to_string(i) + "].if", rules.exclusions[i].condition);
    }
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        const Rule &rule = rules.rules[i];
        const std::string place = "rules[" + std::to_string(i) + "].";
        if (rule.form == Form::condition_points) {
            attributes.add(place + "if", rule.condition);
        } else if (!rule.on_events()) {
            attributes.add(place + "attribute", rule.attribute);
        }
    }
    return attributes.rows();
}

} // namespace leadscore
