// From attributes and a tally to a score: groups, clamps, weights, tallies of other rules, and calls that ended in an exception.
#include "score_support.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

using namespace score_support;
using namespace value_support;

std::string flag(const std::string &name, const std::string &points, const std::string &more = "") {
    return "{\"name\":\"" + name + "\",\"if\":{\"" + name + "\":true},\"points\":" + points + more + "}";
}
std::string hits(const std::string &name, const std::string &points, const std::string &more = "") {
    return "{\"name\":\"" + name + "\",\"on\":\"" + name + "\",\"points\":" + points + more + "}";
}
const Value yes = boolean(true);

TEST(ScoreProgram, AddsUpDimensions) {
    Scoring scoring(flag("a", "3") + "," + flag("b", "-1.5") + "," + hits("x", "2"), R"("score":{"decimals":1})");
    const Tally tally = scoring.tally({{"x", 4}});
    EXPECT_EQ(scoring.text(), "0.0");
    EXPECT_EQ(scoring.text({{"a", yes}, {"b", yes}}), "1.5");
    EXPECT_EQ(scoring.text({{"a", yes}, {"b", yes}}, &tally), "9.5");
    EXPECT_EQ(scoring.dimension("fit", scoring.score({{"a", yes}}, &tally)), "3");
    EXPECT_EQ(scoring.dimension("engagement", scoring.score({{"a", yes}}, &tally)), "8");
    EXPECT_EQ(scoring.text(), "0.0"); // nothing stays from the call before
}

TEST(ScoreProgram, GroupsTake) {
    const std::string rules = hits("x", "5", R"(,"group":"g")") + "," + hits("y", "-2", R"(,"group":"g")") + "," +
                              flag("z", "1", R"(,"group":"g")") + "," + flag("off", "99", R"(,"group":"g","enabled":false)");
    const auto total = [&](const std::string &group, const Attributes &given,
                           const std::vector<std::pair<std::string, int64_t>> &counted) {
        Scoring scoring(rules, "\"groups\":{\"g\":{" + group + "}}");
        const Tally tally = scoring.tally(counted);
        return scoring.text(given, &tally);
    };
    EXPECT_EQ(total("", {{"z", yes}}, {{"x", 2}, {"y", 1}}), "9");
    EXPECT_EQ(total(R"("take":"max")", {{"z", yes}}, {{"x", 2}, {"y", 1}}), "10");
    EXPECT_EQ(total(R"("take":"min")", {{"z", yes}}, {{"x", 2}, {"y", 1}}), "-2");
    EXPECT_EQ(total(R"("take":"max")", {}, {{"y", 1}}), "0"); // a rule that gave 0 takes part
    EXPECT_EQ(total(R"("take":"min")", {{"z", yes}}, {{"x", 1}}), "0");
    EXPECT_EQ(total(R"("max":7)", {{"z", yes}}, {{"x", 2}, {"y", 1}}), "7");
    EXPECT_EQ(total(R"("take":"min","min":-1)", {}, {{"y", 3}}), "-1");
    EXPECT_EQ(total(R"("min":2)", {}, {}), "2");
    EXPECT_EQ(total(R"("take":"max","max":3)", {{"z", yes}}, {{"x", 1}}), "3");
}

TEST(ScoreProgram, GroupOfNothingIsZero) {
    Scoring scoring(flag("off", "9", R"(,"group":"g","enabled":false)"),
                    R"("groups":{"g":{"take":"max"},"h":{"take":"min","min":4}})");
    EXPECT_EQ(scoring.text({{"off", yes}}), "4");
}

TEST(ScoreProgram, ClampsAtEveryLevel) {
    const std::string rules = flag("a", "10", R"(,"max":8)") + "," + flag("b", "10") + "," + flag("c", "-100", R"(,"min":-9)");
    EXPECT_EQ(Scoring(rules).text({{"a", yes}, {"b", yes}}), "18");
    EXPECT_EQ(Scoring(rules, R"("dimensions":{"fit":{"max":15}})").text({{"a", yes}, {"b", yes}}), "15");
    EXPECT_EQ(Scoring(rules, R"("dimensions":{"fit":{"max":15}},"score":{"max":12})").text({{"a", yes}, {"b", yes}}), "12");
    EXPECT_EQ(Scoring(rules, R"("dimensions":{"fit":{"min":-5}})").text({{"c", yes}}), "-5");
    EXPECT_EQ(Scoring(rules, R"("score":{"min":0})").text({{"c", yes}}), "0");
    EXPECT_EQ(Scoring(rules).text({{"c", yes}}), "-9");
}

TEST(ScoreProgram, WeightsAndRounding) {
    const std::string rules = flag("a", "1") + "," + hits("x", "1");
    const std::string half = R"("dimensions":{"fit":{"weight":0.5},"engagement":{"weight":-0.25}})";
    EXPECT_EQ(Scoring(rules, half).text({{"a", yes}}), "1"); // 0.5, half away from zero
    EXPECT_EQ(Scoring(rules, half + R"(,"score":{"decimals":2})").text({{"a", yes}}), "0.50");
    Scoring scoring(rules, half + R"(,"score":{"decimals":2})");
    const Tally tally = scoring.tally({{"x", 3}});
    EXPECT_EQ(scoring.text({}, &tally), "-0.75");
    // Each product is rounded to 6 places by itself, then the sum once: 0.0000005 + 0.0000005.
    Scoring small(flag("a", "0.000001") + "," + hits("x", "0.000001"),
                  R"("dimensions":{"fit":{"weight":0.5},"engagement":{"weight":0.5}},"score":{"decimals":6})");
    const Tally one = small.tally({{"x", 1}});
    EXPECT_EQ(small.text({{"a", yes}}, &one), "0.000002");
}

TEST(ScoreProgram, RulesGivePointsWithoutEvidence) {
    Scoring scoring(R"({"name":"quiet","on":"*","measure":"idle","bands":[{"points":0}],"missing":-7},)"
                    R"({"name":"absent","on":"x","bands":[{"points":-5},{"from":1,"points":2}]},)"
                    R"({"name":"least","on":"x","points":1,"min":3},)"
                    R"({"name":"size","attribute":"n","bands":[{"points":4}],"missing":-2})");
    const Tally nothing = tally_support::empty_tally(scoring.evidence.ids);
    Tally unset = tally_support::empty_tally({});
    unset.unset = true;
    EXPECT_EQ(scoring.text(), "-11");
    EXPECT_EQ(scoring.text({}, &nothing), "-11");
    EXPECT_EQ(scoring.text({}, &unset), "-11");
    EXPECT_EQ(fixed_text(scoring.score_without_attributes(&nothing).score, 0), "-11");
    const Tally one = scoring.tally({{"absent", 1}});         // not of "*"
    EXPECT_EQ(scoring.text({{"n", number("5")}}, &one), "2"); // -7 + 2 + 3 + 4
    EXPECT_EQ(scoring.text(), "-11");
}

// The same with workings and without, and whatever workings held before.
TEST(ScoreProgram, WorkingsStartAnew) {
    Scoring scoring(flag("a", "3", R"(,"group":"g")") + "," + hits("x", "2"), R"("groups":{"g":{"max":2}})");
    const Tally tally = scoring.tally({{"x", 4}});
    Workings workings;
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(fixed_text(scoring.score({{"a", yes}}, &tally, workings).score, 0), "10");
        EXPECT_EQ(workings.rules.size(), 2U);
        EXPECT_EQ(workings.groups.size(), 1U);
        EXPECT_EQ(workings.dimension_sums.size(), 2U);
        EXPECT_EQ(workings.weighted.size(), 2U);
        EXPECT_EQ(micro_text(workings.group_sums[0]), "3");
        EXPECT_EQ(micro_text(workings.groups[0]), "2");
    }
}

// A tally with more evidence than needed, and with other indexes, scores the same.
TEST(ScoreProgram, TalliesOfOtherRules) {
    std::string many;
    for (int i = 0; i < 30; ++i) {
        many += (i > 0 ? "," : "") + hits("x" + std::to_string(i), "1");
    }
    const Scoring counted(many);
    Scoring scoring(hits("x3", "1") + "," + hits("x17", "100") + "," + hits("x21", "10000"));
    std::vector<std::pair<std::string, int64_t>> given;
    for (int i = 0; i < 30; ++i) {
        given.emplace_back("x" + std::to_string(i), i + 1);
    }
    const Tally wide = counted.tally(given);
    const Tally own = scoring.tally({{"x3", 7}});
    for (int round = 0; round < 3; ++round) { // switching to and fro
        EXPECT_EQ(scoring.text({}, &wide), "221804");
        EXPECT_EQ(scoring.text({}, &own), "7");
        EXPECT_EQ(scoring.text(), "0");
    }
}

TEST(ScoreProgram, MissingEvidenceIsNamed) {
    const Scoring counted(hits("x", "1") + "," + hits("z", "1"));
    Scoring scoring(hits("x", "1") + "," + hits("y", "1") + ",{\"name\":\"y again\",\"on\":\"y\",\"points\":2}");
    const Tally other = counted.tally({{"x", 1}});
    EXPECT_EQ(tally_support::trouble_of([&] { scoring.score({}, &other); }), Trouble::no_evidence);
    const std::string message = tally_support::message_of([&] { scoring.score({}, &other); });
    EXPECT_NE(message.find("\"y\", \"y again\""), std::string::npos) << message;
    // Of a disabled rule none is needed.
    Scoring less(hits("x", "1") + "," + hits("y", "1", R"(,"enabled":false)"));
    EXPECT_EQ(less.text({}, &other), "1");
    // And what comes after the error is clean.
    const Tally own = scoring.tally({{"x", 5}});
    EXPECT_EQ(scoring.text({}, &own), "5");
    EXPECT_THROW(scoring.score({}, &other), Problem);
    EXPECT_EQ(scoring.text(), "0");
}

// The digest is no proof: bytes may be made to have that of other evidence.
TEST(ScoreProgram, DeceivingTallies) {
    Scoring scoring(hits("x", "1"));
    const Scoring wider(hits("x", "1") + "," + hits("y", "1"));
    Tally own = scoring.tally({{"x", 1}});
    Tally other = wider.tally({{"x", 1}, {"y", 1}});
    EXPECT_EQ(scoring.text({}, &other), "1");
    own.counts[0].evidence = 1;
    EXPECT_EQ(tally_support::trouble_of([&] { scoring.score({}, &own); }), Trouble::bytes);
    other.counts[1].evidence = 2;
    EXPECT_EQ(tally_support::trouble_of([&] { scoring.score({}, &other); }), Trouble::bytes);
    const Tally good = scoring.tally({{"x", 3}});
    EXPECT_EQ(scoring.text({}, &good), "3");
}

TEST(ScoreProgram, AfterAnExceptionInTheMiddle) {
    const std::string failing = R"({"name":"regex","if":{"word":{"matches":"fails"}},"points":50,"group":"g"})";
    Scoring scoring(flag("a", "3", R"(,"group":"g")") + "," + failing + "," + hits("x", "2", R"(,"group":"g")"),
                    R"("groups":{"g":{"take":"max"}})");
    const Tally tally = scoring.tally({{"x", 4}});
    EXPECT_EQ(scoring.text({{"a", yes}}), "3");
    EXPECT_THROW(scoring.score({{"a", yes}, {"word", text("w")}}, &tally), Problem);
    EXPECT_EQ(scoring.text(), "0");
    EXPECT_THROW(scoring.score({{"a", yes}, {"word", text("w")}}, &tally), Problem);
    EXPECT_EQ(scoring.text({{"a", yes}}), "3");
    EXPECT_EQ(scoring.text({{"a", yes}}, &tally), "8");
    Workings workings;
    EXPECT_THROW(scoring.score({{"word", text("w")}}, &tally, workings), Problem);
    EXPECT_EQ(fixed_text(scoring.score({{"a", yes}}, nullptr, workings).score, 0), "3");
    EXPECT_EQ(workings.groups.size(), 1U);
}

TEST(ScoreProgram, AttributeForms) {
    Scoring scoring(
        R"({"name":"v","attribute":"v","values":{"Software":10,"50":5,"true":3,"2026-11-01":2},"otherwise":1,"missing":-1})");
    EXPECT_EQ(scoring.text({{"v", text("Software")}}), "10");
    EXPECT_EQ(scoring.text({{"v", text("software")}}), "1");
    EXPECT_EQ(scoring.text({{"v", number("50.0")}}), "5");
    EXPECT_EQ(scoring.text({{"v", boolean(true)}}), "3");
    EXPECT_EQ(scoring.text({{"v", date("2026-11-01")}}), "2");
    EXPECT_EQ(scoring.text({{"v", instant("2026-11-01")}}), "1");
    EXPECT_EQ(scoring.text({{"v", of_type(Value::Type::other)}}), "1");
    EXPECT_EQ(scoring.text({{"v", of_type(Value::Type::null)}}), "-1");
    EXPECT_EQ(scoring.text(), "-1");
    const std::vector<Value> list = {of_type(Value::Type::null), number("50"), boolean(true)};
    EXPECT_EQ(scoring.text({{"v", array(list)}}), "5");
    EXPECT_EQ(scoring.text({{"v", of_type(Value::Type::array)}}), "-1");
    const std::vector<Value> nulls = {of_type(Value::Type::null)};
    EXPECT_EQ(scoring.text({{"v", array(nulls)}}), "-1");
}

TEST(ScoreProgram, AttributeBands) {
    Scoring scoring(R"({"name":"n","attribute":"n","bands":[{"points":0},{"from":0.000001,"points":1},{"from":50,"points":5},)"
                    R"({"from":1000000000000000,"points":9}],"missing":-2})");
    EXPECT_EQ(scoring.text({{"n", number("0.0000009999999")}}), "0"); // not rounded up to its band
    EXPECT_EQ(scoring.text({{"n", number("0.000001")}}), "1");
    EXPECT_EQ(scoring.text({{"n", number("49.99999999999999999999999999")}}), "1");
    EXPECT_EQ(scoring.text({{"n", number("50")}}), "5");
    EXPECT_EQ(scoring.text({{"n", number("999999999999999.9999999999999")}}), "5");
    EXPECT_EQ(scoring.text({{"n", number("1e15")}}), "9");
    EXPECT_EQ(scoring.text({{"n", number("1e300")}}), "9");
    EXPECT_EQ(scoring.text({{"n", number("-1e300")}}), "0");
    EXPECT_EQ(scoring.text({{"n", text("50")}}), "-2");
    EXPECT_EQ(scoring.text({{"n", of_type(Value::Type::other)}}), "-2");
    const std::vector<Value> list = {text("x"), number("3"), number("60"), number("1")};
    EXPECT_EQ(scoring.text({{"n", array(list)}}), "5");
}

} // namespace
} // namespace leadscore
