// Canonical JSON of strings, durations and conditions.
#include "json_writer.hpp"
#include "operator_names.hpp"

namespace leadscore {
namespace {

void write_literal(std::string &out, const Literal &literal) {
    switch (literal.type) {
    case Literal::Type::text:
        out.append(json_string(literal.text));
        break;
    case Literal::Type::number:
        out.append(literal.text);
        break;
    case Literal::Type::boolean:
        out.append(literal.boolean ? "true" : "false");
        break;
    }
}

void write_operands(std::string &out, const Test &test) {
    switch (test.op) {
    case Operator::in:
    case Operator::not_in:
    case Operator::between: {
        JsonWriter list(out, '[');
        for (const Literal &literal : test.operands) {
            write_literal(list.item(), literal);
        }
        break;
    }
    case Operator::within_last:
    case Operator::older_than:
    case Operator::within_next:
        out.append(json_string(duration_text(test.duration)));
        break;
    default:
        write_literal(out, test.operands.front());
    }
}

void write_tests(std::string &out, const std::vector<Test> &tests) {
    if (tests.size() == 1) {
        const Test &test = tests.front();
        if (test.op == Operator::exists && !test.operands.front().boolean) {
            out.append("null");
            return;
        }
        if (test.op == Operator::equal || test.op == Operator::in) {
            write_operands(out, test);
            return;
        }
    }
    JsonWriter object(out);
    for (const Test &test : tests) {
        write_operands(object.key(operator_names[static_cast<size_t>(test.op)]), test);
    }
}

} // namespace

void write_condition_to(std::string &out, const Condition &condition) {
    JsonWriter object(out);
    for (const Condition::Entry &entry : condition.entries) {
        switch (entry.connective) {
        case Condition::Connective::field:
            write_tests(object.key(entry.field), entry.tests);
            break;
        case Condition::Connective::negation:
            write_condition_to(object.key("not"), entry.children.front());
            break;
        case Condition::Connective::all:
        case Condition::Connective::any: {
            JsonWriter list(object.key(entry.connective == Condition::Connective::all ? "all" : "any"), '[');
            for (const Condition &child : entry.children) {
                write_condition_to(list.item(), child);
            }
            break;
        }
        }
    }
}

std::string duration_text(const Duration &duration) {
    constexpr const char *names[] = {"hour", "day", "week", "month", "year"};
    std::string text = std::to_string(duration.count);
    text.append(" ").append(names[static_cast<int>(duration.unit)]);
    return duration.count == 1 ? text : text + "s";
}

std::string json_string(std::string_view text) {
    constexpr char hex[] = "0123456789abcdef";
    constexpr std::string_view named = "\"\\\b\f\n\r\t";
    constexpr char letters[] = "\"\\bfnrt";
    std::string out;
    out.reserve(text.size() + 2);
    out.push_back('"');
    for (const char c : text) {
        const size_t at = named.find(c);
        if (at != std::string_view::npos) {
            out.push_back('\\');
            out.push_back(letters[at]);
        } else if (static_cast<uint8_t>(c) < 0x20) {
            out.append("\\u00").push_back(hex[c >> 4]);
            out.push_back(hex[c & 15]);
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
    return out;
}

std::string write_condition(const Condition &condition) {
    std::string out;
    write_condition_to(out, condition);
    return out;
}

} // namespace leadscore
