// Which rules share evidence, and ids that stored tallies are known by.
#include "core/evidence.hpp"
#include "study_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace leadscore {
namespace {

using study_support::with_rules;

EvidenceSet set_of(const std::string &rules, const std::string &rest = "") {
    return evidence_of(with_rules(rules, rest));
}

std::string rule(const std::string &name, const std::string &parts) {
    return R"({"name":")" + name + "\"," + parts + "}";
}

// The evidence of one rule.
Evidence only(const std::string &parts, const std::string &rest = "") {
    const EvidenceSet set = set_of(rule("r", parts), rest);
    EXPECT_EQ(set.items.size(), 1U) << parts;
    return set.items[0];
}

bool share(const std::string &a, const std::string &b) {
    const bool shared = set_of(rule("a", a) + "," + rule("b", b)).items.size() == 1;
    EXPECT_EQ(shared, only(a).id == only(b).id);
    return shared;
}

const char *const plain = R"("on":"visit","points":1)";

TEST(Evidence, PointsAndLimitsAreNoPartOfIt) {
    EXPECT_TRUE(share(plain, R"("on":["visit"],"points":-7,"description":"x","dimension":"fit","min":-5,"max":3)"));
    EXPECT_TRUE(share(plain, R"("on":"visit","points":1,"within":"30 days","limit":2,"burst":3)"));
    EXPECT_TRUE(share(plain, R"("on":"visit","points":1,"at_most":{"hits":2,"per":"1 day"})"));
    EXPECT_TRUE(share(plain, R"("on":"visit","points":1,"decay":{"half_life":"14 days"})"));
    EXPECT_TRUE(share(plain, R"("on":"visit","bands":[{"points":1}],"missing":4)"));
    EXPECT_TRUE(share(plain, R"("on":"visit","measure":"idle","bands":[{"points":1}])"));
    EXPECT_TRUE(share(plain, R"("on":"visit","if":{},"points":1)"));
    EXPECT_TRUE(share(R"("on":["b","a","b"],"points":1)", R"("on":["a","b"],"points":1)"));
    EXPECT_TRUE(share(R"("on":"*","points":1)", R"("on":["x","*"],"points":2)"));
    EXPECT_TRUE(share(R"("on":"visit","if":{"a":1.0,"b":["y","x"]},"points":1)",
                      R"("on":"visit","if":{"b":["x","y"],"a":{"=":1}},"points":2)"));
    EXPECT_TRUE(share(R"("on":"visit","measure":{"sum":"s"},"points":1)",
                      R"("on":"visit","measure":{"sum":"s"},"bands":[{"points":3}])"));
}

TEST(Evidence, WhatIsCountedIsPartOfIt) {
    EXPECT_FALSE(share(plain, R"("on":"form","points":1)"));
    EXPECT_FALSE(share(plain, R"("on":["visit","form"],"points":1)"));
    EXPECT_FALSE(share(plain, R"("on":"*","points":1)"));
    EXPECT_FALSE(share(plain, R"("on":"Visit","points":1)"));
    EXPECT_FALSE(share(plain, R"("on":"visit","if":{"a":1},"points":1)"));
    EXPECT_FALSE(share(R"("on":"visit","if":{"a":"1"},"points":1)", R"("on":"visit","if":{"a":1},"points":1)"));
    EXPECT_FALSE(share(plain, R"("on":"visit","measure":{"sum":"s"},"points":1)"));
    EXPECT_FALSE(
        share(R"("on":"visit","measure":{"distinct":"s"},"points":1)", R"("on":"visit","measure":{"sum":"s"},"points":1)"));
    EXPECT_FALSE(share(R"("on":"visit","measure":{"sum":"t"},"points":1)", R"("on":"visit","measure":{"sum":"s"},"points":1)"));
    EXPECT_FALSE(share(plain, R"("on":"visit","points":1,"within":"48 hours")"));
    EXPECT_FALSE(share(plain, R"("on":"visit","points":1,"at_most":{"hits":2,"per":"24 hours"})"));
    EXPECT_FALSE(share(plain, R"("on":"visit","points":1,"decay":{"linear":"1 hour"})"));
    EXPECT_TRUE(
        share(R"("on":"visit","points":1,"within":"48 hours")", R"("on":"visit","points":1,"decay":{"linear":"1 hour"})"));
    EXPECT_NE(only(plain).id, only(plain, R"("timezone":"Europe/Berlin")").id);
}

TEST(Evidence, RatioNeedsTwo) {
    const std::string ratio = R"("on":"open","measure":{"ratio_to":["send"]},"bands":[{"points":1}])";
    const EvidenceSet set = set_of(rule("ratio", ratio) + "," + rule("sent", R"("on":"send","points":1)"));
    ASSERT_EQ(set.items.size(), 2U);
    EXPECT_EQ(set.uses[0].divisor, set.uses[1].main);
    EXPECT_NE(set.uses[0].main, set.uses[0].divisor);
    EXPECT_EQ(set.uses[1].divisor, -1);
    const EvidenceSet own = set_of(rule("all", R"("on":"open","measure":{"ratio_to":"open"},"bands":[{"points":1}])"));
    EXPECT_EQ(own.items.size(), 1U);
    EXPECT_EQ(own.uses[0].main, own.uses[0].divisor);
    // The condition is the dividend's alone.
    const EvidenceSet part =
        set_of(rule("part", R"("on":"open","if":{"a":1},"measure":{"ratio_to":"open"},"bands":[{"points":1}])"));
    ASSERT_EQ(part.items.size(), 2U);
    EXPECT_FALSE(part.items[static_cast<size_t>(part.uses[0].divisor)].has_condition);
}

TEST(Evidence, OnlyOfEnabledEventRules) {
    const EvidenceSet set = set_of(rule("off", R"("on":"visit","points":1,"enabled":false)") + "," +
                                   rule("fit", R"("if":{"a":1},"points":1)") + "," + rule("on", R"("on":"form","points":1)"));
    ASSERT_EQ(set.items.size(), 1U);
    ASSERT_EQ(set.uses.size(), 3U);
    EXPECT_EQ(set.uses[0].main, -1);
    EXPECT_EQ(set.uses[1].main, -1);
    EXPECT_EQ(set.uses[2].main, 0);
    EXPECT_TRUE(set_of("").items.empty());
}

TEST(Evidence, IdsAscendAndTellWhatIsKept) {
    const EvidenceSet set = evidence_of(study_support::read(study_support::example));
    EXPECT_TRUE(std::is_sorted(set.ids.begin(), set.ids.end()));
    ASSERT_EQ(set.ids.size(), set.items.size());
    for (size_t i = 0; i < set.ids.size(); ++i) {
        EXPECT_EQ(set.ids[i], set.items[i].id);
        EXPECT_EQ(kept_by(set.ids[i]), set.items[i].kept);
        EXPECT_TRUE(is_evidence_id(set.ids[i]));
    }
    EXPECT_EQ(set.items.size(), 10U); // 10 event rules, two of form share one, a ratio needs one more
}

// Stored tallies know their evidence by these: they must never change.
TEST(Evidence, IdsAreFixed) {
    const Evidence count = only(plain);
    EXPECT_EQ(count.text, R"({"on":["visit"],"tick":"day","timezone":"UTC","keep":"count"})");
    EXPECT_EQ(evidence_id_text(count.id), "0edbab7223ff4bb8");
    const Evidence sum =
        only(R"("on":["b","a"],"if":{"u":{"starts_with":"/p"},"n":{">":1}},"measure":{"sum":"seconds"},"points":1)",
             R"("timezone":"Europe/Berlin")");
    EXPECT_EQ(sum.text, R"({"on":["a","b"],"if":{"n":{">":1},"u":{"starts_with":"/p"}},"tick":"day","timezone":"Europe/Berlin",)"
                        R"("keep":{"sum":"seconds"}})");
    EXPECT_EQ(evidence_id_text(sum.id), "fdb9203ce742c269");
    const Evidence distinct = only(R"("on":"*","measure":{"distinct":"mail \"id\""},"within":"12 hours","points":1)");
    EXPECT_EQ(distinct.text, R"({"on":"*","tick":"hour","timezone":"UTC","keep":{"distinct":"mail \"id\""}})");
    EXPECT_EQ(evidence_id_text(distinct.id), "7c839e5c92bbc406");
}

TEST(Evidence, DigestIsOfTheIds) {
    const EvidenceId ids[] = {0x0123456789abcdec, 0xfedcba9876543210};
    EXPECT_EQ(digest_of(nullptr, 0), evidence_of(with_rules("")).digest);
    EXPECT_NE(digest_of(ids, 1), digest_of(ids, 2));
    EXPECT_NE(digest_of(ids, 1), digest_of(ids + 1, 1));
    std::string hex;
    for (const unsigned char byte : digest_of(ids, 2)) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    EXPECT_EQ(hex, "e8c0f9fa7e3a321ff69b0c95d2a8dec6");
    const EvidenceSet set = evidence_of(study_support::read(study_support::example));
    EXPECT_EQ(set.digest, digest_of(set.ids.data(), set.ids.size()));
}

TEST(Evidence, ListNamesTheRules) {
    const std::string rules = rule("a", plain) + "," + rule("b", R"("on":"visit","points":2)") + "," +
                              rule("c", R"("on":"visit","measure":{"sum":"s"},"points":2)");
    const std::string list = list_evidence(with_rules(rules));
    EXPECT_NE(list.find(R"("rules":["a","b"])"), std::string::npos) << list;
    EXPECT_NE(list.find(R"("kept":"sum")"), std::string::npos) << list;
    EXPECT_EQ(parse_json(list).items.size(), 2U);
    EXPECT_EQ(list_evidence(with_rules("")), "[]");
}

} // namespace
} // namespace leadscore
