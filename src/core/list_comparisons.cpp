// What kind of values the tests of a document can be met by, attribute by attribute.
#include "study.hpp"

#include "study_rows.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace leadscore {

namespace {

// Of literals of several types nothing can be said.
const char *kind_of(const std::vector<Literal> &literals) {
    const auto is_other = [&](const Literal &literal) { return literal.type != literals[0].type; };
    if (std::any_of(literals.begin(), literals.end(), is_other)) {
        return nullptr;
    }
    switch (literals[0].type) {
    case Literal::Type::number:
        return "number";
    case Literal::Type::boolean:
        return "boolean";
    default:
        return "text";
    }
}

const char *kind_asked(const Test &test) {
    switch (test.op) {
    case Operator::exists:
        return nullptr;
    case Operator::within_last:
    case Operator::older_than:
    case Operator::within_next:
        return "moment";
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::contains:
    case Operator::like:
    case Operator::ilike:
    case Operator::matches:
        return "pattern";
    default:
        return kind_of(test.operands);
    }
}

class Comparisons {
public:
    void add(const std::string &place, const std::string &field, const char *kind) {
        if (kind != nullptr && seen_.insert({field, kind}).second) {
            rows_.row().text("place", place).text("field", field).text("kind", kind);
        }
    }
    void add(const std::string &place, const Condition &condition) {
        for (const Condition::Entry &entry : condition.entries) {
            for (const Test &test : entry.tests) {
                add(place, entry.field, kind_asked(test));
            }
            for (const Condition &child : entry.children) {
                add(place, child);
            }
        }
    }
    std::string finish() {
        return rows_.finish();
    }

private:
    std::set<std::pair<std::string, std::string>> seen_;
    StudyRows rows_;
};

} // namespace

std::string list_comparisons(const Rules &rules) {
    Comparisons comparisons;
    for (size_t i = 0; i < rules.exclusions.size(); ++i) {
        comparisons.add("exclude[" + std::to_string(i) + "].if", rules.exclusions[i].condition);
    }
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        const Rule &rule = rules.rules[i];
        const std::string place = "rules[" + std::to_string(i) + "].";
        if (rule.form == Form::condition_points) {
            comparisons.add(place + "if", rule.condition);
        } else if (rule.form == Form::attribute_bands) {
            comparisons.add(place + "attribute", rule.attribute, "number");
        }
    }
    return comparisons.finish();
}

} // namespace leadscore
