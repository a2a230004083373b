// Stages (keep, sticky, needs), labels, exclusion and probability.
#include "score_support.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace leadscore {
namespace {

using namespace score_support;
using namespace value_support;

// The score is attribute "s", by a ladder of bands; dimension "fit" is attribute "f" likewise.
std::string ladder(const std::string &attribute, const std::string &dimension) {
    std::string bands = "{\"from\":-10,\"points\":-10}";
    for (int i = -9; i <= 100; ++i) {
        bands += ",{\"from\":" + std::to_string(i) + ",\"points\":" + std::to_string(i) + "}";
    }
    return "{\"name\":\"" + attribute + "\",\"attribute\":\"" + attribute + "\",\"dimension\":\"" + dimension + "\",\"bands\":[" +
           bands + "]}";
}
const std::string rules = ladder("s", "main") + "," + ladder("f", "side");
const std::string dimensions = R"("dimensions":{"main":{},"side":{"weight":0}},)";

class Staged {
public:
    explicit Staged(const std::string &rest) : scoring_(rules, dimensions + rest) {
    }
    std::string stage(int score, const char *previous = nullptr, int side = 0) {
        const Scored &scored = scoring_.score(given(score, side), nullptr, previous);
        return scored.stage < 0 ? "none" : scoring_.rules.stages[static_cast<size_t>(scored.stage)].name;
    }
    std::string level(int score, int side = 0, size_t label = 0) {
        const Scored &scored = scoring_.score(given(score, side));
        const int level = scored.levels.at(label);
        return level < 0 ? "none" : scoring_.rules.labels[label].levels[static_cast<size_t>(level)].name;
    }
    const Scored &score(int score, int side = 0, const Attributes &more = {}) {
        Attributes all = given(score, side);
        all.insert(all.end(), more.begin(), more.end());
        return scoring_.score(all);
    }

private:
    static Attributes given(int score, int side) {
        return {{"s", number(std::to_string(score))}, {"f", number(std::to_string(side))}};
    }
    Scoring scoring_;
};

const char *const plain = R"("stages":[{"name":"cold"},{"name":"warm","from":40},{"name":"hot","from":75,"keep":5}])";

TEST(Stages, LastOneReached) {
    Staged staged(plain);
    EXPECT_EQ(staged.stage(-5), "cold");
    EXPECT_EQ(staged.stage(39), "cold");
    EXPECT_EQ(staged.stage(40), "warm");
    EXPECT_EQ(staged.stage(74), "warm");
    EXPECT_EQ(staged.stage(75), "hot");
    EXPECT_EQ(Staged(R"("description":"none")").stage(50), "none");
}

TEST(Stages, KeepHoldsTheOneBefore) {
    Staged staged(plain);
    EXPECT_EQ(staged.stage(70, "hot"), "hot");
    EXPECT_EQ(staged.stage(69, "hot"), "warm");
    EXPECT_EQ(staged.stage(72, "warm"), "warm"); // was not there
    EXPECT_EQ(staged.stage(39, "warm"), "cold"); // keep of 0
    EXPECT_EQ(staged.stage(72, "unknown"), "warm");
    EXPECT_EQ(staged.stage(72, ""), "warm");
    EXPECT_EQ(staged.stage(72, "excluded"), "warm");
    EXPECT_EQ(staged.stage(80, "cold"), "hot");
}

TEST(Stages, NeedsHoldAlsoForKeep) {
    Staged staged(
        R"("stages":[{"name":"cold"},{"name":"warm","from":40},{"name":"hot","from":75,"needs":{"side":20},"keep":5}])");
    EXPECT_EQ(staged.stage(90, nullptr, 19), "warm");
    EXPECT_EQ(staged.stage(90, nullptr, 20), "hot");
    EXPECT_EQ(staged.stage(72, "hot", 20), "hot");
    EXPECT_EQ(staged.stage(72, "hot", 19), "warm");
    EXPECT_EQ(staged.stage(90, "hot", 19), "warm");
}

// A stage may be passed over when its needs do not hold.
TEST(Stages, HigherOnesWithoutNeeds) {
    Staged staged(R"("stages":[{"name":"cold"},{"name":"warm","from":40,"needs":{"side":20}},{"name":"hot","from":75}])");
    EXPECT_EQ(staged.stage(50, nullptr, 0), "cold");
    EXPECT_EQ(staged.stage(80, nullptr, 0), "hot");
}

TEST(Stages, StickyIsNeverLeft) {
    Staged staged(R"("stages":[{"name":"cold"},{"name":"warm","from":40,"sticky":true},{"name":"hot","from":75,"keep":5},)"
                  R"({"name":"won","from":95,"sticky":true}])");
    EXPECT_EQ(staged.stage(0, "warm"), "warm");
    EXPECT_EQ(staged.stage(0, "hot"), "warm"); // the highest sticky one below the stage before
    EXPECT_EQ(staged.stage(72, "hot"), "hot");
    EXPECT_EQ(staged.stage(0, "won"), "won");
    EXPECT_EQ(staged.stage(0, "cold"), "cold");
    EXPECT_EQ(staged.stage(0), "cold");
    EXPECT_EQ(staged.stage(96, "warm"), "won");
}

TEST(Stages, CompareTheRoundedScore) {
    Scoring scoring(R"({"name":"a","if":{"a":true},"points":39.5})", R"("stages":[{"name":"cold"},{"name":"warm","from":40}])");
    EXPECT_EQ(scoring.score({{"a", boolean(true)}}).stage, 1);
    Scoring finer(R"({"name":"a","if":{"a":true},"points":39.5})",
                  R"("score":{"decimals":1},"stages":[{"name":"cold"},{"name":"warm","from":40}])");
    EXPECT_EQ(finer.score({{"a", boolean(true)}}).stage, 0);
}

TEST(Labels, OfDimensionsAndTheScore) {
    Staged staged(R"("labels":{"a":{"of":"side","levels":[{"name":"C"},{"name":"B","from":15},{"name":"A","from":30}]},)"
                  R"("b":{"of":"score","levels":[{"name":"low"},{"name":"high","from":50}]}})");
    EXPECT_EQ(staged.level(0, 14), "C");
    EXPECT_EQ(staged.level(0, 15), "B");
    EXPECT_EQ(staged.level(0, 30), "A");
    EXPECT_EQ(staged.level(0, -5), "C");
    EXPECT_EQ(staged.level(-9, 0, 1), "low");
    EXPECT_EQ(staged.level(49, 0, 1), "low");
    EXPECT_EQ(staged.level(50, 0, 1), "high");
}

TEST(Labels, OfADimensionBeforeItsWeight) {
    Scoring scoring(R"({"name":"a","if":{"a":true},"points":100})",
                    R"("dimensions":{"fit":{"max":30,"weight":0.1}},)"
                    R"("labels":{"g":{"of":"fit","levels":[{"name":"C"},{"name":"A","from":30}]}})");
    EXPECT_EQ(scoring.score({{"a", boolean(true)}}).levels.at(0), 1);
    EXPECT_EQ(fixed_text(scoring.score({{"a", boolean(true)}}).score, 0), "3");
}

TEST(Exclusion, ClearsAllButDimensions) {
    Staged staged(R"("exclude":[{"name":"never","if":{"x":"no"}},{"name":"rival","if":{"domain":["rival.example"]}},)"
                  R"({"name":"later","if":{"domain":"rival.example"}}],)"
                  R"("stages":[{"name":"cold"}],"probability":{"intercept":0,"slope":1},)"
                  R"("labels":{"a":{"of":"side","levels":[{"name":"C"}]},"b":{"of":"score","levels":[{"name":"low"}]},)"
                  R"("c":{"of":"probability","levels":[{"name":"slim"}]}})");
    const Scored &scored = staged.score(50, 20, {{"domain", text("rival.example")}});
    EXPECT_TRUE(scored.excluded);
    EXPECT_EQ(scored.exclusion, 1U);
    EXPECT_EQ(scored.stage, -1);
    EXPECT_FALSE(scored.has_probability);
    EXPECT_EQ(scored.levels, (std::vector<int>{0, -1, -1}));
    EXPECT_EQ(micro_text(scored.dimensions[0]), "50");
    const Scored &other = staged.score(50, 20, {{"domain", text("friend.example")}});
    EXPECT_FALSE(other.excluded);
    EXPECT_EQ(other.stage, 0);
    EXPECT_TRUE(other.has_probability);
    EXPECT_EQ(other.levels, (std::vector<int>{0, 0, 0}));
}

TEST(Exclusion, OfALeadWithoutAttributes) {
    Scoring scoring("", R"("exclude":[{"name":"nobody","if":{"mail":null}}])");
    EXPECT_TRUE(scoring.score_without_attributes(nullptr).excluded);
    EXPECT_FALSE(scoring.score({{"mail", text("a@b")}}).excluded);
}

TEST(Probability, OfTheScoreBeforeItsClamp) {
    Staged staged(R"("score":{"max":10},"probability":{"intercept":-2,"slope":0.05},)"
                  R"("labels":{"p":{"of":"probability","levels":[{"name":"slim"},{"name":"even","from":0.5}]}})");
    EXPECT_DOUBLE_EQ(staged.score(0).probability, 1 / (1 + std::exp(2.0)));
    EXPECT_DOUBLE_EQ(staged.score(100).probability, 1 / (1 + std::exp(-3.0)));
    EXPECT_EQ(staged.level(39), "slim");
    EXPECT_EQ(staged.level(40), "even"); // exactly one half
    EXPECT_FALSE(Staged(R"("description":"")").score(5).has_probability);
}

} // namespace
} // namespace leadscore
