// Every operator on every type of value; arrays; negations; moments.
#include "value_support.hpp"

#include <gtest/gtest.h>

#include <map>

namespace leadscore {
namespace {

using namespace value_support;

const char *const text_value = "b";

// One value of each type, by a letter: m missing, n null, o other, e empty array, T/F booleans, 5 number, b text, d date, l local
// time, i instant.
std::map<char, Value> one_of_each() {
    return {{'m', Value()},
            {'n', of_type(Value::Type::null)},
            {'o', of_type(Value::Type::other)},
            {'e', of_type(Value::Type::array)},
            {'T', boolean(true)},
            {'F', boolean(false)},
            {'5', number("5")},
            {'b', text(text_value)},
            {'d', date("2026-10-31")},
            {'l', local_time("2026-10-31T06:00")},
            {'i', instant("2026-10-31T12:00")}};
}
const std::string all_letters = "5FTbdeilmno";

struct Case {
    const char *test;
    const char *holds; // letters in order
};

const Case cases[] = {
    {"5", "5"},
    {"{\"=\":5.0}", "5"},
    {"{\"!=\":5}", "FTbdeilmno"},
    {"true", "T"},
    {"{\"!=\":true}", "5Fbdeilmno"},
    {"false", "F"},
    {"\"b\"", "b"},
    {"\"5\"", ""},
    {"\"true\"", ""},
    {"{\"!=\":\"b\"}", "5FTdeilmno"},
    {"\"2026-10-31\"", "d"},
    {"\"2026-10-31T06:00\"", "l"},
    {"\"2026-10-31T13:00+01\"", "i"},
    {"{\"!=\":\"2026-10-31\"}", "5FTbeilmno"},
    {"{\"<\":6}", "5"},
    {"{\"<\":5}", ""},
    {"{\"<=\":5}", "5"},
    {"{\">\":4.9999999999999999999999}", "5"},
    {"{\">=\":5.0000000000000000000001}", ""},
    {"{\">=\":5}", "5"},
    {"{\"<\":\"c\"}", "b"},
    {"{\">\":\"\"}", "b"},
    {"{\">\":\"b\"}", ""},
    {"{\"<=\":\"b\"}", "b"},
    {"{\">\":\"2026-10-31\"}", "bil"}, // ISO text stays text when compared with text
    {"{\"<\":\"2026-10-31T06:00:00.000001\"}", "dl"},
    {"{\">=\":\"2026-10-31T12:00Z\"}", "bi"},
    {"{\"between\":[5,7]}", "5"},
    {"{\"between\":[3,5]}", "5"},
    {"{\"between\":[6,4]}", ""},
    {"{\"between\":[\"a\",\"c\"]}", "b"},
    {"{\"between\":[\"2026-10-31\",\"2026-10-31T06:00\"]}", "dl"},
    {"{\"between\":[\"2026-10-31\",\"x\"]}", "b"},
    {"{\"between\":[\"!\",\"2026-12-31\"]}", ""},
    {"[5,\"b\",true]", "5Tb"},
    {"{\"in\":[false,7,4,5e0,3]}", "5F"},
    {"{\"not_in\":[5,\"b\",true]}", "Fdeilmno"},
    {"{\"in\":[\"x\",\"2026-10-31T12:00Z\",\"2026-10-31\"]}", "di"},
    {"{\"not_in\":[\"2026-10-31\"]}", "5FTbeilmno"},
    {"{\"starts_with\":\"\"}", "b"},
    {"{\"starts_with\":\"b\"}", "b"},
    {"{\"starts_with\":\"bc\"}", ""},
    {"{\"ends_with\":\"b\"}", "b"},
    {"{\"ends_with\":\"ab\"}", ""},
    {"{\"contains\":\"\"}", "b"},
    {"{\"contains\":\"bb\"}", ""},
    {"{\"like\":\"%\"}", "b"},
    {"{\"like\":\"B\"}", ""},
    {"{\"ilike\":\"B\"}", "b"},
    {"{\"matches\":\"b\"}", "b"},
    {"{\"matches\":\"c\"}", ""},
    {"{\"exists\":true}", "5FTbdeilo"},
    {"{\"exists\":false}", "mn"},
    {"null", "mn"},
    {"{\"within_last\":\"1 day\"}", ""}, // exactly a day old is no longer within
    {"{\"within_last\":\"25 hours\"}", "i"},
    {"{\"within_last\":\"1 year\"}", "dil"},
    {"{\"older_than\":\"1 day\"}", "dil"},
    {"{\"older_than\":\"25 hours\"}", "dl"},
    {"{\"older_than\":\"1 week\"}", ""},
    {"{\"within_next\":\"1 year\"}", ""},
};

TEST(Condition, EveryOperatorOnEveryType) {
    for (const Case &each : cases) {
        std::string held;
        for (const char letter : all_letters) {
            held += satisfies(one_of_each().at(letter), each.test) ? std::string(1, letter) : "";
        }
        EXPECT_EQ(held, each.holds) << each.test;
    }
}

// An array satisfies a test if an element does, its negation if none does; elements without value satisfy nothing.
TEST(Condition, ArraysAskTheirElements) {
    for (const Case &each : cases) {
        const std::string test = each.test;
        const bool whole = test.find("exists") != std::string::npos || test == "null";
        const bool negation = test.find("!=") != std::string::npos || test.find("not_in") != std::string::npos;
        for (const char letter : all_letters) {
            const Value value = one_of_each().at(letter);
            if (value.type == Value::Type::array) {
                continue;
            }
            const bool single = std::string(each.holds).find(letter) != std::string::npos;
            const std::vector<Value> alone = {value};
            const std::vector<Value> among = {of_type(Value::Type::null), of_type(Value::Type::other), Value(), array(alone),
                                              value};
            const bool expected = whole ? test.find("true") != std::string::npos : single;
            EXPECT_EQ(satisfies(array(alone), test), expected) << test << letter;
            EXPECT_EQ(satisfies(array(among), test), expected) << test << letter;
        }
        EXPECT_EQ(satisfies(of_type(Value::Type::array), test), whole ? test.find("true") != std::string::npos : negation)
            << test;
    }
}

TEST(Condition, EachTestMayBeMetByAnotherElement) {
    const std::vector<Value> apart = {number("2"), number("6")};
    EXPECT_TRUE(satisfies(array(apart), "{\">\":3,\"<\":5}"));
    EXPECT_FALSE(satisfies(array(apart), "{\"between\":[3,5]}"));
    EXPECT_TRUE(satisfies(array(apart), "{\"=\":2,\"!=\":3}"));
    EXPECT_FALSE(satisfies(array(apart), "{\"=\":2,\"!=\":6}"));
}

TEST(Condition, NegationsAreExact) {
    const std::vector<std::pair<std::string, std::string>> operands = {
        {"5", "[5]"},
        {"\"b\"", "[\"a\",\"b\"]"},
        {"true", "[true,1]"},
        {"\"2026-10-31\"", "[\"2026-10-31\",\"2026-10-31T06:00\"]"}};
    const std::map<char, Value> values = one_of_each();
    for (const auto &[scalar, list] : operands) {
        for (const auto &[letter, value] : values) {
            EXPECT_NE(satisfies(value, "{\"=\":" + scalar + "}"), satisfies(value, "{\"!=\":" + scalar + "}"))
                << scalar << letter;
            EXPECT_NE(satisfies(value, "{\"in\":" + list + "}"), satisfies(value, "{\"not_in\":" + list + "}")) << list << letter;
            EXPECT_NE(satisfies(value, "{\"exists\":true}"), satisfies(value, "{\"exists\":false}")) << letter;
        }
    }
}

TEST(Condition, NumbersAreDecimals) {
    EXPECT_TRUE(satisfies(number("50.00"), "5e1"));
    EXPECT_TRUE(satisfies(number("0.1"), "{\"=\":0.1}"));
    EXPECT_FALSE(satisfies(number("0.1000000000000000055511151231257827"), "{\"=\":0.1}"));
    EXPECT_TRUE(satisfies(number("123456789012345678901234567890"), "{\">\":123456789012345678901234567889}"));
    EXPECT_TRUE(satisfies(number("123456789012345678901234567890"), "{\"in\":[1,123456789012345678901234567890,2]}"));
    EXPECT_TRUE(satisfies(number("-0"), "0"));
    EXPECT_TRUE(satisfies(number("1e-400"), "{\"between\":[0,1]}"));
}

TEST(Condition, TextIsComparedByCodePoint) {
    EXPECT_TRUE(satisfies(text("Z"), "{\"<\":\"a\"}"));
    EXPECT_TRUE(satisfies(text("\u00e4"), "{\">\":\"z\"}"));
    EXPECT_TRUE(satisfies(text("\U0001F600"), "{\">\":\"\uffee\"}"));
    EXPECT_TRUE(satisfies(text("ab"), "{\">\":\"a\"}"));
    EXPECT_TRUE(satisfies(text("xaxbx"), "{\"contains\":\"axb\"}"));
    EXPECT_TRUE(satisfies(text(""), "\"\""));
    EXPECT_TRUE(satisfies(text(""), "{\"exists\":true,\"starts_with\":\"\",\"ends_with\":\"\",\"contains\":\"\",\"like\":\"\"}"));
}

TEST(Condition, MomentsInsideAWindow) {
    // as_of is 2026-11-01T12:00
    EXPECT_TRUE(satisfies(instant("2026-11-01T12:00"), "{\"within_last\":\"1 hour\"}"));
    EXPECT_TRUE(satisfies(instant("2026-11-01T11:00:00.000001"), "{\"within_last\":\"1 hour\"}"));
    EXPECT_FALSE(satisfies(instant("2026-11-01T11:00"), "{\"within_last\":\"1 hour\"}"));
    EXPECT_FALSE(satisfies(instant("2026-11-01T12:00:00.000001"), "{\"within_last\":\"1 hour\"}"));
    EXPECT_TRUE(satisfies(instant("2026-11-01T11:00"), "{\"older_than\":\"1 hour\"}"));
    EXPECT_FALSE(satisfies(instant("2026-11-01T11:00:00.000001"), "{\"older_than\":\"1 hour\"}"));
    EXPECT_FALSE(satisfies(instant("2026-11-01T12:00"), "{\"within_next\":\"1 hour\"}"));
    EXPECT_TRUE(satisfies(instant("2026-11-01T12:00:00.000001"), "{\"within_next\":\"1 hour\"}"));
    EXPECT_TRUE(satisfies(instant("2026-11-01T13:00"), "{\"within_next\":\"1 hour\"}"));
    EXPECT_FALSE(satisfies(instant("2026-11-01T13:00:00.000001"), "{\"within_next\":\"1 hour\"}"));
    // Text in ISO form counts as a moment here, and only here.
    EXPECT_TRUE(satisfies(text("2026-11-01T11:30Z"), "{\"within_last\":\"1 hour\"}"));
    EXPECT_FALSE(satisfies(text("yesterday"), "{\"older_than\":\"1 hour\"}"));
    EXPECT_FALSE(satisfies(number("20261101"), "{\"older_than\":\"1 hour\"}"));
    // The ends of the server's time do not overflow.
    EXPECT_TRUE(satisfies(time_of(Value::Type::instant, -211813488000000000), "{\"older_than\":\"365 days\"}"));
    EXPECT_FALSE(satisfies(time_of(Value::Type::instant, 9223371331199999999), "{\"within_next\":\"365 days\"}"));
}

TEST(Condition, LocalTimesTakeTheZone) {
    const Zone west({{0, -5 * 3600}});
    EXPECT_TRUE(satisfies(date("2026-10-31"), "\"2026-10-31T05:00Z\"", west));
    EXPECT_TRUE(satisfies(date("2026-10-31"), "\"2026-10-31\"", west));
    EXPECT_TRUE(satisfies(local_time("2026-11-01T06:30"), "{\"within_last\":\"1 hour\"}", west));
    EXPECT_TRUE(satisfies(instant("2026-10-31T05:00"), "\"2026-10-31\"", west));
}

TEST(Condition, RegexErrorsAreTheHosts) {
    EXPECT_THROW(satisfies(text("x"), "{\"matches\":\"fails\"}"), Problem);
    EXPECT_FALSE(satisfies(number("1"), "{\"matches\":\"fails\"}")); // not asked
    EXPECT_TRUE(Running(R"({"a":{"matches":"p"},"b":{"matches":"q"}})").holds({{"a", text("p")}, {"b", text("q")}}));
}

} // namespace
} // namespace leadscore
