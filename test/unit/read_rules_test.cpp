// Every mistake of a document is named where it stands, with the right kind of trouble.
#include "core/problem.hpp"
#include "core/rules.hpp"
#include "test_host.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace leadscore {
namespace {

struct BadDocument {
    const char *json;
    Trouble trouble;
    const char *message;
    const char *hint = "";
};

void PrintTo(const BadDocument &bad, std::ostream *out) {
    *out << bad.json;
}

const BadDocument bad_documents[] = {
    {R"j([])j", Trouble::syntax, R"j(expected an object)j"},
    {R"j(null)j", Trouble::syntax, R"j(expected an object)j"},
    {R"j("rules")j", Trouble::syntax, R"j(expected an object)j"},
    {R"j({})j", Trouble::value, R"j(the key "rules" is missing)j"},
    {R"j({"rules":{}})j", Trouble::syntax, R"j(rules: expected an array)j", R"j(For example "rules": [{"name": "visits", "on": "visit", "points": 1}].)j"},
    {R"j({"rules":null})j", Trouble::syntax, R"j(rules: expected an array)j", R"j(For example "rules": [{"name": "visits", "on": "visit", "points": 1}].)j"},
    {R"j({"rules":[1]})j", Trouble::syntax, R"j(rules[0]: expected an object)j", R"j(For example "rules": [{"name": "visits", "on": "visit", "points": 1}].)j"},
    {R"j({"rules":[[]]})j", Trouble::syntax, R"j(rules[0]: expected an object)j", R"j(For example "rules": [{"name": "visits", "on": "visit", "points": 1}].)j"},
    {R"j({"rule":[]})j", Trouble::syntax, R"j(rule: unknown key)j", R"j(Did you mean "rules"?)j"},
    {R"j({"rules":[],"stagse":[]})j", Trouble::syntax, R"j(stagse: unknown key)j", R"j(Did you mean "stages"?)j"},
    {R"j({"rules":[],"completely":1})j", Trouble::syntax, R"j(completely: unknown key)j",
     R"j(Allowed here: name, description, timezone, score, dimensions, groups, exclude, rules, stages, labels, probability.)j"},
    {R"j({"rules":[],"rules":[]})j", Trouble::syntax, R"j(rules: repeated key)j"},
    {R"j({"rules":[],"na\u006de":"a","name":"b"})j", Trouble::syntax, R"j(name: repeated key)j"},
    {R"j({"rules":[{"name":"a","if":{"x":1,"x":2},"points":1}]})j", Trouble::syntax, R"j(rules[0].if.x ("a"): repeated key)j"},
    {R"j({"rules":[],"groups":{"web site":{},"web site":{}}})j", Trouble::syntax, R"j(groups."web site": repeated key)j"},
    {R"j({"name":"a\u0000b","rules":[]})j", Trouble::nul_character, R"j(name: \u0000 cannot be stored as text)j"},
    {R"j({"rules":[],"groups":{"a\u0000":{}}})j", Trouble::nul_character,
     R"j(groups."a\u0000": \u0000 cannot be stored as text)j"},
    {R"j({"rules":[{"name":"a","if":{"x":["b","\u0000"]},"points":1}]})j", Trouble::nul_character,
     R"j(rules[0].if.x[1] ("a"): \u0000 cannot be stored as text)j"},
    {R"j({"rules":[],"name":1})j", Trouble::syntax, R"j(name: expected a string)j"},
    {R"j({"rules":[],"description":null})j", Trouble::syntax, R"j(description: expected a string)j"},
    {R"j({"rules":[],"timezone":1})j", Trouble::syntax, R"j(timezone: expected a string)j"},
    {R"j({"rules":[],"timezone":"Mars/Base"})j", Trouble::value, R"j(timezone: unknown time zone)j", R"j(A name as in pg_timezone_names, such as "Europe/Berlin" or "America/New_York".)j"},
    {R"j({"rules":[],"timezone":""})j", Trouble::value, R"j(timezone: must not be empty)j"},
    {R"j({"rules":[],"score":[]})j", Trouble::syntax, R"j(score: expected an object)j"},
    {R"j({"rules":[],"score":{"min":"0"}})j", Trouble::syntax, R"j(score.min: expected a number)j"},
    {R"j({"rules":[],"score":{"min":2,"max":1}})j", Trouble::value, R"j(score: "min" is greater than "max")j"},
    {R"j({"rules":[],"score":{"decimals":7}})j", Trouble::value, R"j(score.decimals: must be a whole number between 0 and 6)j"},
    {R"j({"rules":[],"score":{"decimals":1.5}})j", Trouble::value, R"j(score.decimals: must be a whole number between 0 and 6)j"},
    {R"j({"rules":[],"score":{"decimals":"2"}})j", Trouble::syntax, R"j(score.decimals: expected a number)j"},
    {R"j({"rules":[],"dimensions":[]})j", Trouble::syntax, R"j(dimensions: expected an object)j", R"j(For example "dimensions": {"fit": {"max": 50}}.)j"},
    {R"j({"rules":[],"dimensions":{"fit":{"wieght":1}}})j", Trouble::syntax, R"j(dimensions.fit.wieght: unknown key)j",
     R"j(Did you mean "weight"?)j"},
    {R"j({"rules":[],"dimensions":{"fit":{"min":1,"max":0.5}}})j", Trouble::value,
     R"j(dimensions.fit: "min" is greater than "max")j"},
    {R"j({"rules":[],"dimensions":{"score":{}}})j", Trouble::value, R"j(dimensions.score: no dimension may be called "score")j"},
    {R"j({"rules":[],"dimensions":{"probability":{}}})j", Trouble::value,
     R"j(dimensions.probability: no dimension may be called "probability")j"},
    {R"j({"rules":[],"dimensions":{"":{}}})j", Trouble::value, R"j(dimensions."": must not be empty)j"},
    {R"j({"rules":[],"dimensions":{"fit":{"weight":1e10}}})j", Trouble::value,
     R"j(dimensions.fit.weight: must be between -1000000000 and 1000000000)j"},
    {R"j({"rules":[],"groups":{"g":{"dimension":"score"}}})j", Trouble::value,
     R"j(groups.g.dimension: no dimension may be called "score")j"},
    {R"j({"rules":[],"groups":{"g":{"take":"avg"}}})j", Trouble::value, R"j(groups.g.take: expected "sum", "max" or "min")j"},
    {R"j({"rules":[],"groups":{"g":{"take":1}}})j", Trouble::syntax, R"j(groups.g.take: expected a string)j"},
    {R"j({"rules":[],"dimensions":{"fit":{}},"groups":{"g":{"dimension":"fti"}}})j", Trouble::value,
     R"j(groups.g.dimension: there is no dimension "fti")j", R"j(Did you mean "fit"?)j"},
    {R"j({"rules":[],"dimensions":{"fit":{}},"groups":{"g":{}}})j", Trouble::value,
     R"j(groups.g.dimension: there is no dimension "engagement")j",
     R"j(It is the default here; name one of the dimensions of the document.)j"},
    {R"j({"rules":[],"groups":{"g g":{"max":true}}})j", Trouble::syntax, R"j(groups."g g".max: expected a number)j"},
    {R"j({"rules":[],"exclude":{}})j", Trouble::syntax, R"j(exclude: expected an array)j", R"j(For example "exclude": [{"name": "customers", "if": {"status": "customer"}}].)j"},
    {R"j({"rules":[],"exclude":[{"if":{}}]})j", Trouble::value, R"j(exclude[0]: the key "name" is missing)j"},
    {R"j({"rules":[],"exclude":[{"name":"x"}]})j", Trouble::value, R"j(exclude[0] ("x"): the key "if" is missing)j"},
    {R"j({"rules":[],"exclude":[{"name":"x","if":{}},{"name":"x","if":{}}]})j", Trouble::value,
     R"j(exclude[1].name: the name "x" is taken)j"},
    {R"j({"rules":[],"exclude":[{"name":"x","if":[]}]})j", Trouble::syntax, R"j(exclude[0].if ("x"): expected an object)j", R"j(For example "if": {"country": "DE"}.)j"},
    {R"j({"rules":[{"if":{},"points":1}]})j", Trouble::value, R"j(rules[0]: the key "name" is missing)j"},
    {R"j({"rules":[{"name":"","if":{},"points":1}]})j", Trouble::value, R"j(rules[0].name: must not be empty)j"},
    {R"j({"rules":[{"name":5,"if":{},"points":1}]})j", Trouble::syntax, R"j(rules[0].name: expected a string)j"},
    {R"j({"rules":[{"name":"a"}]})j", Trouble::value, R"j(rules[0] ("a"): needs "if" and "points", or "attribute", or "on")j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1},{"name":"b","if":{},"points":1},{"name":"a","on":"e","points":1}]})j",
     Trouble::value, R"j(rules[2].name: the name "a" is taken)j"},
    {R"j({"rules":[{"name":"a","if":{},"pionts":1}]})j", Trouble::syntax, R"j(rules[0].pionts ("a"): unknown key)j",
     R"j(Did you mean "points"?)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":"1"}]})j", Trouble::syntax, R"j(rules[0].points ("a"): expected a number)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":null}]})j", Trouble::syntax, R"j(rules[0].points ("a"): expected a number)j"},
    {R"j({"rules":[{"name":"a","if":{}}]})j", Trouble::value, R"j(rules[0] ("a"): the key "points" is missing)j"},
    {R"j({"rules":[{"name":"a","points":1}]})j", Trouble::value, R"j(rules[0] ("a"): the key "if" is missing)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1e9,"enabled":1}]})j", Trouble::syntax,
     R"j(rules[0].enabled ("a"): expected true or false)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1000000001}]})j", Trouble::value,
     R"j(rules[0].points ("a"): must be between -1000000000 and 1000000000)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":0.0000001}]})j", Trouble::value,
     R"j(rules[0].points ("a"): more than 6 decimal places)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1e400}]})j", Trouble::value, R"j(rules[0].points ("a"): number out of range)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1e-400}]})j", Trouble::value, R"j(rules[0].points ("a"): number out of range)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":99999999999999999999999999}]})j", Trouble::value,
     R"j(rules[0].points ("a"): must be between -1000000000 and 1000000000)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1,"min":3,"max":2}]})j", Trouble::value,
     R"j(rules[0] ("a"): "min" is greater than "max")j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1,"group":"g"}]})j", Trouble::value,
     R"j(rules[0].group ("a"): there is no group "g")j", R"j(The document has no groups.)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1,"group":""}]})j", Trouble::value,
     R"j(rules[0].group ("a"): must not be empty)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1,"dimension":"score"}]})j", Trouble::value,
     R"j(rules[0].dimension ("a"): no dimension may be called "score")j"},
    {R"j({"groups":{"g":{}},"rules":[{"name":"a","on":"e","points":1,"group":"g","dimension":"fit"}]})j", Trouble::value,
     R"j(rules[0].dimension ("a"): the group "g" belongs to the dimension "engagement")j"},
    {R"j({"dimensions":{"engagement":{}},"rules":[{"name":"a","if":{},"points":1}]})j", Trouble::value,
     R"j(rules[0].dimension ("a"): there is no dimension "fit")j",
     R"j(It is the default here; name one of the dimensions of the document.)j"},
    {R"j({"dimensions":{},"rules":[{"name":"a","on":"e","points":1,"dimension":"fit"}]})j", Trouble::value,
     R"j(rules[0].dimension ("a"): there is no dimension "fit")j", R"j(The document has no dimensions.)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1,"within":"1 day"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): allowed in rules on events only (with "on"))j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1,"measure":"hits"}]})j", Trouble::value,
     R"j(rules[0].measure ("a"): allowed in rules on events only (with "on"))j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1,"decay":{"linear":"1 day"}}]})j", Trouble::value,
     R"j(rules[0].decay ("a"): allowed in rules on events only (with "on"))j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1,"missing":0}]})j", Trouble::value,
     R"j(rules[0].missing ("a"): allowed beside "attribute" only)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1,"bands":[]}]})j", Trouble::value,
     R"j(rules[0].bands ("a"): allowed beside "attribute" only)j"},
    {R"j({"rules":[{"name":"a","if":{},"points":1,"values":{}}]})j", Trouble::value,
     R"j(rules[0].values ("a"): allowed beside "attribute" only)j"},
    {R"j({"rules":[{"name":"a","attribute":"n"}]})j", Trouble::value,
     R"j(rules[0] ("a"): "attribute" needs "bands" or "values")j"},
    {R"j({"rules":[{"name":"a","attribute":"n","points":1}]})j", Trouble::value,
     R"j(rules[0].points ("a"): not allowed beside "attribute")j",
     R"j(Leave out "attribute" and name the field in "if", as in {"country": "US"}; or give it "bands" or "values".)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[{"points":1}],"if":{}}]})j", Trouble::value,
     R"j(rules[0].if ("a"): not allowed beside "attribute")j",
     R"j(Leave out "attribute" and name its field in "if", or make two rules of it.)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[{"points":1}],"values":{}}]})j", Trouble::value,
     R"j(rules[0].values ("a"): not allowed beside "bands")j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[{"points":1}],"otherwise":1}]})j", Trouble::value,
     R"j(rules[0].otherwise ("a"): allowed beside "values" only)j"},
    {R"j({"rules":[{"name":"a","attribute":"","values":{}}]})j", Trouble::value,
     R"j(rules[0].attribute ("a"): must not be empty)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","values":[]}]})j", Trouble::syntax,
     R"j(rules[0].values ("a"): expected an object)j", R"j(Each value has points of its own: "values": {"US": 5}.)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","values":{"big corp":"x"}}]})j", Trouble::syntax,
     R"j(rules[0].values."big corp" ("a"): expected a number)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","values":{},"limit":1}]})j", Trouble::value,
     R"j(rules[0].limit ("a"): allowed in rules on events only (with "on"))j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":{}}]})j", Trouble::syntax, R"j(rules[0].bands ("a"): expected an array)j", R"j(For example "bands": [{"points": 0}, {"from": 50, "points": 10}].)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[]}]})j", Trouble::value, R"j(rules[0].bands ("a"): must not be empty)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[1]}]})j", Trouble::syntax,
     R"j(rules[0].bands[0] ("a"): expected an object)j", R"j(For example "bands": [{"points": 0}, {"from": 50, "points": 10}].)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[{"from":1}]}]})j", Trouble::value,
     R"j(rules[0].bands[0] ("a"): the key "points" is missing)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[{"points":1},{"points":2}]}]})j", Trouble::value,
     R"j(rules[0].bands[1] ("a"): only the first may have no "from")j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[{"from":1,"points":1},{"from":1.0,"points":2}]}]})j", Trouble::value,
     R"j(rules[0].bands[1].from ("a"): must be greater than the one before)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[{"from":2,"points":1},{"from":1,"points":2}]}]})j", Trouble::value,
     R"j(rules[0].bands[1].from ("a"): must be greater than the one before)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[{"points":0},{"from":"1","points":2}]}]})j", Trouble::syntax,
     R"j(rules[0].bands[1].from ("a"): expected a number)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[{"from":1000000000000001,"points":1}]}]})j", Trouble::value,
     R"j(rules[0].bands[0].from ("a"): must be between -1000000000000000 and 1000000000000000)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[{"from":0.1234567,"points":1}]}]})j", Trouble::value,
     R"j(rules[0].bands[0].from ("a"): more than 6 decimal places)j"},
    {R"j({"rules":[{"name":"a","attribute":"n","bands":[{"to":1,"points":1}]}]})j", Trouble::syntax,
     R"j(rules[0].bands[0].to ("a"): unknown key)j", R"j(Allowed here: from, points.)j"},
    {R"j({"rules":[{"name":"a","on":[],"points":1}]})j", Trouble::value, R"j(rules[0].on ("a"): must name at least one kind)j",
     R"j("*" stands for every kind.)j"},
    {R"j({"rules":[{"name":"a","on":1,"points":1}]})j", Trouble::syntax,
     R"j(rules[0].on ("a"): expected a string or an array of strings)j"},
    {R"j({"rules":[{"name":"a","on":["a",1],"points":1}]})j", Trouble::syntax, R"j(rules[0].on[1] ("a"): expected a string)j"},
    {R"j({"rules":[{"name":"a","on":"","points":1}]})j", Trouble::value, R"j(rules[0].on ("a"): must not be empty)j"},
    {R"j({"rules":[{"name":"a","on":"e"}]})j", Trouble::value, R"j(rules[0] ("a"): needs "points" or "bands")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"bands":[{"points":1}]}]})j", Trouble::value,
     R"j(rules[0].points ("a"): not allowed beside "bands")j"},
    {R"j({"rules":[{"name":"a","on":"e","bands":[{"points":1}],"decay":{"linear":"1 day"}}]})j", Trouble::value,
     R"j(rules[0].decay ("a"): not allowed beside "bands")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"missing":1}]})j", Trouble::value,
     R"j(rules[0].missing ("a"): allowed beside "bands" only)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"otherwise":1}]})j", Trouble::value,
     R"j(rules[0].otherwise ("a"): not allowed in rules on events (with "on"))j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"values":{}}]})j", Trouble::value,
     R"j(rules[0].values ("a"): not allowed in rules on events (with "on"))j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"attribute":"x"}]})j", Trouble::value,
     R"j(rules[0].attribute ("a"): not allowed in rules on events (with "on"))j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"within":7}]})j", Trouble::syntax,
     R"j(rules[0].within ("a"): expected a duration such as "14 days")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"within":"7"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): expected a duration such as "14 days")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"within":"7days"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): expected a duration such as "14 days")j",
     R"j(Write "7 days": a whole number, one blank, and the unit in lower case.)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"within":"seven days"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): expected a duration such as "14 days")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"within":"7 fortnights"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): unknown unit of time)j",
     R"j(Units are hours, days, weeks, months (of 30 days) and years (of 365 days).)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"within":"0 days"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): must be at least 1)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"within":"-1 days"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): expected a duration such as "14 days")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"within":"1000001 days"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): longer than 1000000 days)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"within":"24000001 hours"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): longer than 1000000 days)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"within":"99999999999999999999999 years"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): longer than 1000000 days)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"within":"1.5 days"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): expected a duration such as "14 days")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"burst":0}]})j", Trouble::value,
     R"j(rules[0].burst ("a"): must be a whole number between 1 and 1000000000)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"limit":1.5}]})j", Trouble::value,
     R"j(rules[0].limit ("a"): must be a whole number between 1 and 1000000000)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"limit":1000000001}]})j", Trouble::value,
     R"j(rules[0].limit ("a"): must be a whole number between 1 and 1000000000)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"limit":"1"}]})j", Trouble::syntax,
     R"j(rules[0].limit ("a"): expected a number)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"at_most":1}]})j", Trouble::syntax,
     R"j(rules[0].at_most ("a"): expected an object)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"at_most":{"hits":1}}]})j", Trouble::value,
     R"j(rules[0].at_most ("a"): the key "per" is missing)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"at_most":{"per":"1 day"}}]})j", Trouble::value,
     R"j(rules[0].at_most ("a"): the key "hits" is missing)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"at_most":{"hits":0,"per":"1 day"}}]})j", Trouble::value,
     R"j(rules[0].at_most.hits ("a"): must be a whole number between 1 and 1000000000)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"at_most":{"hit":1,"per":"1 day"}}]})j", Trouble::syntax,
     R"j(rules[0].at_most.hit ("a"): unknown key)j", R"j(Did you mean "hits"?)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":"sum"}]})j", Trouble::value, R"j(rules[0].measure ("a"): of what?)j",
     R"j(Write {"sum": …}.)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":"hist"}]})j", Trouble::value,
     R"j(rules[0].measure ("a"): unknown measure)j", R"j(Did you mean "hits"?)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":1}]})j", Trouble::syntax,
     R"j(rules[0].measure ("a"): expected a string or an object)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":{}}]})j", Trouble::value,
     R"j(rules[0].measure ("a"): needs one of "sum", "distinct" and "ratio_to")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":{"sum":"a","distinct":"b"}}]})j", Trouble::value,
     R"j(rules[0].measure ("a"): needs one of "sum", "distinct" and "ratio_to")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":{"sum":1}}]})j", Trouble::syntax,
     R"j(rules[0].measure.sum ("a"): expected a string)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":{"avg":"x"}}]})j", Trouble::syntax,
     R"j(rules[0].measure.avg ("a"): unknown key)j", R"j(Allowed here: sum, distinct, ratio_to.)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":{"sum":"x"},"limit":1}]})j", Trouble::value,
     R"j(rules[0].limit ("a"): not allowed with the measure "sum")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":{"sum":"x"},"at_most":{"hits":1,"per":"1 day"}}]})j", Trouble::value,
     R"j(rules[0].at_most ("a"): not allowed with the measure "sum")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":{"distinct":"x"},"burst":2}]})j", Trouble::value,
     R"j(rules[0].burst ("a"): not allowed with the measure "distinct")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":{"sum":"x"},"burst":2}]})j", Trouble::value,
     R"j(rules[0].burst ("a"): not allowed with the measure "sum")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":"idle"}]})j", Trouble::value,
     R"j(rules[0].points ("a"): not allowed with the measure "idle")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"measure":{"ratio_to":"s"}}]})j", Trouble::value,
     R"j(rules[0].points ("a"): not allowed with the measure "ratio_to")j"},
    {R"j({"rules":[{"name":"a","on":"e","measure":"idle"}]})j", Trouble::value,
     R"j(rules[0] ("a"): this measure needs "bands")j"},
    {R"j({"rules":[{"name":"a","on":"e","measure":"idle","bands":[{"points":1}],"within":"1 day"}]})j", Trouble::value,
     R"j(rules[0].within ("a"): not allowed with the measure "idle")j"},
    {R"j({"rules":[{"name":"a","on":"e","measure":{"ratio_to":"x"},"bands":[{"points":1}],"limit":3}]})j", Trouble::value,
     R"j(rules[0].limit ("a"): not allowed with the measure "ratio_to")j"},
    {R"j({"rules":[{"name":"a","on":"e","measure":{"ratio_to":[]},"bands":[{"points":1}]}]})j", Trouble::value,
     R"j(rules[0].measure.ratio_to ("a"): must name at least one kind)j", R"j("*" stands for every kind.)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"decay":{}}]})j", Trouble::value,
     R"j(rules[0].decay ("a"): needs one of "half_life", "linear" and "every")j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"decay":"14 days"}]})j", Trouble::syntax,
     R"j(rules[0].decay ("a"): expected an object)j",
     R"j(For example {"half_life": "30 days"}, or {"every": "30 days", "lose": 0.25}.)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"decay":{"half_life":"14 days","linear":"1 day"}}]})j", Trouble::value,
     R"j(rules[0].decay.linear ("a"): only one of "half_life", "linear" and "every" is allowed)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"decay":{"half_life":"14 days","lose":1}}]})j", Trouble::value,
     R"j(rules[0].decay.lose ("a"): allowed beside "every" only)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"decay":{"every":"14 days"}}]})j", Trouble::value,
     R"j(rules[0].decay ("a"): the key "lose" is missing)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"decay":{"every":"14 days","lose":0}}]})j", Trouble::value,
     R"j(rules[0].decay.lose ("a"): must be greater than 0 and at most 1)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"decay":{"every":"14 days","lose":1.01}}]})j", Trouble::value,
     R"j(rules[0].decay.lose ("a"): must be greater than 0 and at most 1)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"decay":{"halflife":"14 days"}}]})j", Trouble::syntax,
     R"j(rules[0].decay.halflife ("a"): unknown key)j", R"j(Did you mean "half_life"?)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":[]}]})j", Trouble::syntax, R"j(rules[0].if ("a"): expected an object)j", R"j(For example "if": {"country": "DE"}.)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"all":{}}}]})j", Trouble::syntax,
     R"j(rules[0].if.all ("a"): expected an array)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"any":[1]}}]})j", Trouble::syntax,
     R"j(rules[0].if.any[0] ("a"): expected an object)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"not":[]}}]})j", Trouble::syntax,
     R"j(rules[0].if.not ("a"): expected an object)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"":1}}]})j", Trouble::value, R"j(rules[0].if."" ("a"): must not be empty)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{}}}]})j", Trouble::value,
     R"j(rules[0].if.x ("a"): a test needs an operator)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":[]}}]})j", Trouble::value, R"j(rules[0].if.x ("a"): must not be empty)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":[null]}}]})j", Trouble::syntax,
     R"j(rules[0].if.x[0] ("a"): expected a string, a number, true or false)j",
     R"j({"exists": false} tests for a missing field.)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":[[1]]}}]})j", Trouble::syntax,
     R"j(rules[0].if.x[0] ("a"): expected a string, a number, true or false)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"start_with":"a"}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x.start_with ("a"): unknown operator)j", R"j(Did you mean "starts_with"?)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"job title":{"industry":"a"}}}]})j", Trouble::syntax,
     R"j(rules[0].if."job title".industry ("a"): unknown operator)j",
     R"j(Allowed here: =, !=, <, <=, >, >=, in, not_in, between, starts_with, ends_with, contains, like, ilike, matches, exists, within_last, older_than, within_next.)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"job title":{"=":null}}}]})j", Trouble::syntax,
     R"j(rules[0].if."job title"."=" ("a"): expected a string, a number, true or false)j",
     R"j(Write {"exists": false} for a field that is missing or null.)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"address":{"city":{"=":"a"}}}}]})j", Trouble::syntax,
     R"j(rules[0].if.address.city ("a"): unknown operator)j",
     R"j(A key inside jsonb is named with a dot, as in "address.city".)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"=":[1]}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x."=" ("a"): expected a string, a number, true or false)j",
     R"j(A list goes with "in", or stands alone as the test: {"field": [values]}.)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"<":true}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x."<" ("a"): expected a number or a string)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"in":[]}}}]})j", Trouble::value,
     R"j(rules[0].if.x.in ("a"): must not be empty)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"in":"a"}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x.in ("a"): expected an array)j", R"j(A single value goes with "=" or "!=".)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"not_in":[{}]}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x.not_in[0] ("a"): expected a string, a number, true or false)j",
     R"j(A list holds values; conditions are joined with "all" or "any".)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"between":[1]}}}]})j", Trouble::value,
     R"j(rules[0].if.x.between ("a"): expected two values, the lowest and the highest)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"between":[1,"a"]}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x.between ("a"): expected two numbers or two strings)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"between":[false,true]}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x.between[0] ("a"): expected a number or a string)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"between":1}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x.between ("a"): expected an array)j", R"j(For example "between": [10, 20].)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"starts_with":1}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x.starts_with ("a"): expected a string)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"like":"a\\"}}}]})j", Trouble::like_escape,
     R"j(rules[0].if.x.like ("a"): a pattern must not end with a lone backslash)j",
     R"j(Write two of them for a backslash itself.)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"ilike":"\\\\\\"}}}]})j", Trouble::like_escape,
     R"j(rules[0].if.x.ilike ("a"): a pattern must not end with a lone backslash)j",
     R"j(Write two of them for a backslash itself.)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"matches":"("}}}]})j", Trouble::regex,
     R"j(rules[0].if.x.matches ("a"): invalid regular expression)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"matches":1}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x.matches ("a"): expected a string)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"exists":"yes"}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x.exists ("a"): expected true or false)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"within_last":7}}}]})j", Trouble::syntax,
     R"j(rules[0].if.x.within_last ("a"): expected a duration such as "14 days")j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"older_than":"7 moons"}}}]})j", Trouble::value,
     R"j(rules[0].if.x.older_than ("a"): unknown unit of time)j",
     R"j(Units are hours, days, weeks, months (of 30 days) and years (of 365 days).)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"any":[{"a.b":1},{"a.b":{"older_than":"x"}}]}}]})j", Trouble::value,
     R"j(rules[0].if.any[1]."a.b".older_than ("a"): expected a duration such as "14 days")j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":1e999}}]})j", Trouble::value,
     R"j(rules[0].if.x ("a"): number out of range)j"},
    {R"j({"rules":[{"name":"a","points":1,"if":{"x":{"in":[1,1e-999]}}}]})j", Trouble::value,
     R"j(rules[0].if.x.in[1] ("a"): number out of range)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"if":{"at":{"within_last":"1 day"}}}]})j", Trouble::value,
     R"j(rules[0].if.at.within_last ("a"): allowed in conditions on attributes only)j"},
    {R"j({"rules":[{"name":"a","on":"e","points":1,"if":{"not":{"at":{"within_next":"1 day"}}}}]})j", Trouble::value,
     R"j(rules[0].if.not.at.within_next ("a"): allowed in conditions on attributes only)j"},
    {R"j({"rules":[],"stages":{}})j", Trouble::syntax, R"j(stages: expected an array)j", R"j(For example "stages": [{"name": "cold"}, {"name": "hot", "from": 60}].)j"},
    {R"j({"rules":[],"stages":[{}]})j", Trouble::value, R"j(stages[0]: the key "name" is missing)j"},
    {R"j({"rules":[],"stages":[{"name":"excluded"}]})j", Trouble::value,
     R"j(stages[0].name: this name is kept for excluded leads)j"},
    {R"j({"rules":[],"stages":[{"name":"a","from":1}]})j", Trouble::value, R"j(stages[0].from ("a"): the first has no "from")j",
     R"j(The lowest stands first and takes all that is below the "from" of the second.)j"},
    {R"j({"rules":[],"stages":[{"name":"a","needs":{}}]})j", Trouble::value,
     R"j(stages[0].needs ("a"): the first has no "needs")j"},
    {R"j({"rules":[],"stages":[{"name":"a"},{"name":"b"}]})j", Trouble::value, R"j(stages[1] ("b"): the key "from" is missing)j"},
    {R"j({"rules":[],"stages":[{"name":"a"},{"name":"a","from":1}]})j", Trouble::value,
     R"j(stages[1].name: the name "a" is taken)j"},
    {R"j({"rules":[],"stages":[{"name":"a"},{"name":"b","from":1},{"name":"c","from":1}]})j", Trouble::value,
     R"j(stages[2].from ("c"): must be greater than the one before)j"},
    {R"j({"rules":[],"stages":[{"name":"a"},{"name":"b","from":1,"needs":{"ftt":1}}]})j", Trouble::value,
     R"j(stages[1].needs.ftt ("b"): there is no dimension "ftt")j", R"j(Did you mean "fit"?)j"},
    {R"j({"rules":[],"stages":[{"name":"a"},{"name":"b","from":1,"keep":-1}]})j", Trouble::value,
     R"j(stages[1].keep ("b"): must not be negative)j"},
    {R"j({"rules":[],"stages":[{"name":"a","sticky":"yes"}]})j", Trouble::syntax,
     R"j(stages[0].sticky ("a"): expected true or false)j"},
    {R"j({"rules":[],"stages":[{"name":"a","qualification":1}]})j", Trouble::syntax,
     R"j(stages[0].qualification ("a"): expected a string)j"},
    {R"j({"rules":[],"labels":[]})j", Trouble::syntax, R"j(labels: expected an object)j", R"j(For example "labels": {"grade": {"of": "fit", "levels": [{"name": "B"}, {"name": "A", "from": 50}]}}.)j"},
    {R"j({"rules":[],"labels":{"g":{"levels":[{"name":"a"}]}}})j", Trouble::value, R"j(labels.g: the key "of" is missing)j"},
    {R"j({"rules":[],"labels":{"g":{"of":"fit"}}})j", Trouble::value, R"j(labels.g: the key "levels" is missing)j"},
    {R"j({"rules":[],"labels":{"g":{"of":"fit","levels":[]}}})j", Trouble::value, R"j(labels.g.levels: must not be empty)j"},
    {R"j({"rules":[],"labels":{"g":{"of":"fitt","levels":[{"name":"a"}]}}})j", Trouble::value,
     R"j(labels.g.of: there is no dimension "fitt")j", R"j(Did you mean "fit"?)j"},
    {R"j({"rules":[],"labels":{"g":{"of":"probability","levels":[{"name":"a"}]}}})j", Trouble::value,
     R"j(labels.g.of: the document has no "probability")j"},
    {R"j({"rules":[],"labels":{"g":{"of":"score","levels":[{"name":"a"},{"name":"a","from":1}]}}})j", Trouble::value,
     R"j(labels.g.levels[1].name: the name "a" is taken)j"},
    {R"j({"rules":[],"labels":{"g":{"of":"score","levels":[{"name":"a","from":1}]}}})j", Trouble::value,
     R"j(labels.g.levels[0].from: the first has no "from")j",
     R"j(The lowest stands first and takes all that is below the "from" of the second.)j"},
    {R"j({"rules":[],"labels":{"g":{"of":"score","levels":[{"name":"a","need":{}}]}}})j", Trouble::syntax,
     R"j(labels.g.levels[0].need: unknown key)j", R"j(Allowed here: name, from.)j"},
    {R"j({"rules":[],"probability":{"slope":1}})j", Trouble::value, R"j(probability: the key "intercept" is missing)j"},
    {R"j({"rules":[],"probability":{"intercept":1}})j", Trouble::value, R"j(probability: the key "slope" is missing)j"},
    {R"j({"rules":[],"probability":{"intercept":"1","slope":1}})j", Trouble::syntax,
     R"j(probability.intercept: expected a number)j"},
    {R"j({"rules":[],"probability":{"intercept":1,"slope":1,"horizon":90}})j", Trouble::syntax,
     R"j(probability.horizon: expected a duration such as "14 days")j"},
    {R"j({"rules":[],"probability":{"intercept":1,"slope":1e309}})j", Trouble::value,
     R"j(probability.slope: number out of range)j"},
};

class BadDocuments : public testing::TestWithParam<BadDocument> {};

Problem problem_of(const std::string &json) {
    TestHost host;
    try {
        read_rules(json, host);
    } catch (const Problem &problem) {
        return problem;
    }
    ADD_FAILURE() << "was accepted: " << json.substr(0, 200);
    return Problem(Trouble::host, "", "");
}

TEST_P(BadDocuments, AreNamedWhereTheyStand) {
    const Problem problem = problem_of(GetParam().json);
    EXPECT_STREQ(problem.what(), GetParam().message);
    EXPECT_EQ(problem.hint(), GetParam().hint);
    EXPECT_EQ(static_cast<int>(problem.trouble()), static_cast<int>(GetParam().trouble));
}

INSTANTIATE_TEST_SUITE_P(All, BadDocuments, testing::ValuesIn(bad_documents));

std::string repeat(const std::string &text, size_t times) {
    std::string out;
    for (size_t i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

// `count` small rules, each with more text after its name.
std::string many_rules(size_t count, const std::string &more) {
    std::string json = "{\"rules\":[";
    for (size_t i = 0; i < count; ++i) {
        json += (i > 0 ? ",{\"name\":\"r" : "{\"name\":\"r") + std::to_string(i) + "\"," + more + "}";
    }
    return json + "]}";
}

TEST(ReadRules, RefusesBytesThatAreNoText) {
    const char *const not_utf8[] = {"\x80", "\xC0\xAF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"};
    for (const char *bytes : not_utf8) {
        const Problem problem = problem_of(std::string("{\"name\":\"") + bytes + "\",\"rules\":[]}");
        EXPECT_STREQ(problem.what(), "not valid UTF-8 at byte 10");
        EXPECT_EQ(problem.trouble(), Trouble::syntax);
    }
    EXPECT_STREQ(problem_of(std::string("{\"rules\":[]}\0x", 14)).what(), "not valid JSON at line 1, column 13: a zero byte");
    EXPECT_STREQ(problem_of("\xEF\xBB\xBF{\"rules\":[]}").what(), "not valid JSON at line 1, column 1: a byte order mark");
}

TEST(ReadRules, TakesAnyUnicode) {
    TestHost host;
    const std::string name = "é€\U0001F600\u00A0\x7F";
    EXPECT_EQ(read_rules("{\"name\":\"" + name + "\",\"rules\":[]}", host).name, name);
    EXPECT_EQ(read_rules("{\"name\":\"\\ud83d\\ude00\",\"rules\":[]}", host).name, "\U0001F600");
}

TEST(ReadRules, NestsNoDeeperThanTheLimit) {
    TestHost host;
    // Document, list, rule and condition are the first four levels.
    const auto nested = [](size_t levels) {
        return "{\"rules\":[{\"name\":\"a\",\"points\":1,\"if\":{" + repeat("\"not\":{", levels) + repeat("}", levels) + "}}]}";
    };
    EXPECT_EQ(read_rules(nested(28), host).rules.size(), 1u);
    const Problem problem = problem_of(nested(29));
    EXPECT_EQ(std::string(problem.what()), "rules[0].if" + repeat(".not", 29) + " (\"a\"): nested deeper than 32 levels");
    EXPECT_EQ(problem.trouble(), Trouble::limit);
    EXPECT_EQ(problem_of(repeat("[", 1000000)).trouble(), Trouble::limit);
    EXPECT_EQ(problem_of(repeat("{\"a\":", 200000)).trouble(), Trouble::limit);
}

TEST(ReadRules, IsNoLargerThanTheLimit) {
    TestHost host;
    const std::string empty = "{\"rules\":[]}";
    EXPECT_NO_THROW(read_rules(empty + std::string(most_document_bytes - empty.size(), ' '), host));
    const Problem problem = problem_of(empty + std::string(most_document_bytes - empty.size() + 1, ' '));
    EXPECT_STREQ(problem.what(), "the document is larger than 1048576 bytes");
    EXPECT_EQ(problem.trouble(), Trouble::limit);
}

TEST(ReadRules, RefusesWhatWouldNotFitWhenWritten) {
    std::string json = "{\"rules\":[{\"name\":\"a\",\"attribute\":\"n\",\"values\":{\"0\":0";
    for (int i = 1; i < 60000; ++i) {
        json += ",\"" + std::to_string(i) + "\":1e9";
    }
    const Problem problem = problem_of(json + "}}]}");
    EXPECT_STREQ(problem.what(), "the canonical text of the document is larger than 1048576 bytes");
    EXPECT_EQ(problem.trouble(), Trouble::limit);
}

TEST(ReadRules, TakesSoManyRulesAndNoMore) {
    TestHost host;
    EXPECT_EQ(read_rules(many_rules(most_rules, "\"on\":\"e\",\"points\":1"), host).rules.size(), most_rules);
    const Problem problem = problem_of(many_rules(most_rules + 1, "\"on\":\"e\",\"points\":1"));
    EXPECT_STREQ(problem.what(), "rules: more than 4096 rules");
    EXPECT_EQ(problem.trouble(), Trouble::limit);
}

TEST(ReadRules, LimitsNames) {
    TestHost host;
    const std::string longest(most_name_bytes, 'x');
    const std::string longer = longest + "x";
    const auto with = [](const std::string &name, const std::string &kind, const std::string &field) {
        return "{\"rules\":[{\"name\":\"" + name + "\",\"on\":\"" + kind + "\",\"points\":1,\"if\":{\"" + field + "\":1}}]}";
    };
    EXPECT_NO_THROW(read_rules(with(longest, longest, longest), host));
    EXPECT_STREQ(problem_of(with(longer, "e", "x")).what(), "rules[0].name: longer than 1024 bytes");
    EXPECT_STREQ(problem_of(with("a", longer, "x")).what(), "rules[0].on (\"a\"): longer than 1024 bytes");
    const Problem problem = problem_of(with("a", "e", longer));
    // A long key is cut in the message.
    EXPECT_EQ(std::string(problem.what()), "rules[0].if.\"" + longer.substr(0, 200) + "…\" (\"a\"): longer than 1024 bytes");
    EXPECT_EQ(problem.trouble(), Trouble::limit);
}

TEST(ReadRules, CutsLongKeysBetweenCharacters) {
    const Problem problem = problem_of("{\"x" + repeat("é", 500) + "\":1}");
    EXPECT_EQ(std::string(problem.what()), "\"x" + repeat("é", 99) + "…\": unknown key");
}

TEST(ReadRules, FillsInDefaults) {
    TestHost host;
    const Rules rules = read_rules(R"({"groups":{"g":{"dimension":"reach"}},"rules":[
        {"name":"a","if":{},"points":1},
        {"name":"b","on":["x","*","y"],"points":2,"if":{}},
        {"name":"c","on":["y","x","y"],"points":2,"group":"g","dimension":"reach"},
        {"name":"d","on":"z","points":2,"dimension":"mood","within":"3 weeks","at_most":{"hits":2,"per":"6 hours"}}]})",
                                   host);
    EXPECT_EQ(rules.timezone, "UTC");
    EXPECT_FALSE(rules.dimensions_declared);
    ASSERT_EQ(rules.dimensions.size(), 4u);
    EXPECT_EQ(rules.dimensions[0].name, "engagement");
    EXPECT_EQ(rules.dimensions[1].name, "fit");
    EXPECT_EQ(rules.dimensions[2].name, "mood");
    EXPECT_EQ(rules.dimensions[3].name, "reach");
    EXPECT_EQ(rules.dimensions[3].weight, micro_per_unit);
    EXPECT_EQ(rules.rules[0].dimension, "fit");
    EXPECT_TRUE(rules.rules[0].has_condition);
    EXPECT_FALSE(rules.rules[0].on_events());
    EXPECT_EQ(rules.rules[1].dimension, "engagement");
    EXPECT_TRUE(rules.rules[1].on.every);
    EXPECT_TRUE(rules.rules[1].on.names.empty());
    EXPECT_FALSE(rules.rules[1].has_condition);
    EXPECT_EQ(rules.rules[2].on.names, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(rules.rules[2].dimension, "reach");
    EXPECT_FALSE(rules.rules[2].hour_ticks());
    EXPECT_TRUE(rules.rules[3].hour_ticks());
    EXPECT_EQ(rules.rules[3].within->ticks(true), 21 * 24);
}

TEST(ReadRules, AsksTheHostForTheTimeZone) {
    TestHost host;
    EXPECT_EQ(read_rules(R"({"timezone":"europe/berlin","rules":[]})", host).timezone, "Europe/Berlin");
}

TEST(ReadRules, KeepsNumbersOfConditionsExact) {
    TestHost host;
    const Rules rules = read_rules(R"({"rules":[{"name":"a","points":1,"if":{
        "x":{"in":[10,9,"b","a",true,1.50e0,0.30000000000000000000000000000000001,"a",15e-1,-0.0,1e300]}}}]})",
                                   host);
    const std::vector<Literal> &list = rules.rules[0].condition.entries[0].tests[0].operands;
    std::string text;
    for (const Literal &literal : list) {
        text += literal.text + (literal.type == Literal::Type::boolean ? "true" : "") + " ";
    }
    EXPECT_EQ(text, "a b 0 0.30000000000000000000000000000000001 1.5 9 10 1e+300 true ");
}

TEST(ReadRules, TakesTheLargestDurations) {
    TestHost host;
    for (const char *text :
         {"1 hour", "24000000 hours", "1000000 days", "142857 weeks", "33333 months", "2739 years", "1 years", "007 day"}) {
        EXPECT_NO_THROW(read_rules(R"({"rules":[{"name":"a","on":"e","points":1,"within":")" + std::string(text) + "\"}]}", host))
            << text;
    }
}

// Documents near a limit of size or count are read or refused like any other. A step that compared all their parts with each
// other would hold the run up for minutes; how long it takes otherwise is the machine's affair.
TEST(ReadRules, EndsOnDocumentsNearTheLimits) {
    TestHost host;
    const auto is_read = [&](const std::string &json) {
        EXPECT_LE(json.size(), most_document_bytes);
        try {
            write_rules(read_rules(json, host));
        } catch (const Problem &) {
            return false;
        }
        return true;
    };
    std::string numbers = "0";
    std::string keys = "\"k\":1";
    for (int i = 0; i < 70000; ++i) {
        numbers += "," + std::to_string(i * 7919 % 1000003) + "e9";
        keys += ",\"" + std::to_string(i * 7919 % 1000003) + "\":1";
    }
    EXPECT_TRUE(is_read(
        many_rules(most_rules, "\"on\":[\"e\",\"f\"],\"if\":{\"url\":{\"starts_with\":\"/pricing/and/so/on/and/so/forth\"},"
                               "\"a\":1,\"b\":[1,2,3],\"c\":null},\"points\":1,\"limit\":1,\"decay\":{\"linear\":\"7 days\"}")));
    EXPECT_FALSE(is_read("{\"rules\":[{\"name\":\"a\",\"points\":1,\"if\":{\"x\":[" + numbers + "]}}]}"));
    EXPECT_TRUE(is_read("{\"rules\":[{\"name\":\"a\",\"points\":1,\"if\":{" + keys + "}}]}"));
    EXPECT_FALSE(is_read("{\"rules\":[],\"dimensions\":{" + keys + "}}"));
    EXPECT_FALSE(is_read("{\"rules\":[" + repeat("[],", 340000) + "[]]}"));
    EXPECT_FALSE(is_read("{\"rules\":[" + repeat("1,", 500000) + "1]}"));
}

} // namespace
} // namespace leadscore
