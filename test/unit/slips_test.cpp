// What people write instead, and how the refusal leads on: a hint, and the name of the rule behind its place.
#include "core/problem.hpp"
#include "core/rules.hpp"
#include "test_host.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace leadscore {
namespace {

struct Slip {
    const char *json;
    const char *message;
    const char *hint;
};

void PrintTo(const Slip &slip, std::ostream *out) {
    *out << slip.json;
}

const Slip slips[] = {
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"<>":1}}}]})j",
     R"j(rules[0].if.a."<>" ("pricing page"): unknown operator)j", R"j(Did you mean "!="?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"is":1}}}]})j",
     R"j(rules[0].if.a.is ("pricing page"): unknown operator)j", R"j(Did you mean "="?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"GTE":1}}}]})j",
     R"j(rules[0].if.a.GTE ("pricing page"): unknown operator)j", R"j(Did you mean ">="?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"lt":1}}}]})j",
     R"j(rules[0].if.a.lt ("pricing page"): unknown operator)j", R"j(Did you mean "<"?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"==":1}}}]})j",
     R"j(rules[0].if.a."==" ("pricing page"): unknown operator)j", R"j(Did you mean "="?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"notin":[1]}}}]})j",
     R"j(rules[0].if.a.notin ("pricing page"): unknown operator)j", R"j(Did you mean "not_in"?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"not in":[1]}}}]})j",
     R"j(rules[0].if.a."not in" ("pricing page"): unknown operator)j", R"j(Did you mean "not_in"?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"<<":1}}}]})j",
     R"j(rules[0].if.a."<<" ("pricing page"): unknown operator)j",
     R"j(Allowed here: =, !=, <, <=, >, >=, in, not_in, between, starts_with, ends_with, contains, like, ilike, matches, exists, within_last, older_than, within_next.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"not":{"=":1}}}}]})j",
     R"j(rules[0].if.a.not ("pricing page"): unknown operator)j",
     R"j("all", "any" and "not" stand around fields: {"any": [{"field": test}, {"field": test}]}.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"not":"x"}}}]})j",
     R"j(rules[0].if.a.not ("pricing page"): unknown operator)j", R"j(Did you mean "!="?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"NOT":{"x":"y"}}}]})j",
     R"j(rules[0].if.NOT.x ("pricing page"): unknown operator)j",
     R"j("all", "any" and "not" stand around fields: {"any": [{"field": test}, {"field": test}]}.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"OR":[{"x":"y"}]}}]})j",
     R"j(rules[0].if.OR[0] ("pricing page"): expected a string, a number, true or false)j",
     R"j(Conditions are joined with "any", in lower case: {"any": [conditions]}.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"and":[{"x":"y"}]}}]})j",
     R"j(rules[0].if.and[0] ("pricing page"): expected a string, a number, true or false)j",
     R"j(Conditions are joined with "all", in lower case: {"all": [conditions]}.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":[{"x":"y"}]}}]})j",
     R"j(rules[0].if.a[0] ("pricing page"): expected a string, a number, true or false)j",
     R"j(A list holds values; conditions are joined with "all" or "any".)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":["x",null]}}]})j",
     R"j(rules[0].if.a[1] ("pricing page"): expected a string, a number, true or false)j",
     R"j({"exists": false} tests for a missing field.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"not_in":["x",null]}}}]})j",
     R"j(rules[0].if.a.not_in[1] ("pricing page"): expected a string, a number, true or false)j",
     R"j({"exists": true} tests that the field is there.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"!=":null}}}]})j",
     R"j(rules[0].if.a."!=" ("pricing page"): expected a string, a number, true or false)j",
     R"j(Write {"exists": true} for a field that is there.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"=":null}}}]})j",
     R"j(rules[0].if.a."=" ("pricing page"): expected a string, a number, true or false)j",
     R"j(Write {"exists": false} for a field that is missing or null.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"=":["x"]}}}]})j",
     R"j(rules[0].if.a."=" ("pricing page"): expected a string, a number, true or false)j",
     R"j(A list goes with "in", or stands alone as the test: {"field": [values]}.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"!=":["x"]}}}]})j",
     R"j(rules[0].if.a."!=" ("pricing page"): expected a string, a number, true or false)j", R"j(A list goes with "not_in".)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"contains":["x"]}}}]})j",
     R"j(rules[0].if.a.contains ("pricing page"): expected a string)j",
     R"j(For one of several texts join conditions with "any", or write "matches" with a|b.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{">":[1,2]}}}]})j",
     R"j(rules[0].if.a.">" ("pricing page"): expected a number or a string)j", R"j(Two ends go with "between".)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{"a":{"in":"US"}}}]})j",
     R"j(rules[0].if.a.in ("pricing page"): expected an array)j", R"j(A single value goes with "=" or "!=".)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{},"first":1}]})j", R"j(rules[0].first ("pricing page"): unknown key)j",
     R"j(Allowed here: name, description, enabled, dimension, group, on, if, attribute, measure, within, burst, at_most, limit, points, decay, bands, values, otherwise, missing, min, max.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{},"note":"x"}]})j", R"j(rules[0].note ("pricing page"): unknown key)j",
     R"j(Did you mean "description"?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"if":{},"Max":1}]})j", R"j(rules[0].Max ("pricing page"): unknown key)j",
     R"j(Did you mean "max"?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"event":"x"}]})j", R"j(rules[0].event ("pricing page"): unknown key)j",
     R"j(Did you mean "on"?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"on":"x","decay":"25%"}]})j",
     R"j(rules[0].decay ("pricing page"): expected an object)j",
     R"j(For example {"half_life": "30 days"}, or {"every": "30 days", "lose": 0.25}.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"on":"x","decay":0.25}]})j",
     R"j(rules[0].decay ("pricing page"): expected an object)j",
     R"j(For example {"half_life": "30 days"}, or {"every": "30 days", "lose": 0.25}.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"on":"x","decay":{"half-life":"30 days"}}]})j",
     R"j(rules[0].decay."half-life" ("pricing page"): unknown key)j", R"j(Did you mean "half_life"?)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"on":"x","within":"30 Days"}]})j",
     R"j(rules[0].within ("pricing page"): unknown unit of time)j",
     R"j(Write "30 days": a whole number, one blank, and the unit in lower case.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"on":"x","within":"30  days"}]})j",
     R"j(rules[0].within ("pricing page"): unknown unit of time)j",
     R"j(Write "30 days": a whole number, one blank, and the unit in lower case.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"on":"x","within":"30d"}]})j",
     R"j(rules[0].within ("pricing page"): expected a duration such as "14 days")j",
     R"j(Write "30 days": a whole number, one blank, and the unit in lower case.)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"on":"x","within":"1 M"}]})j",
     R"j(rules[0].within ("pricing page"): unknown unit of time)j",
     R"j(Units are hours, days, weeks, months (of 30 days) and years (of 365 days).)j"},
    {R"j({"rules":[{"name":"pricing page","points":1,"on":"x","within":"5 minutes"}]})j",
     R"j(rules[0].within ("pricing page"): unknown unit of time)j",
     R"j(Units are hours, days, weeks, months (of 30 days) and years (of 365 days).)j"},
    {R"j({"rules":[{"name":"pricing page","attribute":"country","values":["US","DE"],"points":7}]})j",
     R"j(rules[0].points ("pricing page"): not allowed beside "attribute")j",
     R"j(Each value has points of its own: "values": {"US": 7}.)j"},
    {R"j({"rules":[{"name":"pricing page","attribute":"country","values":["US","DE"]}]})j",
     R"j(rules[0].values ("pricing page"): expected an object)j", R"j(Each value has points of its own: "values": {"US": 5}.)j"},
    {R"j({"rules":[{"name":"pricing page","attribute":"country","points":5}]})j",
     R"j(rules[0].points ("pricing page"): not allowed beside "attribute")j",
     R"j(Leave out "attribute" and name the field in "if", as in {"country": "US"}; or give it "bands" or "values".)j"},
    {R"j({"rules":[{"name":"pricing page","attribute":"country","bands":[{"from":1,"points":2}],"points":5}]})j",
     R"j(rules[0].points ("pricing page"): not allowed beside "attribute")j", R"j(Each band has points of its own.)j"},
    {R"j({"rules":[{"name":"pricing page","points":"1","if":{}}]})j", R"j(rules[0].points ("pricing page"): expected a number)j",
     R"j()j"},
    {R"j({"rules":[{"name":"x","points":1,"if":{}},{"name":"x","points":1,"if":{}}]})j",
     R"j(rules[1].name: the name "x" is taken)j", R"j()j"},
    {R"j({"rules":[{"name":"x","points":1,"if":{},"group":"emial"}],"groups":{"email":{},"web":{}}})j",
     R"j(rules[0].group ("x"): there is no group "emial")j", R"j(Did you mean "email"?)j"},
    {R"j({"rules":[{"name":"x","points":1,"if":{},"group":"foo"}],"groups":{"email":{},"web":{}}})j",
     R"j(rules[0].group ("x"): there is no group "foo")j", R"j(The groups of the document: "email", "web".)j"},
    {R"j({"rules":[{"name":"x","points":1,"if":{},"group":"foo"}]})j", R"j(rules[0].group ("x"): there is no group "foo")j",
     R"j(The document has no groups.)j"},
    {R"j({"rules":[{"name":"x","points":1,"if":{},"dimension":"demographic"}],"dimensions":{"fit":{},"behaviour":{}}})j",
     R"j(rules[0].dimension ("x"): there is no dimension "demographic")j",
     R"j(The dimensions of the document: "behaviour", "fit".)j"},
    {R"j({"rules":[],"stages":[{"name":"hot","from":80},{"name":"cold"}]})j",
     R"j(stages[0].from ("hot"): the first has no "from")j",
     R"j(The lowest stands first and takes all that is below the "from" of the second.)j"},
    {R"j({"rules":[],"stages":[{"name":"cold"},{"name":"hot","from":80,"needs":{"Fit":1}}]})j",
     R"j(stages[1].needs.Fit ("hot"): there is no dimension "Fit")j", R"j(Did you mean "fit"?)j"},
    {R"j({"rules":[],"exclude":[{"name":"rival","if":{"a":{"matches":"("}}}]})j",
     R"j(exclude[0].if.a.matches ("rival"): invalid regular expression)j", R"j()j"},
    {R"j({"rules":[],"labels":{"g":{"of":"fitness","levels":[{"name":"a"},{"name":"b","min":3}]}}})j",
     R"j(labels.g.of: there is no dimension "fitness")j", R"j(The dimensions of the document: "engagement", "fit".)j"},
    {R"j({"rules":[],"labels":{"g":{"of":"fit","levels":[{"name":"a"},{"name":"b","min":3}]}}})j",
     R"j(labels.g.levels[1].min: unknown key)j", R"j(Did you mean "from"?)j"},
    {R"j({"rules":[{"name":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","points":"1","if":{}}]})j",
     R"j(rules[0].points ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..."): expected a number)j", R"j()j"},
    {R"j({"rules":[{"name":"r","points":1,"if":{"a":{"is_null":true}}}]})j", R"j(rules[0].if.a.is_null ("r"): unknown operator)j",
     R"j(Write {"exists": false} for a field that is missing or null.)j"},
    {R"j({"rules":[{"name":"r","points":1,"on":"x","within":"-1 days"}]})j",
     R"j(rules[0].within ("r"): expected a duration such as "14 days")j", R"j()j"},
    {R"j({"rules":[{"name":"r","points":1,"attribute":"a","if":{}}]})j", R"j(rules[0].if ("r"): not allowed beside "attribute")j",
     R"j(Leave out "attribute" and name its field in "if", or make two rules of it.)j"},
    {R"j({"rules":[{"name":"größegrößegrößegrößegrößegrößegrößegrößegröße","points":"1","if":{}}]})j",
     R"j(rules[0].points ("größegrößegrößegrößegrößegrößegrößegrößegrö..."): expected a number)j", R"j()j"},
    {R"j({"rules":[{"name":"r","points":1,"if":{},"disabled":true}]})j", R"j(rules[0].disabled ("r"): unknown key)j",
     R"j(Allowed here: name, description, enabled, dimension, group, on, if, attribute, measure, within, burst, at_most, limit, points, decay, bands, values, otherwise, missing, min, max.)j"},
};

class Slips : public testing::TestWithParam<Slip> {};

TEST_P(Slips, AreLedOn) {
    TestHost host;
    try {
        read_rules(GetParam().json, host);
        ADD_FAILURE() << "was accepted";
    } catch (const Problem &problem) {
        EXPECT_STREQ(problem.what(), GetParam().message);
        EXPECT_EQ(problem.hint(), GetParam().hint);
    }
}

INSTANTIATE_TEST_SUITE_P(All, Slips, testing::ValuesIn(slips));

} // namespace
} // namespace leadscore
