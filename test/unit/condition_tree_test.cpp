// Connectives of conditions against plain boolean logic; the fields a program asks for.
#include "value_support.hpp"

#include <gtest/gtest.h>

#include <random>

namespace leadscore {
namespace {

using namespace value_support;

TEST(ConditionTree, EmptyConnectives) {
    EXPECT_TRUE(Running("{}").holds({}));
    EXPECT_TRUE(Running(R"({"all":[]})").holds({}));
    EXPECT_FALSE(Running(R"({"any":[]})").holds({}));
    EXPECT_FALSE(Running(R"({"not":{}})").holds({}));
    EXPECT_TRUE(Running(R"({"not":{"any":[]}})").holds({}));
}

// Random trees of connectives against plain boolean logic.
struct Tree {
    std::string json;
    unsigned truth; // bit v: its value where the fields a, b, c are the bits of v
};

Tree random_tree(std::mt19937 &random, int depth) {
    if (depth == 0 || random() % 4 == 0) {
        const unsigned field = random() % 3;
        const unsigned truths[] = {0xAA, 0xCC, 0xF0};
        return {std::string("{\"") + "abc"[field] + "\":true}", truths[field]};
    }
    Tree tree{"{", 0xFF};
    const unsigned used = 1 + random() % 7;
    for (unsigned connective = 0; connective < 3; ++connective) {
        if ((used >> connective & 1) == 0) {
            continue;
        }
        tree.json += tree.json.size() > 1 ? "," : "";
        if (connective == 2) {
            const Tree child = random_tree(random, depth - 1);
            tree.json += "\"not\":" + child.json;
            tree.truth &= ~child.truth & 0xFF;
            continue;
        }
        unsigned joined = connective == 0 ? 0xFF : 0;
        std::string list;
        for (size_t n = random() % 4; n > 0; --n) {
            const Tree child = random_tree(random, depth - 1);
            list += (list.empty() ? "" : ",") + child.json;
            joined = connective == 0 ? joined & child.truth : joined | child.truth;
        }
        tree.json += (connective == 0 ? "\"all\":[" : "\"any\":[") + list + "]";
        tree.truth &= joined;
    }
    return {tree.json + "}", tree.truth};
}

TEST(ConditionTree, ConnectivesAreBooleanLogic) {
    std::mt19937 random(17);
    for (int round = 0; round < 300; ++round) {
        const Tree tree = random_tree(random, 4);
        Running running(tree.json);
        for (unsigned v = 0; v < 8; ++v) {
            const bool held =
                running.holds({{"a", boolean((v & 1) != 0)}, {"b", boolean((v & 2) != 0)}, {"c", boolean((v & 4) != 0)}});
            ASSERT_EQ(held, (tree.truth >> v & 1) != 0) << tree.json << v;
        }
    }
}

TEST(ConditionTree, FieldsAreNumberedOnce) {
    const Running running(R"({"a":1,"b":2,"any":[{"a":3},{"not":{"c":4}}]})");
    EXPECT_EQ(running.field_names().size(), 3U);
    EXPECT_EQ(running.fields_of_program().size(), 4U);
}

} // namespace
} // namespace leadscore
