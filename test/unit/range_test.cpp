// Attainable ranges of rules, groups, dimensions and the score.
#include "core/study.hpp"
#include "study_support.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

using study_support::rows;
using study_support::with_rules;

std::string range_of(const std::string &rule) {
    const Rules rules = with_rules(rule);
    return rows(list_ranges(rules), {"lowest", "highest"}).front();
}

TEST(RuleRange, AttributeRules) {
    EXPECT_EQ(range_of(R"({"name":"a","if":{"x":1},"points":-3})"), "-3 | 0");
    EXPECT_EQ(range_of(R"({"name":"a","if":{},"points":7})"), "7 | 7");
    EXPECT_EQ(range_of(R"({"name":"a","if":{"any":[]},"points":7})"), "0 | 0");
    EXPECT_EQ(range_of(R"({"name":"a","if":{"x":1},"points":9,"min":2,"max":5})"), "2 | 5");
    EXPECT_EQ(range_of(R"({"name":"a","attribute":"x","bands":[{"points":4},{"from":1,"points":9}],"missing":6})"), "4 | 9");
    EXPECT_EQ(range_of(R"({"name":"a","attribute":"x","bands":[{"from":1,"points":9}],"missing":6})"), "0 | 9");
    EXPECT_EQ(range_of(R"({"name":"a","attribute":"x","values":{"u":4,"v":-2.5},"otherwise":1,"missing":3})"), "-2.5 | 4");
    EXPECT_EQ(range_of(R"({"name":"a","enabled":false,"if":{"x":1},"points":9,"min":2})"), "0 | 0");
}

TEST(RuleRange, PointsTimesAMeasure) {
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","points":2})"), "0 | Infinity");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","points":-2})"), "-Infinity | 0");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","points":-2,"min":-30})"), "-30 | 0");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","points":0})"), "0 | 0");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","points":2,"limit":3})"), "0 | 6");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","points":2,"burst":3,"within":"10 days"})"), "0 | 20");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","points":1,"at_most":{"hits":2,"per":"1 day"},"within":"3 days"})"), "0 | 6");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","points":1,"at_most":{"hits":2,"per":"1 week"},"within":"7 days"})"), "0 | 3");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","points":8,"burst":1,"decay":{"linear":"4 days"}})"), "0 | 20");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","points":8,"burst":1,"decay":{"linear":"4 hours"}})"), "0 | 20");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","measure":{"sum":"v"},"points":1})"), "-Infinity | Infinity");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","measure":{"sum":"v"},"points":1,"max":5})"), "-Infinity | 5");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","measure":{"distinct":"v"},"points":3,"limit":2})"), "0 | 6");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","if":{"not":{}},"points":3})"), "0 | 0");
}

TEST(RuleRange, BandsThatAMeasureReaches) {
    const std::string steps = R"("bands":[{"points":-5},{"from":1,"points":2},{"from":3.5,"points":9}])";
    EXPECT_EQ(range_of(R"({"name":"a","on":"k",)" + steps + "}"), "-5 | 9");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","limit":3,)" + steps + "}"), "-5 | 2");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","burst":2,"within":"4 days",)" + steps + "}"), "-5 | 9");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","bands":[{"from":0,"points":4},{"from":0.5,"points":90},{"from":1,"points":5}]})"),
              "4 | 5");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","bands":[{"from":-1,"points":4}]})"), "4 | 4");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","measure":{"sum":"v"},"bands":[{"from":-1,"points":4}]})"), "0 | 4");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","measure":"idle","bands":[{"from":0,"points":4}],"missing":-7})"), "-7 | 4");
    EXPECT_EQ(range_of(R"({"name":"a","on":"k","if":{"any":[]},"measure":"idle","bands":[{"points":4}],"missing":-7})"),
              "-7 | -7");
}

TEST(RuleRange, Ratios) {
    const std::string bands = R"("bands":[{"points":1},{"from":0.5,"points":2},{"from":1,"points":3},{"from":1.5,"points":4}])";
    const auto ratio = [&](const std::string &on, const std::string &of, const std::string &more) {
        return range_of(R"({"name":"a","on":)" + on + R"(,"measure":{"ratio_to":)" + of + "}," + more + bands +
                        R"(,"missing":2})");
    };
    EXPECT_EQ(ratio(R"("a")", R"("b")", ""), "1 | 4");
    EXPECT_EQ(ratio(R"("a")", R"(["a","b"])", ""), "1 | 3");
    EXPECT_EQ(ratio(R"("a")", R"("*")", ""), "1 | 3");
    EXPECT_EQ(ratio(R"("a")", R"("a")", ""), "2 | 3");
    EXPECT_EQ(ratio(R"("a")", R"("a")", R"("if":{"x":1},)"), "1 | 3");
    EXPECT_EQ(ratio(R"(["a","b"])", R"("a")", ""), "2 | 4");
    EXPECT_EQ(ratio(R"("*")", R"("a")", R"("if":{"x":1},)"), "1 | 4");
}

TEST(DocumentRange, GroupsTakeSumMaxAndMin) {
    const std::string parts = R"({"name":"a","group":"g","if":{"x":1},"points":5},
        {"name":"b","group":"g","if":{"x":2},"points":-3},{"name":"c","group":"g","if":{},"points":1},
        {"name":"d","group":"g","enabled":false,"if":{"x":3},"points":100})";
    const auto group = [&](const std::string &settings) {
        return rows(list_ranges(with_rules(parts, R"("groups":{"g":{)" + settings + "}}")), {"scope", "lowest", "highest"})[4];
    };
    EXPECT_EQ(group(""), "group | -2 | 6");
    EXPECT_EQ(group(R"("take":"max")"), "group | 1 | 5");
    EXPECT_EQ(group(R"("take":"min")"), "group | -3 | 0");
    EXPECT_EQ(group(R"("min":-1,"max":4)"), "group | -1 | 4");
}

TEST(DocumentRange, WeightsCapsAndRounding) {
    const Rules rules = study_support::read(R"({"score":{"min":-50,"decimals":1},
        "dimensions":{"a":{"weight":-0.5},"b":{"max":7.77,"weight":0.333333},"c":{"weight":0}},"rules":[
        {"name":"a","dimension":"a","on":"k","points":1},{"name":"b","dimension":"b","on":"k","points":1},
        {"name":"c","dimension":"c","on":"k","points":1},{"name":"d","dimension":"a","if":{"x":1},"points":-1.1}]})");
    const std::vector<std::string> expected = {"rule | a | 0 | Infinity",         "rule | b | 0 | Infinity",
                                               "rule | c | 0 | Infinity",         "rule | d | -1.1 | 0",
                                               "dimension | a | -1.1 | Infinity", "dimension | b | 0 | 7.77",
                                               "dimension | c | 0 | Infinity",    "score | null | -50 | 3.1"}; // 0.55 + 2.589997
    EXPECT_EQ(rows(list_ranges(rules), {"scope", "name", "lowest", "highest"}), expected);
}

TEST(DocumentRange, TheExampleOfTheContract) {
    const std::vector<std::string> lines =
        rows(list_ranges(study_support::read(study_support::example)), {"scope", "name", "lowest", "highest"});
    const std::vector<std::string> totals(lines.end() - 5, lines.end());
    const std::vector<std::string> expected = {"group | email | 0 | 15", "group | form recency | 0 | 20",
                                               "dimension | engagement | -20 | 60", "dimension | fit | 0 | 35",
                                               "score | null | 0 | 95"};
    EXPECT_EQ(totals, expected);
}

TEST(DocumentRange, AnEmptyDocument) {
    EXPECT_EQ(list_ranges(with_rules("")), R"([{"scope":"dimension","name":"engagement","lowest":0,"highest":0},)"
                                           R"({"scope":"dimension","name":"fit","lowest":0,"highest":0},)"
                                           R"({"scope":"score","name":null,"lowest":0,"highest":0}])");
}

TEST(ListRules, ShowsEveryForm) {
    const Rules rules = with_rules(R"({"name":"a","if":{"x":1},"points":2,"description":"why"},
        {"name":"b","group":"g","on":["v","u"],"measure":{"ratio_to":["s","t"]},"bands":[{"from":0.5,"points":2}]},
        {"name":"c","enabled":false,"on":"*","measure":{"sum":"seconds"},"points":0.5})",
                                   R"("groups":{"g":{}})");
    EXPECT_EQ(list_rules(rules),
              R"([{"position":1,"name":"a","enabled":true,"dimension":"fit","group":null,"on":null,"form":"if","measure":null,)"
              R"("points":2,"lowest":0,"highest":2,"description":"why",)"
              R"("rule":{"name":"a","description":"why","if":{"x":1},"points":2}},)"
              R"({"position":2,"name":"b","enabled":true,"dimension":"engagement","group":"g","on":["u","v"],"form":"bands",)"
              R"j("measure":"ratio_to(s, t)","points":null,"lowest":0,"highest":2,"description":null,)j"
              R"("rule":{"name":"b","group":"g","on":["u","v"],"measure":{"ratio_to":["s","t"]},)"
              R"("bands":[{"from":0.5,"points":2}]}},)"
              R"({"position":3,"name":"c","enabled":false,"dimension":"engagement","group":null,"on":["*"],"form":"points",)"
              R"j("measure":"sum(seconds)","points":0.5,"lowest":0,"highest":0,"description":null,)j"
              R"("rule":{"name":"c","enabled":false,"on":"*","measure":{"sum":"seconds"},"points":0.5}}])");
}

} // namespace
} // namespace leadscore
