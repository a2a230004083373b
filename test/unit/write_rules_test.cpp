// Canonical text: what is printed, and that reading it back changes nothing.
#include "core/problem.hpp"
#include "core/rules.hpp"
#include "study_support.hpp"
#include "test_host.hpp"

#include <gtest/gtest.h>

#include <string>

namespace leadscore {
namespace {

std::string canonical(const std::string &json) {
    TestHost host;
    const std::string text = write_rules(read_rules(json, host));
    EXPECT_EQ(write_rules(read_rules(text, host)), text);
    return text;
}

// The one rule of a document, as it is printed.
std::string canonical_rule(const std::string &rule) {
    TestHost host;
    canonical("{\"rules\":[" + rule + "]}");
    return write_rule(read_rules("{\"rules\":[" + rule + "]}", host).rules.at(0));
}

std::string canonical_condition(const std::string &condition) {
    TestHost host;
    const std::string json = "{\"exclude\":[{\"name\":\"x\",\"if\":" + condition + "}],\"rules\":[]}";
    canonical(json);
    return write_condition(read_rules(json, host).exclusions.at(0).condition);
}

using study_support::example; // of the contract

const char *const canonical_example =
    R"j({"name":"B2B default","description":"free text","score":{"min":0,"max":100},)j"
    R"j("dimensions":{"engagement":{"min":-20,"max":60},"fit":{"min":0,"max":40}},)j"
    R"j("groups":{"email":{"min":-10,"max":15},"form recency":{"take":"max"}},)j"
    R"j("exclude":[{"name":"competitor","if":{"email_domain":["rival.example"]}}],)j"
    R"j("rules":[{"name":"decision maker","if":{"job_title":{"ilike":"%chief%"}},"points":15},)j"
    R"j({"name":"company size","attribute":"employees","bands":[{"points":0},{"from":50,"points":5},{"from":200,)j"
    R"j("points":10}],"missing":-2},)j"
    R"j({"name":"industry","attribute":"industry","values":{"Finance":5,"Software":10},"missing":-1},)j"
    R"j({"name":"pricing page","on":"page_view","if":{"url":{"starts_with":"/pricing"}},"at_most":{"hits":2,)j"
    R"j("per":"1 day"},"points":5,"decay":{"half_life":"14 days"},"max":20},)j"
    R"j({"name":"opened a mail","group":"email","on":"email_open","measure":{"distinct":"email_id"},)j"
    R"j("within":"90 days","points":1},)j"
    R"j({"name":"keeps coming back","on":"visit","within":"30 days","bands":[{"from":3,"points":5},{"from":10,"points":12}]},)j"
    R"j({"name":"time on site","on":"visit","measure":{"sum":"seconds"},"bands":[{"from":300,)j"
    R"j("points":3},{"from":1800,"points":8}]},)j"
    R"j({"name":"opens what it gets","on":"email_open","measure":{"ratio_to":"email_sent"},"bands":[{"from":0.25,)j"
    R"j("points":2},{"from":0.5,"points":5}]},)j"
    R"j({"name":"form this week","group":"form recency","on":"form","within":"7 days","limit":1,"points":20},)j"
    R"j({"name":"form this month","group":"form recency","on":"form","within":"30 days","limit":1,"points":10},)j"
    R"j({"name":"asked for a quote","on":["demo_request","quote_request"],"limit":1,"points":30},)j"
    R"j({"name":"unsubscribed","on":"unsubscribe","limit":1,"points":-20},)j"
    R"j({"name":"gone quiet","on":"*","measure":"idle","bands":[{"from":60,"points":-15},{"from":120,"points":-30}]}],)j"
    R"j("stages":[{"name":"cold","qualification":"MQL"},)j"
    R"j({"name":"warm","qualification":"MQL","from":40},)j"
    R"j({"name":"hot","qualification":"SQL","from":75,"needs":{"fit":20},"keep":5}],)j"
    R"j("labels":{"grade":{"of":"fit","levels":[{"name":"C"},)j"
    R"j({"name":"B","from":15},)j"
    R"j({"name":"A","from":30}]}}})j";

TEST(WriteRules, PrintsTheExample) {
    EXPECT_EQ(canonical(example), canonical_example);
}

TEST(WriteRules, LeavesOutDefaults) {
    EXPECT_EQ(canonical(R"({"rules":[]})"), R"({"rules":[]})");
    EXPECT_EQ(
        canonical(R"({"name":"","description":"","timezone":"UTC","score":{"decimals":0},"groups":{},"exclude":[],"rules":[],
                            "stages":[],"labels":{}})"),
        R"({"rules":[]})");
    EXPECT_EQ(canonical(R"({"groups":{"g":{"take":"sum","dimension":"engagement"}},"rules":[]})"),
              R"({"groups":{"g":{}},"rules":[]})");
    EXPECT_EQ(canonical(R"({"stages":[{"name":"a","qualification":"","keep":0,"sticky":false},{"name":"b","from":1,"needs":{}}],)"
                        R"("rules":[]})"),
              R"({"rules":[],"stages":[{"name":"a"},{"name":"b","from":1}]})");
    EXPECT_EQ(canonical_rule(R"({"name":"a","description":"","enabled":true,"dimension":"fit","if":{},"points":0.0})"),
              R"({"name":"a","if":{},"points":0})");
    EXPECT_EQ(canonical_rule(R"({"name":"a","dimension":"engagement","on":["e"],"if":{},"measure":"hits","points":1})"),
              R"({"name":"a","on":"e","points":1})");
    EXPECT_EQ(canonical_rule(R"({"name":"a","attribute":"x","values":{},"otherwise":0,"missing":-0.0})"),
              R"({"name":"a","attribute":"x","values":{}})");
}

TEST(WriteRules, PrintsDimensionsOnlyIfDeclared) {
    EXPECT_EQ(canonical(R"({"rules":[{"name":"a","dimension":"reach","on":"e","points":1}]})"),
              R"({"rules":[{"name":"a","dimension":"reach","on":"e","points":1}]})");
    EXPECT_EQ(canonical(R"({"dimensions":{},"rules":[]})"), R"({"dimensions":{},"rules":[]})");
    EXPECT_EQ(canonical(R"({"dimensions":{"b":{"weight":1.0,"max":2,"min":-1},"a":{"weight":0.50}},"rules":[]})"),
              R"({"dimensions":{"a":{"weight":0.5},"b":{"min":-1,"max":2}},"rules":[]})");
}

TEST(WriteRules, PrintsNoDimensionInAGroup) {
    EXPECT_EQ(
        canonical(R"({"groups":{"g":{"dimension":"fit","take":"min","max":1e1}},
                            "rules":[{"group":"g","dimension":"fit","name":"a","on":"e","points":1}]})"),
        R"({"groups":{"g":{"dimension":"fit","max":10,"take":"min"}},"rules":[{"name":"a","group":"g","on":"e","points":1}]})");
}

TEST(WriteRules, OrdersKeys) {
    EXPECT_EQ(
        canonical(R"({"probability":{"horizon":"90 days","slope":0.10,"intercept":-3e0},"labels":{"z":{"levels":[{"name":"n"}],
                            "of":"probability"},"a":{"levels":[{"name":"n"},{"from":-1.5,"name":"m"}],"of":"score"}},
                            "stages":[{"sticky":true,"keep":0,"name":"s"},{"needs":{"fit":2,"engagement":1},"from":0,"keep":3,
                            "qualification":"q","name":"t"}],"rules":[],"exclude":[{"if":{},"name":"x"}],"score":{"decimals":2,
                            "max":10,"min":-10},"timezone":"europe/berlin","description":"d","name":"n"})"),
        R"({"name":"n","description":"d","timezone":"Europe/Berlin","score":{"min":-10,"max":10,"decimals":2},)"
        R"("exclude":[{"name":"x","if":{}}],"rules":[],)"
        R"("stages":[{"name":"s","sticky":true},{"name":"t","qualification":"q","from":0,"needs":{"engagement":1,)"
        R"("fit":2},"keep":3}],)"
        R"("labels":{"a":{"of":"score","levels":[{"name":"n"},{"name":"m","from":-1.5}]},"z":{"of":"probability",)"
        R"("levels":[{"name":"n"}]}},)"
        R"("probability":{"intercept":-3,"slope":0.1,"horizon":"90 days"}})");
    EXPECT_EQ(
        canonical_rule(R"({"max":9,"min":-9,"decay":{"lose":0.25,"every":"1 months"},"points":1e0,"limit":4.0,
                                 "at_most":{"per":"1 hours","hits":3},"burst":2,"within":"1 year","if":{"u":1},"on":["b","a","b"],
                                 "dimension":"fit","enabled":false,"description":"d","name":"n"})"),
        R"({"name":"n","description":"d","enabled":false,"dimension":"fit","on":["a","b"],"if":{"u":1},)"
        R"("within":"1 year","burst":2,)"
        R"("at_most":{"hits":3,"per":"1 hour"},"limit":4,"points":1,"decay":{"every":"1 month","lose":0.25},"min":-9,"max":9})");
    EXPECT_EQ(canonical_rule(R"({"missing":2,"otherwise":-1.50,"values":{"b":1,"é":2,"B":3,"":4},"attribute":"x","name":"n"})"),
              R"({"name":"n","attribute":"x","values":{"":4,"B":3,"b":1,"é":2},"otherwise":-1.5,"missing":2})");
    EXPECT_EQ(
        canonical_rule(
            R"({"missing":2,"bands":[{"points":1,"from":-1e15}],"measure":{"ratio_to":["z","y"]},"on":["*","x"],"name":"n"})"),
        R"({"name":"n","on":"*","measure":{"ratio_to":["y","z"]},"bands":[{"from":-1000000000000000,"points":1}],"missing":2})");
    EXPECT_EQ(canonical_rule(R"({"measure":{"sum":"s"},"points":0.000001,"on":"e","name":"n","decay":{"linear":"2 weeks"}})"),
              R"({"name":"n","on":"e","measure":{"sum":"s"},"points":0.000001,"decay":{"linear":"2 weeks"}})");
}

TEST(WriteCondition, PrintsTheShortestForm) {
    EXPECT_EQ(canonical_condition(R"({"b":{"=":"x"},"a":{"in":[2,1,2.0,"z",true]},"d":{"exists":false},"c":{"exists":true}})"),
              R"({"a":["z",1,2,true],"b":"x","c":{"exists":true},"d":null})");
    EXPECT_EQ(canonical_condition(R"({"a":{"exists":false,"!=":false,"=":1}})"), R"({"a":{"=":1,"!=":false,"exists":false}})");
    EXPECT_EQ(canonical_condition(R"({"a":["one"]})"), R"({"a":["one"]})");
    EXPECT_EQ(canonical_condition(R"({"x":1.50,"not":{"z":1e2,"y":-0},"any":[{"b":null,"a":false},{}],"all":[]})"),
              R"({"all":[],"any":[{"a":false,"b":null},{}],"not":{"y":0,"z":100},"x":1.5})");
}

TEST(WriteCondition, PrintsEveryOperator) {
    const std::string all =
        R"j({"x":{"=":"a","!=":1,"<":"b","<=":2,">":3,">=":4.25,"in":[5],"not_in":["c",6],"between":[9,7],)j"
        R"j("starts_with":"","ends_with":"e","contains":"f","like":"100\\\\%","ilike":"_","matches":"^(a|b)$",)j"
        R"j("exists":true,"within_last":"1 day","older_than":"2 weeks","within_next":"1 hour"}})j";
    EXPECT_EQ(canonical_condition(all), all);
}

TEST(JsonString, EscapesOnlyWhatJsonDemands) {
    EXPECT_EQ(json_string(""), "\"\"");
    EXPECT_EQ(json_string("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
    EXPECT_EQ(json_string("\b\f\n\r\t\x01\x1F\x7F"), "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\"");
    EXPECT_EQ(json_string("é€\U0001F600"), "\"é€\U0001F600\"");
    EXPECT_EQ(canonical("{\"name\":\"\\u0001\\u00e9\\/\\ud83d\\ude00\",\"rules\":[]}"),
              "{\"name\":\"\\u0001é/\U0001F600\",\"rules\":[]}");
}

} // namespace
} // namespace leadscore
