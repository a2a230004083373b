// lint_rules, what is searched for in texts: signs that mean something in another operator or in other software.
#include "lint.hpp"

#include "number.hpp"
#include "operator_names.hpp"

#include <algorithm>

namespace leadscore {

namespace {

// A \b that no other backslash stands before.
bool has_backspace_escape(const std::string &pattern) {
    for (size_t i = 0; i + 1 < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
            if (pattern[i + 1] == 'b') {
                return true;
            }
            ++i;
        }
    }
    return false;
}

// "%chief%" and "/pricing%" are patterns of LIKE, "100%" need not be one.
bool has_like_ends(const std::string &text) {
    return !text.empty() &&
           (text.front() == '%' || (text.back() == '%' && (text.size() < 2 || !is_digit(text[text.size() - 2]))));
}

std::string doubt(const Test &test) {
    const std::string &text = test.operands.empty() ? std::string() : test.operands.front().text;
    switch (test.op) {
    case Operator::matches:
        if (text.find('\b') != std::string::npos) {
            return R"(the pattern holds a backspace, which "\b" is in JSON; the bound of a word is written "\\y")";
        }
        if (has_backspace_escape(text)) {
            return R"(\b is a backspace in a regular expression of PostgreSQL; the bound of a word is \y, in JSON "\\y")";
        }
        return {};
    case Operator::like:
    case Operator::ilike:
        if (text.find('*') != std::string::npos && text.find('%') == std::string::npos) {
            return "* stands for itself here; any run of characters is %";
        }
        return {};
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::contains:
        if (has_like_ends(text)) {
            return "% stands for itself here; patterns with it go with like and ilike";
        }
        return {};
    default:
        return {};
    }
}

void lint_tests(const Condition::Entry &entry, const std::string &place, Findings &findings) {
    for (const Test &test : entry.tests) {
        const std::string found = doubt(test);
        if (!found.empty()) {
            findings.warn("pattern", keyed(keyed(place, entry.field), std::string(operator_names[static_cast<size_t>(test.op)])),
                          found);
        }
    }
}

} // namespace

void lint_patterns(const Condition &condition, const std::string &place, Findings &findings) {
    using Connective = Condition::Connective;
    for (const Condition::Entry &entry : condition.entries) {
        if (entry.connective == Connective::field) {
            lint_tests(entry, place, findings);
        }
        for (size_t i = 0; i < entry.children.size(); ++i) {
            const std::string inner = keyed(place, entry.field);
            lint_patterns(entry.children[i], entry.connective == Connective::negation ? inner : indexed(inner, i), findings);
        }
    }
}

} // namespace leadscore
