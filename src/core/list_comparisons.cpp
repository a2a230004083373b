// What kind of values the tests of a document can be met by, attribute by attribute.
#include "study.hpp"

#include "attribute_uses.hpp"
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

} // namespace

std::string list_comparisons(const Rules &rules) {
    std::set<std::pair<std::string, std::string>> seen;
    StudyRows rows;
    const auto add = [&](const std::string &place, const std::string &field, const char *kind) {
        if (kind != nullptr && seen.insert({field, kind}).second) {
            rows.row().text("place", place).text("field", field).text("kind", kind);
        }
    };
    each_attribute(
        rules,
        [&](const std::string &place, const std::string &field, const std::vector<Test> &tests) {
            for (const Test &test : tests) {
                add(place, field, kind_asked(test));
            }
        },
        [&](const std::string &place, const Rule &rule) {
            add(place, rule.attribute, rule.form == Form::attribute_bands ? "number" : nullptr);
        });
    return rows.finish();
}

} // namespace leadscore
