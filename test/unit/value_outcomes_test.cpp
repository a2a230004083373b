// Counts of outcomes by the values of attributes.
#include "core/value_outcomes.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <random>

namespace leadscore {
namespace {

using nlohmann::json;

Value number(int64_t mantissa, int scale = 0) {
    Value value;
    value.type = Value::Type::number;
    value.number = small_number(mantissa, scale);
    return value;
}

Value text(std::string_view text) {
    Value value;
    value.type = Value::Type::text;
    value.text = text;
    return value;
}

FieldValue field(std::string_view name, const Value &value, int group = FieldValue::column) {
    FieldValue field;
    field.name = name;
    field.value = value;
    field.group = group;
    return field;
}

// The rows of one field, without those that count all.
json rows_of(const ValueOutcomes &outcomes, const std::string &name, size_t bands = 5, size_t most_values = 20) {
    json rows = json::array();
    for (const json &row : json::parse(outcomes.rows(bands, most_values))) {
        if (row.value("field", "") == name) {
            rows.push_back(row);
        }
    }
    return rows;
}

TEST(ValueOutcomes, CountsNumbersTextsTruthsAndWhatIsMissing) {
    ValueOutcomes outcomes;
    const std::string firm = "Alder";
    for (int i = 0; i < 60; ++i) {
        Value truth;
        if (i % 4 != 0) {
            truth.type = Value::Type::boolean;
            truth.boolean = i % 2 == 0;
        }
        const std::vector<FieldValue> lead = {field("size", number(i % 3)), field("firm", i % 2 == 0 ? text(firm) : Value()),
                                              field("open", truth)};
        outcomes.add_lead(lead.data(), lead.size(), i < 20);
    }
    const json all = json::parse(outcomes.rows(5, 20));
    EXPECT_EQ(all.at(0), json::parse(R"({"part":"all","leads":60,"conversions":20})"));
    EXPECT_EQ(rows_of(outcomes, "size"), json::parse(R"([
        {"field":"size","part":"band","value":"0","lowest":0,"leads":20,"conversions":7},
        {"field":"size","part":"band","value":"1","lowest":1,"leads":20,"conversions":7},
        {"field":"size","part":"band","value":"2","lowest":2,"leads":20,"conversions":6}])"));
    EXPECT_EQ(rows_of(outcomes, "firm"), json::parse(R"([
        {"field":"firm","part":"value","value":"Alder","leads":30,"conversions":10},
        {"field":"firm","part":"missing","leads":30,"conversions":10}])"));
    EXPECT_EQ(rows_of(outcomes, "open"), json::parse(R"([
        {"field":"open","part":"value","value":"false","leads":30,"conversions":10},
        {"field":"open","part":"value","value":"true","leads":15,"conversions":5},
        {"field":"open","part":"missing","leads":15,"conversions":5}])"));
}

// However many numbers there are, every count between the limits told is that of the numbers themselves.
TEST(ValueOutcomes, BandsAreExactAndDoNotDependOnTheOrderOfLeads) {
    std::mt19937_64 random(11);
    std::vector<std::pair<double, bool>> leads;
    ValueOutcomes outcomes;
    for (int i = 0; i < 50000; ++i) {
        const auto size = static_cast<int64_t>(std::exp(5 + static_cast<double>(random() % 15000) / 1000));
        leads.emplace_back(static_cast<double>(random() % 3 == 0 ? -size : size) / 100, random() % 5 == 0);
    }
    const auto count_all = [&leads] {
        ValueOutcomes counted;
        for (const auto &[value, converted] : leads) {
            const FieldValue lead = field("n", number(std::llround(value * 100), 2));
            counted.add_lead(&lead, 1, converted);
        }
        return counted.rows(7, 20);
    };
    const std::string rows = count_all();
    std::shuffle(leads.begin(), leads.end(), random);
    EXPECT_EQ(count_all(), rows);
    json bands = json::parse(rows);
    bands.erase(0);
    ASSERT_EQ(bands.size(), 7U);
    for (size_t i = 0; i < bands.size(); ++i) {
        const double from = bands[i]["lowest"];
        const double below = i + 1 < bands.size() ? static_cast<double>(bands[i + 1]["lowest"]) : HUGE_VAL;
        int64_t count = 0;
        int64_t conversions = 0;
        for (const auto &[value, converted] : leads) {
            const bool within = value >= from && value < below;
            count += within ? 1 : 0;
            conversions += within && converted ? 1 : 0;
        }
        EXPECT_EQ(bands[i]["leads"], count);
        EXPECT_EQ(bands[i]["conversions"], conversions);
        EXPECT_NEAR(static_cast<double>(count), 50000.0 / 7, 400);
    }
}

TEST(ValueOutcomes, NegativeNumbersZeroAndHugeOnesHaveTheirPlace) {
    ValueOutcomes outcomes;
    for (const Value &value : {number(-25, 1), number(0), number(-0), number(3), number(INT64_MAX)}) {
        const FieldValue lead = field("n", value);
        outcomes.add_lead(&lead, 1, true);
    }
    Value huge = number(0);
    huge.number = number_from_digits(false, "1", 400); // no double is near
    const FieldValue lead = field("n", huge);
    outcomes.add_lead(&lead, 1, true);
    const json rows = rows_of(outcomes, "n");
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_EQ(rows[0]["value"], "-2.5");
    EXPECT_EQ(rows[1]["value"], "0");
    EXPECT_EQ(rows[1]["leads"], 2);
    EXPECT_EQ(rows[3]["lowest"], 9223372036854775808.0);
    EXPECT_EQ(rows[4]["part"], "present");
}

TEST(ValueOutcomes, RareValuesAreCountedTogetherAndTooManyNotToldApart) {
    ValueOutcomes few;
    ValueOutcomes many;
    for (int i = 0; i < 30000; ++i) {
        const std::string word = "w" + std::to_string(i % 30 == 0 ? 0 : i % 25);
        const std::string name = std::to_string(i % 10001);
        const FieldValue a = field("a", text(word));
        const FieldValue b = field("b", text(name));
        few.add_lead(&a, 1, i % 2 == 0);
        many.add_lead(&b, 1, i % 2 == 0);
    }
    const json rows = rows_of(few, "a", 5, 3);
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0]["value"], "w0");
    EXPECT_EQ(rows[3]["part"], "others");
    EXPECT_EQ(rows[3]["value"], "22 more");
    int64_t sum = 0;
    for (const json &row : rows) {
        sum += static_cast<int64_t>(row["leads"]);
    }
    EXPECT_EQ(sum, 30000);
    EXPECT_EQ(rows_of(many, "b"), json::parse(R"([{"field":"b","part":"present","leads":30000,"conversions":15000,
        "note":"too many different values"}])"));
}

TEST(ValueOutcomes, LongTextsAreBounded) {
    ValueOutcomes outcomes;
    const std::string page(10000, 'x');
    for (int i = 0; i < 200; ++i) {
        const std::string body = page + std::to_string(i % 150);
        const FieldValue lead = field("body", text(body));
        outcomes.add_lead(&lead, 1, false);
    }
    const json rows = rows_of(outcomes, "body");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0]["note"], "too many different values");
}

TEST(ValueOutcomes, ElementsCountOnceALeadAndAnEmptyArrayIsMissing) {
    ValueOutcomes outcomes;
    const Value tags[] = {text("a"), text("b"), text("a"), number(2)};
    for (const uint32_t size : {4U, 1U, 0U}) {
        Value array;
        array.type = Value::Type::array;
        array.elements = tags;
        array.count = size;
        const FieldValue lead = field("tags", array);
        outcomes.add_lead(&lead, 1, size == 4);
    }
    EXPECT_EQ(rows_of(outcomes, "tags"), json::parse(R"([
        {"field":"tags","part":"element","value":"a","leads":2,"conversions":1},
        {"field":"tags","part":"element","value":"2","leads":1,"conversions":1},
        {"field":"tags","part":"element","value":"b","leads":1,"conversions":1},
        {"field":"tags","part":"missing","leads":1,"conversions":0}])"));
}

// Members of the first column; the second one has too many of them.
TEST(ValueOutcomes, MembersComeBehindTheirColumnAndTooManyAreNotLookedAt) {
    ValueOutcomes outcomes;
    Value object;
    object.type = Value::Type::other;
    for (int i = 0; i < 501; ++i) {
        const std::string wide = "wide." + std::to_string(i);
        const std::vector<FieldValue> lead = {field("good", object), field("wide", object), field("last", number(1)),
                                              field(i % 2 == 0 ? "good.b" : "good.a.x", number(i % 3), 0),
                                              field(wide, number(1), 1)};
        outcomes.add_lead(lead.data(), lead.size(), i == 0);
    }
    const json rows = json::parse(outcomes.rows(5, 20));
    std::vector<std::string> fields;
    for (const json &row : rows) {
        const std::string name = row.value("field", "");
        if (fields.empty() || fields.back() != name) {
            fields.push_back(name);
        }
    }
    EXPECT_EQ(fields, (std::vector<std::string>{"", "good.a.x", "good.b", "wide", "last"}));
    const json wide = rows_of(outcomes, "wide");
    ASSERT_EQ(wide.size(), 1U);
    EXPECT_EQ(wide[0]["note"], "too many members");
    const json members = rows_of(outcomes, "good.b");
    EXPECT_EQ(members.back()["part"], "missing");
    EXPECT_EQ(members.back()["leads"], 250);
}

TEST(ValueOutcomes, NoLeadsAreCountedToo) {
    EXPECT_EQ(ValueOutcomes().rows(5, 20), R"([{"part":"all","leads":0,"conversions":0}])");
}

} // namespace
} // namespace leadscore
