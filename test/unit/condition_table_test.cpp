// Many conditions at once give what each of them gives by itself: on random conditions and values, whatever room there is.
#include "core/condition_table.hpp"
#include "random_cases.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace leadscore {
namespace {

using namespace value_support;
using random_cases::below;
using random_cases::chance;
using random_cases::Random;

// Literals that begin alike, stand next to each other, are equal in other digits, or longer than what is compared at once.
const std::vector<std::string> texts = {"",          "a",          "ab",   "abc",      "abd",        "b",
                                        "/page/1",   "/page/10",   "/pa",  "\xc3\xa9", "2026-10-31", "abcdefgh",
                                        "abcdefghi", "abcdefghij", "\x7f", "a b"};
const std::vector<std::string> numbers = {"0",
                                          "-1",
                                          "1",
                                          "1.0",
                                          "1.5",
                                          "2",
                                          "10",
                                          "1e1",
                                          "1e300",
                                          "-1e300",
                                          "1e-300",
                                          "0.000001",
                                          "9223372036854775807",
                                          "9223372036854775808",
                                          "1000000000000000000000000000001"};

std::string quoted(const std::string &text) {
    return "\"" + text + "\"";
}

std::string scalar(Random &random) {
    const int kind = below(random, 10);
    return kind < 5                          ? quoted(texts[static_cast<size_t>(below(random, static_cast<int>(texts.size())))])
           : kind < 9                        ? numbers[static_cast<size_t>(below(random, static_cast<int>(numbers.size())))]
           : kind < 10 && chance(random, 50) ? "true"
                                             : "false";
}

std::string list(Random &random) {
    std::string items = scalar(random);
    for (int more = below(random, 3); more > 0; --more) {
        items += "," + scalar(random);
    }
    return "[" + items + "]";
}

std::string some_text(Random &random) {
    return quoted(texts[static_cast<size_t>(below(random, static_cast<int>(texts.size())))]);
}

std::string some_order(Random &random) {
    return chance(random, 50) ? some_text(random) : numbers[static_cast<size_t>(below(random, static_cast<int>(numbers.size())))];
}

std::string test(Random &random) {
    static const char *const orders[] = {"<", "<=", ">", ">="};
    static const char *const of_text[] = {"starts_with", "starts_with", "ends_with", "contains", "matches"};
    switch (below(random, 9)) {
    case 0:
        return scalar(random);
    case 1:
        return list(random);
    case 2:
        return "{\"!=\":" + scalar(random) + "}";
    case 3:
        return "{\"not_in\":" + list(random) + "}";
    case 4:
        return "null";
    case 5:
        return "{\"" + std::string(orders[below(random, 4)]) + "\":" + some_order(random) + ",\"!=\":" + scalar(random) + "}";
    case 6:
        return chance(random, 50) ? "{\"between\":[" + some_text(random) + "," + some_text(random) + "]}"
                                  : "{\"between\":[-1," + numbers[static_cast<size_t>(below(random, 8))] + "]}";
    default:
        return "{\"" + std::string(of_text[below(random, 5)]) + "\":" + some_text(random) + "}";
    }
}

std::string random_condition(Random &random, int depth) {
    std::string entries;
    const auto add = [&entries](const std::string &entry) { entries += (entries.empty() ? "" : ",") + entry; };
    for (const char *field : {"f", "g", "h"}) {
        if (chance(random, 35)) {
            add(quoted(field) + ":" + test(random));
        }
    }
    for (const char *connective : {"all", "any"}) {
        if (depth > 0 && chance(random, 25)) {
            add(quoted(connective) + ":[" + random_condition(random, depth - 1) + "," + random_condition(random, depth - 1) +
                "]");
        }
    }
    if (depth > 0 && chance(random, 25)) {
        add("\"not\":" + random_condition(random, depth - 1));
    }
    return "{" + entries + "}";
}

Value random_value(Random &random, std::vector<Value> &elements) {
    switch (below(random, 12)) {
    case 0:
        return Value();
    case 1:
        return of_type(Value::Type::null);
    case 2:
        return of_type(Value::Type::other);
    case 3:
        return boolean(chance(random, 50));
    case 4:
        return instant("2026-10-31");
    case 5:
        for (int more = below(random, 3); more > 0; --more) {
            elements.push_back(number(numbers[static_cast<size_t>(below(random, static_cast<int>(numbers.size())))]));
            elements.push_back(text(texts[static_cast<size_t>(below(random, static_cast<int>(texts.size())))]));
        }
        return array(elements);
    case 6:
    case 7:
    case 8:
        return number(chance(random, 70) ? numbers[static_cast<size_t>(below(random, static_cast<int>(numbers.size())))]
                                         : std::to_string(below(random, 12)) + "." + std::to_string(below(random, 20)));
    default: {
        static std::deque<std::string> made; // values point into it
        made.push_back(texts[static_cast<size_t>(below(random, static_cast<int>(texts.size())))] +
                       (chance(random, 30) ? "c" : ""));
        return text(made.back());
    }
    }
}

// A set of conditions, each by itself and all in one table.
class Both {
public:
    Both(Random &random, size_t count, size_t room) : room_(room) {
        for (size_t i = 0; i < count; ++i) {
            conditions_.push_back(condition(random_condition(random, 2)));
        }
        std::vector<const SplitCondition *> split;
        EqualRegex others;
        for (const Condition &each : conditions_) {
            alone_.emplace_back(each, fields_, regex_.patterns, zone_);
        }
        for (const Condition &each : conditions_) {
            split_.emplace_back(each, fields_, regex_.patterns, zone_);
            split.push_back(chance(random, 10) ? nullptr : &split_.back());
            holds_always_.push_back(split.back() == nullptr);
        }
        table_ = ConditionTable::make(split, room_);
    }
    void compare(Random &random) {
        std::vector<std::vector<Value>> elements(fields_.names().size());
        std::vector<Value> values;
        for (std::vector<Value> &each : elements) {
            values.push_back(random_value(random, each));
        }
        const Surroundings around{0, &zone_, &regex_, go_on};
        std::vector<size_t> expected;
        std::vector<size_t> split;
        for (size_t i = 0; i < alone_.size(); ++i) {
            if (holds_always_[i] || alone_[i].holds(values.data(), around)) {
                expected.push_back(i);
            }
            if (holds_always_[i] || split_[i].holds(values.data(), around)) {
                split.push_back(i);
            }
        }
        ASSERT_EQ(split, expected);
        if (table_ != nullptr) {
            std::vector<size_t> met;
            table_->each(table_->find(values.data(), around), [&met](size_t number) { met.push_back(number); });
            ASSERT_EQ(met, expected);
        }
    }
    bool has_table() const {
        return table_ != nullptr;
    }
    size_t room() const {
        return room_;
    }

private:
    Zone zone_;
    FieldNames fields_;
    EqualRegex regex_;
    std::deque<Condition> conditions_;
    std::deque<ConditionProgram> alone_;
    std::deque<SplitCondition> split_;
    std::vector<bool> holds_always_;
    size_t room_;
    std::unique_ptr<ConditionTable> table_;
};

TEST(ConditionTable, EqualsItsConditions) {
    Random random(20261129);
    for (const size_t count : {1U, 3U, 20U, 64U, 65U, 130U}) {
        for (int round = 0; round < 6; ++round) {
            Both both(random, count, 1 << 20);
            ASSERT_TRUE(both.has_table());
            const size_t room = both.room();
            for (int event = 0; event < 400; ++event) {
                both.compare(random);
                if (HasFatalFailure()) {
                    return;
                }
            }
            EXPECT_LE(both.room(), room);
        }
    }
}

TEST(ConditionTable, WithoutRoom) {
    Random random(7);
    EXPECT_FALSE(Both(random, 20, 1000).has_table());
    // Room for the table, for few of its rows, and for no texts.
    size_t exact = 0;
    for (size_t step = 1 << 24; step > 0; step /= 2) {
        Random same(8);
        exact += Both(same, 200, exact + step - 1).has_table() ? 0 : step;
    }
    Random again(8);
    Both both(again, 200, exact + 100);
    ASSERT_TRUE(both.has_table());
    for (int event = 0; event < 500; ++event) {
        both.compare(again);
        if (HasFatalFailure()) {
            return;
        }
    }
    EXPECT_LT(both.room(), 100U);
    EXPECT_GT(both.room(), 0U);
}

size_t place(const FieldPlaces &places, const Value &value) {
    const size_t found = places.place_of(value);
    EXPECT_LT(found, places.count());
    return found;
}

// Texts of every length, which begin alike or not, against a search among the literals.
TEST(FieldPlaces, TextsStandWhereTheySort) {
    Random random(20261129);
    const auto some_text = [&random](size_t most) {
        std::string text = chance(random, 50) ? "/page/" : chance(random, 50) ? "/pa" : "https://example.com/";
        text.resize(static_cast<size_t>(below(random, static_cast<int>(text.size()) + 1)));
        for (int more = below(random, static_cast<int>(most)); more > 0; --more) {
            text += static_cast<char>(chance(random, 90) ? 'a' + below(random, 3) : chance(random, 50) ? 0xC3 : 1);
        }
        return text;
    };
    for (int round = 0; round < 300; ++round) {
        const std::string start = round % 3 == 0 ? "/page/" : round % 3 == 1 ? "" : "https://example.com/";
        const size_t most = round % 2 == 0 ? 4 : 14;
        leadscore::Test test;
        test.op = Operator::in;
        std::vector<std::string> literals;
        for (int more = 1 + below(random, 30); more > 0; --more) {
            literals.push_back(start + some_text(most));
            Literal literal;
            literal.type = Literal::Type::text;
            literal.text = literals.back();
            test.operands.push_back(literal);
        }
        std::sort(literals.begin(), literals.end());
        literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
        const FieldPlaces places({&test});
        const size_t first = places.count() - 1 - 2 * literals.size();
        for (int i = 0; i < 200; ++i) {
            const std::string wanted = i % 4 == 0
                                           ? literals[static_cast<size_t>(below(random, static_cast<int>(literals.size())))]
                                           : (i % 4 == 1 ? "" : start) + some_text(most);
            const auto found = std::lower_bound(literals.begin(), literals.end(), wanted);
            const size_t before = static_cast<size_t>(found - literals.begin());
            const bool is_there = found != literals.end() && *found == wanted;
            const auto exact = std::make_unique<char[]>(wanted.size()); // so that a sanitizer sees a byte too many
            std::copy(wanted.begin(), wanted.end(), exact.get());
            Value value = of_type(Value::Type::text);
            value.text = {exact.get(), wanted.size()};
            ASSERT_EQ(places.place_of(value), first + 2 * before + (is_there ? 1 : 0)) << wanted << " in round " << round;
        }
    }
}

TEST(FieldPlaces, BoundsAndGaps) {
    const Condition tests = condition(R"({"f":{"in":["/page/1","/page/2",5,7.5,true],"starts_with":"/page/1"}})");
    std::vector<const leadscore::Test *> all;
    for (const leadscore::Test &each : tests.entries[0].tests) {
        all.push_back(&each);
    }
    const FieldPlaces places(all);
    // "/page/1", "/page/2" (also the end of what begins with the first): before, at, between, at, behind.
    const std::vector<std::string> ascending = {"/page/", "/page/1", "/page/10", "/page/2", "/page/3"};
    for (size_t i = 0; i + 1 < ascending.size(); ++i) {
        EXPECT_EQ(place(places, text(ascending[i])) + 1, place(places, text(ascending[i + 1]))) << ascending[i];
    }
    EXPECT_EQ(place(places, text("")), place(places, text("/page/0")));
    EXPECT_EQ(place(places, text("/page/11")), place(places, text("/page/1x")));
    EXPECT_EQ(place(places, text("/page/3")), place(places, text("/q")));
    const std::vector<const char *> rising = {"4.99", "5", "5.000000000000000000000001", "7.50", "8"};
    for (size_t i = 0; i + 1 < rising.size(); ++i) {
        EXPECT_EQ(place(places, number(rising[i])) + 1, place(places, number(rising[i + 1]))) << rising[i];
    }
    EXPECT_EQ(place(places, number("-1e300")), place(places, number("4")));
    EXPECT_EQ(place(places, number("1e300")), place(places, number("8")));
    EXPECT_NE(place(places, boolean(true)), place(places, boolean(false)));
    EXPECT_NE(place(places, Value()), place(places, of_type(Value::Type::null)));
    EXPECT_NE(place(places, of_type(Value::Type::other)), place(places, Value()));
    EXPECT_EQ(places.place_of(instant("2026-10-31")), FieldPlaces::nowhere);
    EXPECT_EQ(places.place_of(of_type(Value::Type::array)), FieldPlaces::nowhere);
}

} // namespace
} // namespace leadscore
