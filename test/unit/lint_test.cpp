// Findings: each kind of mistake is found where it stands, and a good document has none.
#include "core/study.hpp"
#include "study_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace leadscore {
namespace {

using study_support::rows;
using study_support::with_rules;
using Lines = std::vector<std::string>;

// "severity | topic | place" of every finding but "no stages".
Lines findings(const Rules &rules) {
    Lines lines = rows(list_findings(rules), {"severity", "topic", "place"});
    lines.erase(std::remove(lines.begin(), lines.end(), "note | no stages | stages"), lines.end());
    return lines;
}

Lines of_rules(const std::string &rules, const std::string &rest = "") {
    return findings(with_rules(rules, rest));
}

// Messages about one topic.
Lines messages(const Rules &rules, const std::string &topic) {
    Lines lines;
    for (const std::string &line : rows(list_findings(rules), {"topic", "message"})) {
        if (line.compare(0, topic.size(), topic) == 0) {
            lines.push_back(line.substr(topic.size() + 3));
        }
    }
    return lines;
}

// All that can be said of the example is true and harmless: caps it does not reach, and more points than a budget.
TEST(Lint, TheExampleHasOnlyNotes) {
    const Rules rules = study_support::read(study_support::example);
    const Lines expected = {"note | cap never binds | groups.email.min",
                            "note | points past the budget | dimensions.engagement.max",
                            "note | cap never binds | dimensions.fit.max", "note | cap never binds | score.max"};
    EXPECT_EQ(findings(rules), expected);
    EXPECT_EQ(messages(rules, "points past the budget").front(),
              "the rules of dimension \"engagement\" can give up to 110 points, 50 more than the max of 60");
    EXPECT_EQ(messages(rules, "cap never binds")[1], "the max of 40 never binds: dimension \"fit\" is at most 35");
}

TEST(Lint, Stages) {
    const std::string rule = R"({"name":"a","if":{"x":1},"points":50},{"name":"b","on":"k","points":10,"limit":3})";
    const auto stages = [&](const std::string &list) { return of_rules(rule, "\"stages\":[" + list + "]"); };
    EXPECT_EQ(stages(R"({"name":"c"},{"name":"w","from":80})"), Lines{});
    EXPECT_EQ(stages(R"({"name":"c"},{"name":"w","from":81})"), Lines{"error | unreachable stage | stages[1].from"});
    EXPECT_EQ(stages(R"({"name":"c"},{"name":"w","from":10,"needs":{"fit":51}})"),
              Lines{"error | unreachable stage | stages[1].needs.fit"});
    EXPECT_EQ(stages(R"({"name":"c"},{"name":"w","from":0})"), Lines{"warning | unreachable stage | stages[0]"});
    EXPECT_EQ(stages(R"({"name":"c"},{"name":"w","from":40.2},{"name":"h","from":40.9})"),
              Lines{"warning | unreachable stage | stages[1]"});
    EXPECT_EQ(stages(R"({"name":"c"},{"name":"w","from":40.2},{"name":"h","from":40.9,"needs":{"fit":1}})"), Lines{});
    EXPECT_EQ(stages(R"({"name":"c"},{"name":"w","from":40.2,"needs":{"fit":2}},{"name":"h","from":40.9,"needs":{"fit":1}})"),
              (Lines{"warning | unreachable stage | stages[1]", "note | needs less than below | stages[2].needs.fit"}));
    EXPECT_EQ(stages(R"({"name":"c"},{"name":"w","from":40,"keep":39})"), Lines{});
    EXPECT_EQ(stages(R"({"name":"c"},{"name":"w","from":40,"keep":40})"),
              Lines{"note | keep covers everything | stages[1].keep"});
    const Rules rules = with_rules(rule, R"("stages":[{"name":"c"},{"name":"w","from":81.5}])");
    EXPECT_EQ(messages(rules, "unreachable stage").front(), "stage \"w\" starts at 81.5, but the score is at most 80");
    EXPECT_EQ(rows(list_findings(with_rules(rule)), {"severity", "topic", "place"}), Lines{"note | no stages | stages"});
}

// A need raises a dimension; with a negative weight that lowers the greatest score.
TEST(Lint, NeedsAgainstANegativeWeight) {
    const auto stage = [](const std::string &from) {
        return findings(study_support::read(R"({"dimensions":{"good":{},"bad":{"weight":-1}},"rules":[
            {"name":"a","dimension":"good","if":{"x":1},"points":50},{"name":"b","dimension":"bad","if":{"y":1},"points":20}],
            "stages":[{"name":"c"},{"name":"w","needs":{"bad":5},"from":)" +
                                            from + "}]}"));
    };
    EXPECT_EQ(stage("45"), Lines{});
    EXPECT_EQ(stage("46"), Lines{"error | unreachable stage | stages[1].from"});
}

TEST(Lint, Levels) {
    const std::string rule = R"({"name":"a","if":{"x":1},"points":50})";
    const auto levels = [&](const std::string &of, const std::string &froms) {
        return of_rules(rule, R"("probability":{"intercept":-1,"slope":0.04},"labels":{"l":{"of":")" + of +
                                  R"(","levels":[{"name":"A"},)" + froms + "]}}");
    };
    EXPECT_EQ(levels("fit", R"({"name":"B","from":50})"), Lines{});
    EXPECT_EQ(levels("fit", R"({"name":"B","from":50.1})"), Lines{"error | unreachable level | labels.l.levels[1]"});
    EXPECT_EQ(levels("fit", R"({"name":"B","from":0})"), Lines{"warning | unreachable level | labels.l.levels[0]"});
    EXPECT_EQ(levels("score", R"({"name":"B","from":20.1},{"name":"C","from":20.7})"),
              Lines{"warning | unreachable level | labels.l.levels[1]"});
    EXPECT_EQ(levels("fit", R"({"name":"B","from":20.1},{"name":"C","from":20.7})"), Lines{});
    EXPECT_EQ(levels("probability", R"({"name":"B","from":0.731})"), Lines{}); // 1/(1+e^-1)
    EXPECT_EQ(levels("probability", R"({"name":"B","from":0.732})"), Lines{"error | unreachable level | labels.l.levels[1]"});
    EXPECT_EQ(levels("probability", R"({"name":"B","from":0.26})"), Lines{"warning | unreachable level | labels.l.levels[0]"});
}

TEST(Lint, Caps) {
    EXPECT_EQ(of_rules(R"({"name":"a","if":{"x":1},"points":5,"min":-1,"max":6})"),
              (Lines{"note | cap never binds | rules[0].min", "note | cap never binds | rules[0].max"}));
    EXPECT_EQ(of_rules(R"({"name":"a","if":{"x":1},"points":5,"min":0,"max":5})"), Lines{});
    EXPECT_EQ(of_rules(R"({"name":"a","on":"k","points":5,"max":1000})"), Lines{});
    EXPECT_EQ(of_rules(R"({"name":"a","if":{"x":1},"points":5,"max":-1})"), Lines{"warning | cap leaves one value | rules[0]"});
    EXPECT_EQ(of_rules(R"({"name":"a","if":{"x":1},"points":5,"group":"the group"})", R"("groups":{"the group":{"max":6}})"),
              Lines{R"(note | cap never binds | groups."the group".max)"});
    EXPECT_EQ(of_rules(R"({"name":"a","on":"k","points":5,"limit":7,"burst":1,"within":"6 days"})"),
              Lines{"note | limit never binds | rules[0].limit"});
    EXPECT_EQ(of_rules(R"({"name":"a","on":"k","points":5,"limit":6,"burst":1,"within":"6 days"})"), Lines{});
}

// What a max below 0 takes from all leads, and what min was meant for.
TEST(Lint, PenaltiesWithTheWrongBound) {
    EXPECT_EQ(of_rules(R"({"name":"a","on":"k","points":-5,"max":-20})"), Lines{"warning | max below 0 | rules[0].max"});
    EXPECT_EQ(of_rules(R"({"name":"a","on":"k","points":-5,"min":-20})"), Lines{});
    EXPECT_EQ(of_rules(R"({"name":"a","on":"k","points":-5,"max":0})"), Lines{});
    EXPECT_EQ(of_rules(R"({"name":"a","on":"k","bands":[{"points":-5},{"from":2,"points":-9}],"max":-6})"), Lines{});
    const Rules rules = with_rules(R"({"name":"a","on":"k","points":-5,"max":-20})");
    EXPECT_EQ(messages(rules, "max below 0").front(),
              R"(the max of -20 gives -20 points to every lead that would get 0; what bounds a penalty is a min (rule "a"))");
}

TEST(Lint, Patterns) {
    const auto test = [](const std::string &test) { return of_rules(R"({"name":"a","if":{"x":)" + test + R"(},"points":5})"); };
    const auto found = [](const std::string &op) { return Lines{"warning | pattern | rules[0].if.x." + op}; };
    EXPECT_EQ(test(R"({"matches":"\bvp\b"})"), found("matches"));
    EXPECT_EQ(test(R"({"matches":"(?i)\\bvp"})"), found("matches"));
    EXPECT_EQ(test(R"({"matches":"\\\\b"})"), Lines{}); // a backslash, and b
    EXPECT_EQ(test(R"({"matches":"\\yvp\\y"})"), Lines{});
    EXPECT_EQ(test(R"({"ilike":"*chief*"})"), found("ilike"));
    EXPECT_EQ(test(R"({"like":"%*%"})"), Lines{});
    EXPECT_EQ(test(R"({"contains":"%chief%"})"), found("contains"));
    EXPECT_EQ(test(R"({"starts_with":"/pricing%"})"), found("starts_with"));
    EXPECT_EQ(test(R"({"ends_with":"100%"})"), Lines{});
    EXPECT_EQ(of_rules(R"({"name":"a","on":"k","if":{"any":[{"y":1},{"not":{"p q":{"like":"*"}}}]},"points":1})",
                       R"("exclude":[{"name":"e","if":{"all":[{"m":{"contains":"%x"}}]}}])"),
              (Lines{"warning | pattern | exclude[0].if.all[0].m.contains",
                     R"(warning | pattern | rules[0].if.any[1].not."p q".like)"}));
}

TEST(Lint, ZonesOnTheOtherSide) {
    const auto zone = [](const std::string &name) {
        Rules rules = with_rules(R"({"name":"a","on":"k","points":1})");
        rules.timezone = name;
        return findings(rules);
    };
    for (const std::string name : {"GMT+2", "CET+1", "UTC-5", "+02:00", "Etc/GMT+12"}) {
        EXPECT_EQ(zone(name), Lines{"warning | time zone | timezone"}) << name;
    }
    for (const std::string name : {"UTC", "Europe/Berlin", "America/Port-au-Prince", "GMT+0", "Etc/GMT-0", "EST5EDT"}) {
        EXPECT_EQ(zone(name), Lines{}) << name;
    }
    Rules rules = with_rules("");
    rules.timezone = "GMT+2";
    EXPECT_EQ(messages(rules, "time zone").front().substr(0, 33), R"("GMT+2" lies west of Greenwich, f)");
}

TEST(Lint, DimensionsNearlyAlike) {
    const auto rule = [](const std::string &name, const std::string &dimension) {
        return R"({"name":")" + name + R"(","on":")" + name + R"(","points":1,"dimension":")" + dimension + "\"}";
    };
    const auto found = [](const std::string &place) { return Lines{"warning | dimension | " + place}; };
    EXPECT_EQ(of_rules(rule("a", "engagment")), found("rules[0].dimension"));
    EXPECT_EQ(of_rules(rule("a", "Fit")), found("rules[0].dimension"));
    EXPECT_EQ(of_rules(rule("a", "behaviour") + "," + rule("b", "behavior") + "," + rule("c", "behavior")),
              found("rules[0].dimension"));
    EXPECT_EQ(of_rules(rule("a", "level 1") + "," + rule("b", "level 2") + "," + rule("c", "intent") + "," + rule("d", "fat")),
              Lines{});
    EXPECT_EQ(of_rules(R"({"name":"a","on":"k","points":1,"group":"g"})", R"("groups":{"g":{"dimension":"engagements"}})"),
              found("groups.g.dimension"));
    EXPECT_EQ(of_rules(rule("a", "engagment"), R"("dimensions":{"engagment":{}})"), Lines{});
}

TEST(Lint, WindowsAndDecaysThatNeverAct) {
    const auto rule = [](const std::string &within, const std::string &decay) {
        return of_rules(R"({"name":"a","on":"k","points":1,"within":")" + within + R"(","decay":)" + decay + "}");
    };
    const Lines decay = {"note | decay never acts | rules[0].decay"};
    const Lines window = {"note | window never acts | rules[0].within"};
    EXPECT_EQ(rule("30 days", R"({"every":"30 days","lose":0.5})"), decay);
    EXPECT_EQ(rule("31 days", R"({"every":"30 days","lose":0.5})"), Lines{});
    EXPECT_EQ(rule("1 day", R"({"half_life":"7 days"})"), decay);
    EXPECT_EQ(rule("2 days", R"({"half_life":"7 days"})"), Lines{});
    EXPECT_EQ(rule("29 days", R"({"linear":"30 days"})"), Lines{});
    EXPECT_EQ(rule("30 days", R"({"linear":"30 days"})"), window);
    EXPECT_EQ(rule("60 days", R"({"every":"30 days","lose":0.5})"), window);
}

TEST(Lint, NeedsLessThanBelow) {
    const auto stages = [](const std::string &hot) {
        return of_rules(R"({"name":"a","if":{"x":1},"points":50},{"name":"b","on":"k","points":10})",
                        R"("stages":[{"name":"c"},{"name":"mql","from":10,"needs":{"fit":20}},{"name":"hot","from":40)" + hot +
                            "}]");
    };
    EXPECT_EQ(stages(""), Lines{"note | needs less than below | stages[2].needs.fit"});
    EXPECT_EQ(stages(R"(,"needs":{"fit":19,"engagement":5})"), Lines{"note | needs less than below | stages[2].needs.fit"});
    EXPECT_EQ(stages(R"(,"needs":{"fit":20})"), Lines{});
}

TEST(Lint, MessagesNameTheRule) {
    const Rules rules = with_rules(R"({"name":"where","attribute":"x","values":{"a":1},"otherwise":1},
                                      {"name":"who","if":{"n":{">":5,"<":3}},"points":1})");
    EXPECT_EQ(messages(rules, "constant rule"), Lines{}); // missing gives 0
    EXPECT_EQ(messages(rules, "values alike").front(), R"("a" gives 1 point, as every other value does (rule "where"))");
    const std::string contradiction = messages(rules, "contradiction").front();
    EXPECT_EQ(contradiction.substr(contradiction.size() - 13), R"( (rule "who"))");
}

TEST(Lint, Budgets) {
    const auto document = [](const std::string &fit, const std::string &score) {
        return findings(study_support::read(R"({"score":{)" + score + R"(},"dimensions":{"fit":{)" + fit + R"(}},
            "rules":[{"name":"a","if":{"x":1},"points":5},{"name":"b","if":{"y":1},"points":6}]})"));
    };
    EXPECT_EQ(document(R"("max":11)", R"("max":11)"), Lines{});
    EXPECT_EQ(document(R"("max":10)", R"("max":9)"),
              (Lines{"note | points past the budget | dimensions.fit.max", "note | points past the budget | score.max"}));
    EXPECT_EQ(document(R"("max":12)", ""), Lines{"note | cap never binds | dimensions.fit.max"});
    const Rules rules = study_support::read(R"({"dimensions":{"engagement":{"max":5}},
        "rules":[{"name":"a","on":"k","points":5}]})");
    EXPECT_EQ(messages(rules, "points past the budget").front(),
              "the rules of dimension \"engagement\" can give points without limit; what is above 5 is lost");
}

TEST(Lint, RulesWithoutEffect) {
    EXPECT_EQ(of_rules(R"({"name":"a","if":{"x":1},"points":0})"), Lines{"warning | rule without effect | rules[0]"});
    EXPECT_EQ(of_rules(R"({"name":"a","on":"k","points":5,"max":0})"), Lines{"warning | rule without effect | rules[0]"});
    EXPECT_EQ(of_rules(R"({"name":"a","on":"k","limit":2,"bands":[{"from":3,"points":5}]})"),
              (Lines{"warning | rule without effect | rules[0]", "warning | unreachable band | rules[0].bands[0]"}));
    EXPECT_EQ(of_rules(R"({"name":"a","if":{},"points":5})"), Lines{"note | constant rule | rules[0]"});
    EXPECT_EQ(of_rules(R"({"name":"a","enabled":false,"if":{"any":[]},"points":0},{"name":"b","if":{"x":1},"points":1})"),
              Lines{"note | disabled rule | rules[0]"});
    const Rules rules = with_rules(R"({"name":"a","if":{"any":[]},"points":5})");
    EXPECT_EQ(messages(rules, "rule without effect").front(), "rule \"a\" always gives 0 points: its condition never holds");
    // A floor of 0 under rules that take points is an effect.
    EXPECT_EQ(
        of_rules(R"({"name":"a","group":"g","if":{"x":1},"points":0},{"name":"b","group":"g","if":{},"points":-3})",
                 R"("groups":{"g":{"take":"max"}})"),
        (Lines{"note | constant rule | rules[0]", "note | constant rule | rules[1]", "warning | shadowed rule | rules[1]"}));
}

TEST(Lint, Bands) {
    const auto bands = [](const std::string &measure, const std::string &list) {
        return of_rules(R"({"name":"a","on":"k",)" + measure + R"("bands":[)" + list + "]}");
    };
    EXPECT_EQ(bands("", R"({"points":-5},{"from":1,"points":0},{"from":5,"points":3})"), Lines{});
    EXPECT_EQ(bands("", R"({"points":-5},{"from":0,"points":1},{"from":5,"points":3})"),
              Lines{"note | unreachable band | rules[0].bands[0]"});
    EXPECT_EQ(bands("", R"({"from":1.2,"points":1},{"from":1.7,"points":3})"),
              Lines{"warning | unreachable band | rules[0].bands[0]"});
    EXPECT_EQ(bands("", R"({"from":1,"points":3},{"from":2,"points":3},{"from":3,"points":4})"),
              Lines{"note | bands alike | rules[0].bands[1]"});
    EXPECT_EQ(bands(R"("measure":{"ratio_to":"*"},)", R"({"from":0.5,"points":3},{"from":1.5,"points":4})"),
              Lines{"warning | unreachable band | rules[0].bands[1]"});
    EXPECT_EQ(bands(R"("missing":3,)", R"({"from":1,"points":3})"), Lines{"note | missing never happens | rules[0].missing"});
    EXPECT_EQ(bands(R"("missing":3,"measure":"idle",)", R"({"from":1,"points":3})"), Lines{});
    const Rules rules = with_rules(R"({"name":"a","on":"k","limit":2,"bands":[{"from":1,"points":1},{"from":3,"points":5}]})");
    EXPECT_EQ(messages(rules, "unreachable band").front(),
              "this band is never reached: the measure is a whole number from 0 to 2 (rule \"a\")");
}

TEST(Lint, Values) {
    const Rules rules = with_rules(R"({"name":"a","attribute":"x","values":{"u":1,"v":2,"w":1},"otherwise":1})");
    EXPECT_EQ(findings(rules), Lines{"note | values alike | rules[0].values"});
    EXPECT_EQ(messages(rules, "values alike").front(), R"("u", "w" give 1 point, as every other value does (rule "a"))");
}

TEST(Lint, EmptyParts) {
    EXPECT_EQ(findings(study_support::read(R"({"dimensions":{"fit":{},"engagement":{"max":5},"other":{"weight":0}},
                  "groups":{"g":{"min":1}},"rules":[{"name":"a","if":{"x":1},"points":1}]})")),
              (Lines{"warning | empty group | groups.g", "warning | empty dimension | dimensions.engagement",
                     "warning | empty dimension | dimensions.other", "note | weight 0 | dimensions.other.weight"}));
    EXPECT_EQ(of_rules(""), Lines{"note | no rules | rules"});
    EXPECT_EQ(of_rules(R"({"name":"a","if":{"x":1},"points":1})"), Lines{}); // nobody wrote "engagement"
}

TEST(Lint, Exclusions) {
    const std::string rule = R"({"name":"a","if":{"x":1},"points":1})";
    EXPECT_EQ(of_rules(rule, R"("exclude":[{"name":"e","if":{"x":2}}])"), Lines{});
    EXPECT_EQ(of_rules(rule, R"("exclude":[{"name":"e","if":{"not":{"any":[]}}}])"),
              (Lines{"error | contradiction | exclude[0].if.not.any", "error | excludes every lead | exclude[0]"}));
    EXPECT_EQ(of_rules(rule, R"("exclude":[{"name":"e","if":{}},{"name":"f","if":{"x":{"=":1,"!=":1}}}])"),
              (Lines{"error | excludes every lead | exclude[0]", "error | contradiction | exclude[1].if.x",
                     "warning | exclusion without effect | exclude[1]"}));
}

TEST(Lint, Duplicates) {
    const Rules rules = with_rules(R"({"name":"a","if":{"x":1,"y":2},"points":1},{"name":"b","if":{"y":2.0,"x":1},"points":1,
        "description":"other words"},{"name":"c","if":{"x":1,"y":2},"points":2},
        {"name":"d","enabled":false,"if":{"x":1,"y":2},"points":2})");
    EXPECT_EQ(findings(rules), (Lines{"note | disabled rule | rules[3]", "warning | duplicate rule | rules[1]"}));
    EXPECT_EQ(messages(rules, "duplicate rule").front(), R"(rule "b" says the same as rule "a", at rules[0])");
}

Lines shadows(const std::string &take, const std::string &a, const std::string &b) {
    Lines lines;
    for (const std::string &line : of_rules(R"({"name":"a","group":"g",)" + a + R"(},{"name":"b","group":"g",)" + b + "}",
                                            R"("groups":{"g":{"take":")" + take + R"("}})")) {
        const std::string topic = "warning | shadowed rule | ";
        if (line.compare(0, topic.size(), topic) == 0) {
            lines.push_back(line.substr(topic.size()));
        }
    }
    return lines;
}

TEST(Lint, ShadowsOfEvents) {
    const std::string week = R"("on":"k","within":"7 days","limit":1,"points":)";
    const std::string month = R"("on":"k","within":"1 month","limit":1,"points":)";
    EXPECT_EQ(shadows("max", week + "20", month + "10"), Lines{});
    EXPECT_EQ(shadows("max", week + "10", month + "10"), Lines{"rules[0]"});
    EXPECT_EQ(shadows("max", week + "-10", month + "-20"), Lines{"rules[1]"});
    EXPECT_EQ(shadows("max", week + "-20", month + "-10"), Lines{});
    EXPECT_EQ(shadows("max", week + "-1", R"("on":"other","limit":1,"points":3)"), Lines{"rules[0]"});
    EXPECT_EQ(shadows("min", week + "-20", month + "-10"), Lines{});
    EXPECT_EQ(shadows("min", week + "-10", month + "-10"), Lines{"rules[0]"});
    EXPECT_EQ(shadows("sum", week + "10", month + "10"), Lines{});
    EXPECT_EQ(shadows("max", R"("on":"k","points":2)", R"("on":"k","points":3)"), Lines{"rules[0]"});
    EXPECT_EQ(shadows("max", R"("on":"k","points":2)", R"("on":"k","points":3,"max":50)"), Lines{});
    EXPECT_EQ(shadows("max", R"("on":"k","points":2)", R"("on":"k","if":{"x":1},"points":3)"), Lines{});
    EXPECT_EQ(shadows("max", R"("on":"k","points":2,"within":"168 hours")", R"("on":"k","points":3,"within":"7 days")"), Lines{});
    EXPECT_EQ(shadows("max", R"("on":"k","points":2,"measure":{"sum":"v"})", R"("on":"k","points":3,"measure":{"sum":"v"})"),
              Lines{});
}

TEST(Lint, ShadowsOfBandsAndAttributes) {
    EXPECT_EQ(shadows("max", R"("on":"k","bands":[{"from":3,"points":4}])", R"("on":"k","bands":[{"from":2,"points":4}])"),
              Lines{"rules[0]"});
    EXPECT_EQ(shadows("max", R"("on":"k","bands":[{"from":3,"points":5}])", R"("on":"k","bands":[{"from":2,"points":4}])"),
              Lines{});
    EXPECT_EQ(shadows("min", R"("on":"k","bands":[{"from":3,"points":5}])", R"("on":"k","bands":[{"from":2,"points":7}])"),
              Lines{"rules[1]"});
    EXPECT_EQ(shadows("max", R"("if":{"x":1},"points":4)", R"("if":{"x":1},"points":3)"), Lines{"rules[1]"});
    EXPECT_EQ(shadows("max", R"("if":{"x":1},"points":4)", R"("if":{"x":2},"points":3)"), Lines{});
    EXPECT_EQ(shadows("max", R"("attribute":"x","values":{"u":1,"v":3})", R"("attribute":"x","values":{"u":2,"v":3})"),
              Lines{"rules[0]"});
    EXPECT_EQ(shadows("max", R"("attribute":"x","values":{"u":1,"v":3})", R"("attribute":"x","values":{"u":2},"otherwise":1)"),
              Lines{});
    EXPECT_EQ(
        shadows("max", R"("attribute":"x","bands":[{"points":1}],"missing":2)", R"("attribute":"x","bands":[{"points":3}])"),
        Lines{});
}

} // namespace
} // namespace leadscore
