// Differences of two documents: each part by name, renames and moves told from other changes.
#include "core/study.hpp"
#include "study_support.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

using study_support::read;
using study_support::rows;
using study_support::with_rules;
using Lines = std::vector<std::string>;

Lines changes(const Rules &before, const Rules &after) {
    return rows(list_differences(before, after), {"part", "name", "change"});
}

std::string rule(const std::string &name, int points) {
    return R"({"name":")" + name + R"(","if":{"x":1},"points":)" + std::to_string(points) + "}";
}

TEST(Diff, NothingChanged) {
    EXPECT_EQ(list_differences(read(study_support::example), read(study_support::example)), "[]");
    EXPECT_EQ(list_differences(with_rules(R"({"name":"a","if":{"x":1.0},"points":2,"enabled":true})"),
                               with_rules(R"({"points":2e0,"if":{"x":{"=":1}},"name":"a"})", R"("timezone":"UTC")")),
              "[]");
}

TEST(Diff, EveryPart) {
    const Rules before = read(R"({"name":"n","score":{"max":5},"dimensions":{"fit":{},"old":{"max":1}},
        "groups":{"g":{"dimension":"fit"}},"exclude":[{"name":"e","if":{"x":1}}],"rules":[{"name":"r","if":{"x":1},"points":1}],
        "stages":[{"name":"s"},{"name":"t","from":1}],"labels":{"l":{"of":"fit","levels":[{"name":"A"}]}}})");
    const Rules after = read(R"({"description":"d","timezone":"Asia/Tokyo","dimensions":{"fit":{"weight":2}},
        "groups":{"g":{"dimension":"fit","take":"max"},"h":{"dimension":"fit"}},
        "rules":[{"name":"r","if":{"x":1},"points":2}],"stages":[{"name":"s"},{"name":"t","from":2}],
        "probability":{"intercept":1,"slope":2}})");
    const Lines expected = {R"(document | name | removed)",  "document | description | added",
                            "document | timezone | changed", "score | null | removed",
                            "dimension | old | removed",     "dimension | fit | changed",
                            "group | g | changed",           "group | h | added",
                            "exclusion | e | removed",       "rule | r | changed",
                            "stage | t | changed",           "label | l | removed",
                            "probability | null | added"};
    EXPECT_EQ(changes(before, after), expected);
}

TEST(Diff, BeforeAndAfterAreCanonical) {
    EXPECT_EQ(list_differences(with_rules(rule("a", 1)), with_rules(rule("a", 2))),
              R"([{"part":"rule","name":"a","change":"changed","before":{"name":"a","if":{"x":1},"points":1},)"
              R"("after":{"name":"a","if":{"x":1},"points":2}}])");
    EXPECT_EQ(list_differences(read(R"({"rules":[]})"), read(R"({"rules":[],"timezone":"Asia/Tokyo","score":{"max":7.50}})")),
              R"([{"part":"document","name":"timezone","change":"changed","before":"UTC","after":"Asia/Tokyo"},)"
              R"({"part":"score","name":null,"change":"added","before":null,"after":{"max":7.5}}])");
}

TEST(Diff, Renamed) {
    EXPECT_EQ(list_differences(with_rules(rule("a", 1)), with_rules(rule("b", 1))),
              R"([{"part":"rule","name":"b","change":"renamed","before":{"name":"a","if":{"x":1},"points":1},)"
              R"("after":{"name":"b","if":{"x":1},"points":1}}])");
    EXPECT_EQ(changes(with_rules(rule("a", 1)), with_rules(rule("b", 2))), (Lines{"rule | a | removed", "rule | b | added"}));
    // The old name lives on: nothing was renamed.
    EXPECT_EQ(changes(with_rules(rule("a", 1)), with_rules(rule("a", 2) + "," + rule("b", 1))),
              (Lines{"rule | a | changed", "rule | b | added"}));
    EXPECT_EQ(changes(with_rules(rule("a", 1) + "," + rule("b", 1)), with_rules(rule("c", 1) + "," + rule("d", 1))),
              (Lines{"rule | c | renamed", "rule | d | renamed"}));
}

TEST(Diff, Moved) {
    const std::string a = rule("a", 1);
    const std::string b = rule("b", 2);
    const std::string c = rule("c", 3);
    const std::string d = rule("d", 4);
    const auto list = [](const Lines &parts) {
        std::string joined;
        for (const std::string &part : parts) {
            joined += (joined.empty() ? "" : ",") + part;
        }
        return with_rules(joined);
    };
    EXPECT_EQ(list_differences(list({a, b, c}), list({c, a, b})),
              R"([{"part":"rule","name":"c","change":"moved","before":3,"after":1}])");
    EXPECT_EQ(changes(list({a, b, c}), list({d, a, c})), (Lines{"rule | b | removed", "rule | d | added"}));
    EXPECT_EQ(changes(list({a, b, c}), list({b, c, rule("a", 9)})), (Lines{"rule | a | changed", "rule | a | moved"}));
    EXPECT_EQ(changes(list({a, b, c}), list({b, c, rule("z", 1)})), (Lines{"rule | z | renamed", "rule | z | moved"}));
    EXPECT_EQ(changes(list({a, b, c, d}), list({d, c, b, a})).size(), 3U);
}

TEST(Diff, Exclusions) {
    EXPECT_EQ(changes(with_rules("", R"("exclude":[{"name":"a","if":{"x":1}},{"name":"b","if":{"x":2}}])"),
                      with_rules("", R"("exclude":[{"name":"b","if":{"x":2}},{"name":"c","if":{"x":1}}])")),
              (Lines{"exclusion | a | removed", "exclusion | c | added"}));
}

TEST(Diff, DeclaredDimensionsAreSeen) {
    EXPECT_EQ(changes(with_rules(""), with_rules("", R"("dimensions":{"fit":{}})")), Lines{"dimension | fit | added"});
    EXPECT_EQ(changes(with_rules(""), with_rules("", R"("dimensions":{})")), Lines{"document | dimensions | added"});
}

} // namespace
} // namespace leadscore
