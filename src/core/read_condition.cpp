// Reads conditions: connectives, fields, tests and their operands.
#include "reader.hpp"

#include "meant_words.hpp"
#include "number.hpp"
#include "operator_names.hpp"

#include <algorithm>
#include <deque>
#include <iterator>

namespace leadscore {
namespace {

// The operator of that name, or the end of the list.
const std::string_view *find_operator(std::string_view name) noexcept {
    return std::find(std::begin(operator_names), std::end(operator_names), name);
}

constexpr const char *around_fields =
    "\"all\", \"any\" and \"not\" stand around fields: {\"any\": [{\"field\": test}, {\"field\": test}]}.";

[[noreturn]] void fail_operator(const JsonValue &value, const JsonValue &field) {
    std::string hint = hint_for(value.key(), {std::begin(operator_names), std::end(operator_names)});
    const std::string word = plain_word(value.key());
    const bool nests = value.kind() == JsonNode::Kind::object;
    const bool around = plain_word(field.key()) == "not";
    if (around || word == "and" || word == "or" || word == "all" || (nests && (word == "any" || word == "not"))) {
        hint = around_fields;
    } else if (nests) {
        // Who nests objects wants to reach into jsonb.
        hint = "A key inside jsonb is named with a dot, as in \"address.city\".";
    }
    if (word == "null" || word == "is_null" || word == "isnull" || word == "missing" || word == "empty") {
        hint = "Write {\"exists\": false} for a field that is missing or null.";
    }
    value.fail(Trouble::syntax, "unknown operator", hint);
}

Literal read_literal(const JsonValue &value, const char *expected, const std::string &hint = {}) {
    Literal literal;
    switch (value.kind()) {
    case JsonNode::Kind::text:
        literal.text = value.node().text;
        return literal;
    case JsonNode::Kind::number:
        literal.type = Literal::Type::number;
        literal.text = read_number_text(value);
        return literal;
    case JsonNode::Kind::boolean:
        literal.type = Literal::Type::boolean;
        literal.boolean = value.node().boolean;
        return literal;
    default:
        value.wrong_type(expected, hint);
    }
}

// What to write for a value that a list or an operator does not take.
std::string hint_for_element(const JsonValue &list, const JsonValue &element, bool is_negated) {
    const std::string word = plain_word(list.key());
    if (element.kind() == JsonNode::Kind::object) {
        const bool all = word == "and" || word == "all";
        if (!all && word != "or" && word != "any") {
            return "A list holds values; conditions are joined with \"all\" or \"any\".";
        }
        const std::string meant = all ? "\"all\"" : "\"any\"";
        return "Conditions are joined with " + meant + ", in lower case: {" + meant + ": [conditions]}.";
    }
    if (element.kind() == JsonNode::Kind::null) {
        return is_negated ? "{\"exists\": true} tests that the field is there."
                          : "{\"exists\": false} tests for a missing field.";
    }
    return {};
}

std::string hint_for_equality(const JsonValue &value, Operator op) {
    const bool equal = op == Operator::equal;
    if (value.kind() == JsonNode::Kind::null) {
        return equal ? "Write {\"exists\": false} for a field that is missing or null."
                     : "Write {\"exists\": true} for a field that is there.";
    }
    if (value.kind() == JsonNode::Kind::array) {
        return equal ? "A list goes with \"in\", or stands alone as the test: {\"field\": [values]}."
                     : "A list goes with \"not_in\".";
    }
    return {};
}

// Texts by code point, then numbers by value, then booleans; without repeats.
void sort_literals(std::vector<Literal> &literals) {
    struct Ranked {
        Number number;
        size_t index;
    };
    std::deque<std::string> storage;
    std::vector<Ranked> order;
    for (size_t i = 0; i < literals.size(); ++i) {
        order.push_back({{}, i});
        if (literals[i].type == Literal::Type::number) {
            storage.emplace_back();
            parse_number(literals[i].text, storage.back(), order.back().number);
        }
    }
    const auto compare_ranked = [&](const Ranked &a, const Ranked &b) {
        const Literal &left = literals[a.index];
        const Literal &right = literals[b.index];
        if (left.type != right.type) {
            return left.type < right.type ? -1 : 1;
        }
        switch (left.type) {
        case Literal::Type::text:
            return left.text.compare(right.text);
        case Literal::Type::number:
            return compare(a.number, b.number);
        case Literal::Type::boolean:
            break;
        }
        return static_cast<int>(left.boolean) - static_cast<int>(right.boolean);
    };
    std::sort(order.begin(), order.end(), [&](const Ranked &a, const Ranked &b) { return compare_ranked(a, b) < 0; });
    const auto is_equal = [&](const Ranked &a, const Ranked &b) { return compare_ranked(a, b) == 0; };
    order.erase(std::unique(order.begin(), order.end(), is_equal), order.end());
    std::vector<Literal> sorted;
    sorted.reserve(order.size());
    for (const Ranked &ranked : order) {
        sorted.push_back(std::move(literals[ranked.index]));
    }
    literals = std::move(sorted);
}

std::vector<Literal> read_list(const JsonValue &value, bool is_negated = false) {
    if (value.kind() != JsonNode::Kind::array) {
        value.wrong_type("an array", "A single value goes with \"=\" or \"!=\".");
    }
    if (value.count() == 0) {
        value.refuse("must not be empty");
    }
    std::vector<Literal> literals;
    literals.reserve(value.count());
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue item = value.item(i);
        literals.push_back(read_literal(item, "a string, a number, true or false", hint_for_element(value, item, is_negated)));
    }
    sort_literals(literals);
    return literals;
}

Literal read_ordered(const JsonValue &value) {
    const bool list = value.kind() == JsonNode::Kind::array;
    Literal literal = read_literal(value, "a number or a string", list ? "Two ends go with \"between\"." : "");
    if (literal.type == Literal::Type::boolean) {
        value.wrong_type("a number or a string");
    }
    return literal;
}

std::vector<Literal> read_range(const JsonValue &value) {
    expect_array(value);
    if (value.count() != 2) {
        value.refuse("expected two values, the lowest and the highest");
    }
    std::vector<Literal> ends = {read_ordered(value.item(0)), read_ordered(value.item(1))};
    if (ends[0].type != ends[1].type) {
        value.wrong_type("two numbers or two strings");
    }
    return ends;
}

Literal text_literal(const JsonValue &value) {
    if (value.kind() == JsonNode::Kind::array) {
        value.wrong_type("a string", "For one of several texts join conditions with \"any\", or write \"matches\" with a|b.");
    }
    Literal literal;
    literal.text = read_text(value);
    return literal;
}

void check_like(const JsonValue &value, const std::string &pattern) {
    const size_t last = pattern.find_last_not_of('\\');
    const size_t backslashes = pattern.size() - (last == std::string::npos ? 0 : last + 1);
    if (backslashes % 2 == 1) {
        value.fail(Trouble::like_escape, "a pattern must not end with a lone backslash",
                   "Write two of them for a backslash itself.");
    }
}

Literal boolean_literal(bool boolean) {
    Literal literal;
    literal.type = Literal::Type::boolean;
    literal.boolean = boolean;
    return literal;
}

Test read_operator(const JsonValue &value, Subject subject, DocumentHost &host) {
    Test test;
    test.op = static_cast<Operator>(find_operator(value.key()) - std::begin(operator_names));
    switch (test.op) {
    case Operator::equal:
    case Operator::not_equal:
        test.operands.push_back(read_literal(value, "a string, a number, true or false", hint_for_equality(value, test.op)));
        break;
    case Operator::less:
    case Operator::less_equal:
    case Operator::greater:
    case Operator::greater_equal:
        test.operands.push_back(read_ordered(value));
        break;
    case Operator::in:
    case Operator::not_in:
        test.operands = read_list(value, test.op == Operator::not_in);
        break;
    case Operator::between:
        test.operands = read_range(value);
        break;
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::contains:
        test.operands.push_back(text_literal(value));
        break;
    case Operator::like:
    case Operator::ilike:
        test.operands.push_back(text_literal(value));
        check_like(value, test.operands[0].text);
        break;
    case Operator::matches:
        test.operands.push_back(text_literal(value));
        host.check_regex(value.named_place(), test.operands[0].text);
        break;
    case Operator::exists:
        test.operands.push_back(boolean_literal(read_boolean(value)));
        break;
    case Operator::within_last:
    case Operator::older_than:
    case Operator::within_next:
        if (subject == Subject::event) {
            value.refuse("allowed in conditions on attributes only");
        }
        test.duration = read_duration(value);
        break;
    }
    return test;
}

std::vector<Test> read_tests(const JsonValue &value, Subject subject, DocumentHost &host) {
    std::vector<Test> tests;
    switch (value.kind()) {
    case JsonNode::Kind::null:
        tests.push_back({Operator::exists, {boolean_literal(false)}, {}});
        break;
    case JsonNode::Kind::array:
        tests.push_back({Operator::in, read_list(value), {}});
        break;
    case JsonNode::Kind::object:
        for (size_t i = 0; i < value.count(); ++i) {
            const JsonValue entry = value.item(i);
            if (find_operator(entry.key()) == std::end(operator_names)) {
                fail_operator(entry, value);
            }
            tests.push_back(read_operator(entry, subject, host));
        }
        if (tests.empty()) {
            value.refuse("a test needs an operator");
        }
        std::sort(tests.begin(), tests.end(), [](const Test &a, const Test &b) { return a.op < b.op; });
        break;
    default:
        tests.push_back({Operator::equal, {read_literal(value, "a test")}, {}});
    }
    return tests;
}

} // namespace

Condition read_condition(const JsonValue &value, Subject subject, DocumentHost &host) {
    expect_object(value);
    Condition condition;
    condition.entries.reserve(value.count());
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue item = value.item(i);
        Condition::Entry entry;
        entry.field = item.key();
        if (entry.field == "not") {
            entry.connective = Condition::Connective::negation;
            entry.children.push_back(read_condition(item, subject, host));
        } else if (entry.field == "all" || entry.field == "any") {
            entry.connective = entry.field == "all" ? Condition::Connective::all : Condition::Connective::any;
            expect_array(item);
            for (size_t child = 0; child < item.count(); ++child) {
                entry.children.push_back(read_condition(item.item(child), subject, host));
            }
        } else {
            check_name(item, entry.field);
            entry.tests = read_tests(item, subject, host);
        }
        condition.entries.push_back(std::move(entry));
    }
    std::sort(condition.entries.begin(), condition.entries.end(),
              [](const Condition::Entry &a, const Condition::Entry &b) { return a.field < b.field; });
    return condition;
}

} // namespace leadscore
