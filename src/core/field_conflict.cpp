// Whether the tests that one field must pass can hold together: pairwise, and by trying the values that `=` and `in` name.
#include "field_conflict.hpp"

#include "number.hpp"
#include "operator_names.hpp"

#include <algorithm>

namespace leadscore {

namespace {

using Literals = std::vector<Literal>;

// Pairs are compared, so what is longer is left alone.
constexpr size_t most_operands = 500;
constexpr size_t most_tests = 50;

enum Kind : unsigned { is_text = 1, is_number = 2, is_boolean = 4, is_any = 7 };

unsigned kind_of(const Literal &literal) {
    return literal.type == Literal::Type::text ? is_text : literal.type == Literal::Type::number ? is_number : is_boolean;
}

// What a single value must be to pass; dates and times, which compare with text, are taken as text.
unsigned kinds_of(const Test &test) {
    unsigned kinds = 0;
    switch (test.op) {
    case Operator::exists:
    case Operator::not_equal:
    case Operator::not_in:
        return is_any;
    case Operator::equal:
    case Operator::in:
    case Operator::less:
    case Operator::less_equal:
    case Operator::greater:
    case Operator::greater_equal:
    case Operator::between:
        for (const Literal &literal : test.operands) {
            kinds |= kind_of(literal);
        }
        return kinds;
    default:
        return is_text;
    }
}

bool chooses(const Test &test) {
    return test.op == Operator::equal || test.op == Operator::in;
}

bool excludes(const Test &test) {
    return test.op == Operator::not_equal || test.op == Operator::not_in;
}

bool absent(const Test &test) {
    return test.op == Operator::exists && !test.operands.front().boolean;
}

std::string shown(const Literal &literal) {
    if (literal.type == Literal::Type::boolean) {
        return literal.boolean ? "true" : "false";
    }
    return literal.type == Literal::Type::number ? literal.text : json_string(literal.text);
}

std::string shown(const Test &test) {
    std::string text(operator_names[static_cast<size_t>(test.op)]);
    for (size_t i = 0; i < test.operands.size(); ++i) {
        text += (i == 0 ? " " : test.op == Operator::between ? " and " : ", ") + shown(test.operands[i]);
        if (i == 4 && test.operands.size() > 5) {
            return text + ", …";
        }
    }
    return text;
}

// On a date or time column such text is a moment, and order by code point says nothing unless both are plain dates.
bool looks_like_date(const Literal &literal) {
    return literal.type == Literal::Type::text && literal.text.size() >= 10 && literal.text[4] == '-' &&
           literal.text.find_first_not_of("0123456789") == 4;
}

bool comparable(const Literal &a, const Literal &b) {
    return (!looks_like_date(a) && !looks_like_date(b)) ||
           (looks_like_date(a) && looks_like_date(b) && a.text.size() == 10 && b.text.size() == 10);
}

int order(const Literal &a, const Literal &b) {
    if (a.type != Literal::Type::number) {
        const int order = a.text.compare(b.text); // UTF-8 sorts by code point
        return order != 0 ? order : static_cast<int>(a.boolean) - static_cast<int>(b.boolean);
    }
    std::string a_storage;
    std::string b_storage;
    Number left;
    Number right;
    parse_number(a.text, a_storage, left);
    parse_number(b.text, b_storage, right);
    return compare(left, right);
}

bool same(const Literal &a, const Literal &b) {
    return a.type == b.type && order(a, b) == 0;
}

bool among(const Literal &literal, const Literals &list) {
    return std::any_of(list.begin(), list.end(), [&](const Literal &other) { return same(literal, other); });
}

// Whether the value may pass the test; true when in doubt.
bool may_pass(const Literal &value, const Test &test) {
    if (excludes(test)) {
        return !among(value, test.operands);
    }
    if ((kinds_of(test) & kind_of(value)) == 0) {
        return false;
    }
    const std::string &text = value.text;
    const auto doubtful = [&](const Literal &operand) { return operand.type == value.type && !comparable(value, operand); };
    if (std::any_of(test.operands.begin(), test.operands.end(), doubtful)) {
        return true;
    }
    const Literal &first = test.operands.empty() ? value : test.operands.front();
    const std::string &part = first.text;
    switch (test.op) {
    case Operator::equal:
    case Operator::in:
        return among(value, test.operands);
    case Operator::less:
        return order(value, first) < 0;
    case Operator::less_equal:
        return order(value, first) <= 0;
    case Operator::greater:
        return order(value, first) > 0;
    case Operator::greater_equal:
        return order(value, first) >= 0;
    case Operator::between:
        return order(value, first) >= 0 && order(value, test.operands.back()) <= 0;
    case Operator::starts_with:
        return text.compare(0, part.size(), part) == 0;
    case Operator::ends_with:
        return text.size() >= part.size() && text.compare(text.size() - part.size(), part.size(), part) == 0;
    case Operator::contains:
        return text.find(part) != std::string::npos;
    default:
        return true;
    }
}

const Literal *lower_bound_of(const Test &test) {
    const bool lower = test.op == Operator::greater || test.op == Operator::greater_equal || test.op == Operator::between;
    return lower ? &test.operands.front() : nullptr;
}

const Literal *upper_bound_of(const Test &test) {
    const bool upper = test.op == Operator::less || test.op == Operator::less_equal || test.op == Operator::between;
    return upper ? &test.operands.back() : nullptr;
}

// No value is above the one and below the other.
bool leaves_nothing(const Test &above, const Test &below) {
    const Literal *lower = lower_bound_of(above);
    const Literal *upper = upper_bound_of(below);
    if (lower == nullptr || upper == nullptr || lower->type != upper->type || !comparable(*lower, *upper)) {
        return false;
    }
    const int gap = order(*lower, *upper);
    return gap > 0 || (gap == 0 && (above.op == Operator::greater || below.op == Operator::less));
}

// Windows of time that do not meet; older_than D ends where within_last D begins.
bool apart_in_time(const Test &a, const Test &b) {
    if (a.op == Operator::within_next) {
        return b.op == Operator::within_last || b.op == Operator::older_than;
    }
    return a.op == Operator::older_than && b.op == Operator::within_last && a.duration.hours() >= b.duration.hours();
}

// For every value, arrays included.
bool never_both(const Test &a, const Test &b) {
    if (absent(a)) {
        return !excludes(b) && !absent(b);
    }
    return chooses(a) && excludes(b) &&
           std::all_of(a.operands.begin(), a.operands.end(), [&](const Literal &choice) { return among(choice, b.operands); });
}

// For every single value.
bool never_one(const Test &a, const Test &b) {
    return (kinds_of(a) & kinds_of(b)) == 0 || leaves_nothing(a, b) || apart_in_time(a, b);
}

std::string together(const Test &a, const Test &b) {
    return shown(a) + " and " + shown(b);
}

} // namespace

std::optional<FieldConflict> field_conflict(const std::vector<const Test *> &all_tests) {
    std::vector<const Test *> tests;
    for (const Test *test : all_tests) {
        if (tests.size() < most_tests && test->operands.size() <= most_operands) {
            tests.push_back(test);
        }
    }
    std::optional<FieldConflict> soft;
    const Test *choice = nullptr;
    for (const Test *a : tests) {
        if (leaves_nothing(*a, *a)) {
            return FieldConflict{shown(*a) + " never holds: the lower bound is above the upper one", false};
        }
        choice = chooses(*a) ? a : choice;
        for (const Test *b : tests) {
            if (a != b && never_both(*a, *b)) {
                return FieldConflict{together(*a, *b) + " never hold together", false};
            }
            if (a != b && !soft && never_one(*a, *b)) {
                soft = FieldConflict{"no single value can be " + together(*a, *b) + "; only an array of several can", true};
            }
        }
    }
    const auto passes = [&](const Literal &value) {
        return std::all_of(tests.begin(), tests.end(), [&](const Test *test) { return may_pass(value, *test); });
    };
    if (!soft && choice != nullptr && std::none_of(choice->operands.begin(), choice->operands.end(), passes)) {
        const std::string what = "no single value that is " + shown(*choice);
        soft = FieldConflict{what + " passes the other tests of this field; only an array of several can", true};
    }
    return soft;
}

} // namespace leadscore
