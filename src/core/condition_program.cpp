// Conditions made ready to run.
#include "condition_program.hpp"

#include "iso_time.hpp"
#include "problem.hpp"

#include <algorithm>
#include <cstring>

namespace leadscore {

size_t FieldNames::number_of(const std::string &name) {
    const auto [place, added] = numbers_.emplace(name, names_.size());
    if (added) {
        names_.push_back(name);
    }
    return place->second;
}

StoredNumber::StoredNumber(std::string_view text) : storage(std::make_unique<std::string>()) {
    parse_number(text, *storage, number);
}

ConditionProgram::ConditionProgram(const Condition &condition, FieldNames &fields, std::vector<std::string> &patterns,
                                   const Zone &zone) {
    for (const Condition::Entry &from : condition.entries) {
        Entry entry;
        entry.connective = from.connective;
        if (from.connective == Condition::Connective::field) {
            entry.field = fields.number_of(from.field);
        }
        for (const Test &test : from.tests) {
            entry.checks.push_back(prepare(test, patterns, zone));
        }
        for (const Condition &child : from.children) {
            entry.children.emplace_back(child, fields, patterns, zone);
        }
        entries_.push_back(std::move(entry));
    }
}

ConditionProgram::Check ConditionProgram::prepare(const Test &test, std::vector<std::string> &patterns, const Zone &zone) {
    Check check;
    check.op = test.op;
    check.operands = test.operands;
    check.duration = test.duration.hours() * micro_per_hour;
    for (const Literal &literal : test.operands) {
        int64_t instant = 0;
        switch (literal.type) {
        case Literal::Type::text:
            check.literals.texts.push_back(literal.text);
            if (parse_iso_time(literal.text, zone, instant)) {
                check.literals.instants.push_back(instant);
            }
            break;
        case Literal::Type::number:
            check.literals.numbers.emplace_back(literal.text);
            break;
        case Literal::Type::boolean:
            check.literals.has[literal.boolean ? 1 : 0] = true;
            break;
        }
    }
    if (test.op == Operator::in || test.op == Operator::not_in) {
        std::sort(check.literals.texts.begin(), check.literals.texts.end());
        std::sort(check.literals.instants.begin(), check.literals.instants.end());
        std::sort(check.literals.numbers.begin(), check.literals.numbers.end(),
                  [](const StoredNumber &a, const StoredNumber &b) { return compare(a.number, b.number) < 0; });
    }
    if (test.op == Operator::like || test.op == Operator::ilike) {
        check.like.emplace(test.operands[0].text, test.op == Operator::ilike);
    }
    if (test.op == Operator::matches) {
        check.pattern = patterns.size();
        patterns.push_back(test.operands[0].text);
    }
    return check;
}

void ConditionProgram::add_fields_to(std::vector<size_t> &fields) const {
    for (const Entry &entry : entries_) {
        if (entry.connective == Condition::Connective::field) {
            fields.push_back(entry.field);
        }
        for (const ConditionProgram &child : entry.children) {
            child.add_fields_to(fields);
        }
    }
}

bool ConditionProgram::holds(const Value *values, const Surroundings &around) const {
    ask(around.go_on);
    const auto child_holds = [&](const ConditionProgram &child) { return child.holds(values, around); };
    for (const Entry &entry : entries_) {
        bool good = true;
        switch (entry.connective) {
        case Condition::Connective::field:
            for (const Check &check : entry.checks) {
                good = good && passes(check, values[entry.field], around);
            }
            break;
        case Condition::Connective::all:
            good = std::all_of(entry.children.begin(), entry.children.end(), child_holds);
            break;
        case Condition::Connective::any:
            good = std::any_of(entry.children.begin(), entry.children.end(), child_holds);
            break;
        case Condition::Connective::negation:
            good = !child_holds(entry.children[0]);
            break;
        }
        if (!good) {
            return false;
        }
    }
    return true;
}

bool ConditionProgram::passes(const Check &check, const Value &value, const Surroundings &around) {
    const bool negated = check.op == Operator::not_equal || check.op == Operator::not_in;
    if (check.op == Operator::exists) {
        return value.is_there() == check.operands[0].boolean;
    }
    if (value.type != Value::Type::array) {
        return element_passes(check, value, around) != negated;
    }
    for (uint32_t i = 0; i < value.count; ++i) {
        if (i % 1024 == 1023) {
            ask(around.go_on);
        }
        if (element_passes(check, value.elements[i], around)) {
            return !negated;
        }
    }
    return negated;
}

namespace {

int sign_of(int64_t a, int64_t b) noexcept {
    return a < b ? -1 : (a > b ? 1 : 0);
}

bool starts_with(std::string_view text, std::string_view start) noexcept {
    return text.substr(0, start.size()) == start;
}

bool ends_with(std::string_view text, std::string_view end) noexcept {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// memmem is linear also on hostile text; string_view::find is not.
bool contains(std::string_view text, std::string_view part) noexcept {
    return part.empty() || memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

} // namespace

// -1, 0, 1 of the value against the n-th literal; nothing when they are of different types.
std::optional<int> ConditionProgram::order(const Literals &literals, size_t n, const Value &value, const Surroundings &around) {
    switch (value.type) {
    case Value::Type::number:
        return n < literals.numbers.size() ? std::optional<int>(compare(value.number, literals.numbers[n].number)) : std::nullopt;
    case Value::Type::text:
        return n < literals.texts.size() ? std::optional<int>(sign_of(value.text.compare(literals.texts[n]), 0)) : std::nullopt;
    case Value::Type::date:
    case Value::Type::local_time:
    case Value::Type::instant:
        return n < literals.instants.size()
                   ? std::optional<int>(sign_of(*moment_of(value, *around.zone, false), literals.instants[n]))
                   : std::nullopt;
    default:
        return std::nullopt;
    }
}

bool ConditionProgram::is_one_of(const Literals &literals, const Value &value, const Surroundings &around) {
    switch (value.type) {
    case Value::Type::boolean:
        return literals.has[value.boolean ? 1 : 0];
    case Value::Type::number: {
        const auto place = std::lower_bound(
            literals.numbers.begin(), literals.numbers.end(), value.number,
            [](const StoredNumber &literal, const Number &number) { return compare(literal.number, number) < 0; });
        return place != literals.numbers.end() && compare(place->number, value.number) == 0;
    }
    case Value::Type::text:
        return std::binary_search(literals.texts.begin(), literals.texts.end(), value.text);
    default: {
        const std::optional<int64_t> moment = moment_of(value, *around.zone, false);
        return moment && std::binary_search(literals.instants.begin(), literals.instants.end(), *moment);
    }
    }
}

bool ConditionProgram::text_holds(const Check &check, std::string_view text, const Surroundings &around) {
    switch (check.op) {
    case Operator::starts_with:
        return starts_with(text, check.literals.texts[0]);
    case Operator::ends_with:
        return ends_with(text, check.literals.texts[0]);
    case Operator::contains:
        return contains(text, check.literals.texts[0]);
    case Operator::like:
    case Operator::ilike:
        return check.like->matches(text, around.go_on);
    default: {
        const int matched = around.regex->match(check.pattern, text);
        if (matched < 0) {
            throw Problem(Trouble::host, "", "regular expression failed");
        }
        return matched > 0;
    }
    }
}

// `=`/`in` for their negations too: passes() turns the answer round.
bool ConditionProgram::element_passes(const Check &check, const Value &value, const Surroundings &around) {
    const auto compares = [&](const auto &holds) {
        const std::optional<int> sign = order(check.literals, 0, value, around);
        return sign && holds(*sign);
    };
    switch (check.op) {
    case Operator::equal:
    case Operator::not_equal:
    case Operator::in:
    case Operator::not_in:
        return is_one_of(check.literals, value, around);
    case Operator::less:
        return compares([](int sign) { return sign < 0; });
    case Operator::less_equal:
        return compares([](int sign) { return sign <= 0; });
    case Operator::greater:
        return compares([](int sign) { return sign > 0; });
    case Operator::greater_equal:
        return compares([](int sign) { return sign >= 0; });
    case Operator::between: {
        const std::optional<int> low = order(check.literals, 0, value, around);
        const std::optional<int> high = order(check.literals, 1, value, around);
        return low && high && *low >= 0 && *high <= 0;
    }
    case Operator::within_last:
    case Operator::older_than:
    case Operator::within_next:
        return clock_holds(check, value, around);
    default:
        return value.type == Value::Type::text && text_holds(check, value.text, around);
    }
}

} // namespace leadscore
