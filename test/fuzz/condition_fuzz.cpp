// A condition, a zero byte, then bytes that become the values of its fields: no crash, and negations are exact.
#include "core/condition_program.hpp"
#include "core/problem.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <string>

namespace {

using namespace leadscore;

class AnyHost : public DocumentHost {
public:
    std::optional<std::string> time_zone_name(const std::string &name) override {
        return name;
    }
    void check_regex(const std::string & /*place*/, const std::string & /*pattern*/) override {
    }
};

class AnyRegex : public RegexHost {
public:
    int match(size_t pattern, std::string_view text) override {
        return (pattern + text.size()) % 2 == 0 ? 1 : 0;
    }
};

int asked = 0;
bool go_on() {
    return ++asked < 64;
}

// Values out of what is left of the input.
class Source {
public:
    explicit Source(std::string_view bytes) : bytes_(bytes) {
    }
    Value value(bool nested) {
        Value value;
        value.type = static_cast<Value::Type>(byte() % 10);
        if (value.type == Value::Type::array && nested) {
            value.type = Value::Type::other;
        }
        switch (value.type) {
        case Value::Type::boolean:
            value.boolean = byte() % 2 == 1;
            break;
        case Value::Type::number:
            storage_.emplace_back();
            if (!parse_number(text(), storage_.back(), value.number)) {
                value.number = small_number(whole(), byte() % 19);
            }
            break;
        case Value::Type::text:
            value.text = text();
            break;
        case Value::Type::date:
            value.time = within(-2451545, 106751990);
            break;
        case Value::Type::local_time:
        case Value::Type::instant:
            value.time = within(-211813488000000000, 9223371331199999999);
            break;
        case Value::Type::array:
            lists_.emplace_back();
            for (uint8_t left = byte() % 5; left > 0; --left) {
                lists_.back().push_back(this->value(true));
            }
            value.count = static_cast<uint32_t>(lists_.back().size());
            value.elements = lists_.back().data();
            break;
        default:
            break;
        }
        return value;
    }

private:
    uint8_t byte() {
        if (bytes_.empty()) {
            return 0;
        }
        const auto first = static_cast<uint8_t>(bytes_[0]);
        bytes_.remove_prefix(1);
        return first;
    }
    int64_t whole() {
        uint64_t number = 0;
        for (int i = 0; i < 8; ++i) {
            number = number << 8 | byte();
        }
        return static_cast<int64_t>(number);
    }
    int64_t within(int64_t least, int64_t most) {
        const int64_t number = whole();
        return number < least || number > most ? number % 1000000 : number;
    }
    std::string_view text() {
        const size_t length = byte();
        const std::string_view found = bytes_.substr(0, length);
        bytes_.remove_prefix(found.size());
        return found;
    }

    std::string_view bytes_;
    std::deque<std::string> storage_;
    std::deque<std::vector<Value>> lists_;
};

// Fields are named and numbered by the first program, and keep their values in all others.
struct Ground {
    Zone zone{{{0, 3600}, {844218000, 7200}, {862362000, 3600}}};
    FieldNames fields;
    std::vector<std::string> patterns;
    std::vector<Value> values;
    AnyRegex regex;

    bool holds(const Condition &condition) {
        std::vector<std::string> own_patterns;
        const ConditionProgram program(condition, fields, own_patterns, zone);
        return program.holds(values.data(), {847000000000000, &zone, &regex, go_on});
    }
};

void expect_opposite(Ground &ground, const Condition &condition, const Condition &negated) {
    if (ground.holds(condition) == ground.holds(negated)) {
        std::abort();
    }
}

Condition of_one_test(const std::string &field, Test test) {
    Condition condition;
    condition.entries.push_back({Condition::Connective::field, field, {std::move(test)}, {}});
    return condition;
}

void check_negations(Ground &ground, const Condition &condition) {
    for (const Condition::Entry &entry : condition.entries) {
        for (const Test &test : entry.tests) {
            Test other = test;
            switch (test.op) {
            case Operator::equal:
                other.op = Operator::not_equal;
                break;
            case Operator::in:
                other.op = Operator::not_in;
                break;
            case Operator::exists:
                other.operands[0].boolean = !test.operands[0].boolean;
                break;
            default:
                continue;
            }
            expect_opposite(ground, of_one_test(entry.field, test), of_one_test(entry.field, other));
        }
        for (const Condition &child : entry.children) {
            check_negations(ground, child);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    const size_t end = std::min(bytes.find('\0'), bytes.size());
    AnyHost host;
    Rules rules;
    try {
        rules = read_rules("{\"rules\":[{\"name\":\"r\",\"points\":1,\"if\":" + std::string(bytes.substr(0, end)) + "}]}", host);
    } catch (const Problem &) {
        return 0;
    }
    if (rules.rules.empty() || !rules.rules[0].has_condition) {
        return 0;
    }
    const Condition &condition = rules.rules[0].condition;
    Ground ground;
    const ConditionProgram program(condition, ground.fields, ground.patterns, ground.zone);
    Source source(bytes.substr(std::min(end + 1, bytes.size())));
    for (size_t i = 0; i < ground.fields.names().size(); ++i) {
        ground.values.push_back(source.value(false));
    }
    asked = 0;
    try {
        Condition negated;
        negated.entries.push_back({Condition::Connective::negation, "not", {}, {condition}});
        expect_opposite(ground, condition, negated);
        check_negations(ground, condition);
    } catch (const Interrupted &) {
        return 0; // too long a work
    }
    return 0;
}
