// What kind of values the tests of a document can be met by, attribute by attribute.
#include "study.hpp"

#include "attribute_uses.hpp"
#include "iso_time.hpp"
#include "json_tree.hpp"
#include "lint.hpp"
#include "number.hpp"
#include "study_rows.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace leadscore {

namespace {

// Of literals of several types nothing can be said.
std::string kind_of(const std::vector<Literal> &literals) {
    const auto is_other = [&](const Literal &literal) { return literal.type != literals[0].type; };
    if (std::any_of(literals.begin(), literals.end(), is_other)) {
        return {};
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

std::string kind_asked(const Test &test) {
    switch (test.op) {
    case Operator::exists:
        return {};
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

constexpr size_t most_shown = 60;

bool is_time(const std::string &text) {
    int64_t instant = 0;
    return parse_iso_time(text, Zone(), instant);
}

// "date: 30.11.2026" for a text that no column of dates or times compares with; empty if there is none.
std::string no_date(const Test &test) {
    for (const Literal &literal : test.operands) {
        if (literal.type == Literal::Type::text && !is_time(literal.text)) {
            return "date: " + shortened(literal.text, most_shown);
        }
    }
    return {};
}

bool is_number_key(const std::string &key) {
    std::string storage;
    Number number;
    return parse_number(key, storage, number) && number_text(number) == key;
}

// "key: US" for the first key of `values` that no number stands under.
std::string no_number(const Rule &rule) {
    for (const auto &value : rule.values) {
        if (!is_number_key(value.first)) {
            return "key: " + shortened(value.first, most_shown);
        }
    }
    return {};
}

} // namespace

std::string list_comparisons(const Rules &rules) {
    std::set<std::pair<std::string, std::string>> seen;
    StudyRows rows;
    const auto add = [&](const std::string &place, const std::string &field, const std::string &kind) {
        if (!kind.empty() && seen.insert({field, kind}).second) {
            rows.row().text("place", place).text("field", field).text("kind", kind).text("owner", owner_behind(rules, place));
        }
    };
    each_attribute(
        rules,
        [&](const std::string &place, const std::string &field, const std::vector<Test> &tests) {
            for (const Test &test : tests) {
                const std::string kind = kind_asked(test);
                add(place, field, kind);
                if (kind == "text") {
                    add(place, field, no_date(test));
                }
            }
        },
        [&](const std::string &place, const Rule &rule) {
            add(place, rule.attribute, rule.form == Form::attribute_bands ? "number" : no_number(rule));
        });
    return rows.finish();
}

} // namespace leadscore
