// Explanations: the points of all lines add up to the score, on random documents; what lines say; the tree.
#include "core/explain.hpp"
#include "score_support.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

using namespace score_support;
using namespace value_support;
using Random = std::mt19937_64;

int below(Random &random, int most) {
    return static_cast<int>(random() % static_cast<uint64_t>(most));
}

// A decimal with up to 6 places, in [-limit, limit].
std::string decimal(Random &random, int limit) {
    const int64_t scales[] = {1, 10, 1000, 1000000};
    const int64_t scale = scales[below(random, 4)];
    const int64_t units = static_cast<int64_t>(random() % static_cast<uint64_t>(2 * limit * scale + 1)) - limit * scale;
    return micro_text(units * (micro_per_unit / scale));
}

// Nothing, or `min`, `max` or both around two decimals.
std::string bounds(Random &random, int limit) {
    std::string low = decimal(random, limit);
    std::string high = decimal(random, limit);
    if (compare(number(low).number, number(high).number) > 0) {
        std::swap(low, high);
    }
    const int which = below(random, 4);
    return (which & 1 ? ",\"min\":" + low : "") + (which & 2 ? ",\"max\":" + high : "");
}

std::string bands(Random &random) {
    std::string list = "{\"points\":" + decimal(random, 20) + "}";
    for (int from = 1 + below(random, 3); from < 9; from += 1 + below(random, 5)) {
        list += ",{\"from\":" + std::to_string(from) + ".5,\"points\":" + decimal(random, 20) + "}";
    }
    return "\"bands\":[" + list + "],\"missing\":" + decimal(random, 5);
}

std::string event_parts(Random &random) {
    std::string parts = std::string("\"on\":\"") + "xyz"[below(random, 3)] + "\"";
    const bool hours = below(random, 4) == 0;
    const std::string unit = hours ? " hours\"" : " days\"";
    const auto duration = [&] { return "\"" + std::to_string(1 + below(random, 9)) + unit; };
    parts += below(random, 2) == 0 ? ",\"within\":" + duration() : "";
    switch (below(random, 6)) {
    case 0:
        parts += ",\"measure\":{\"sum\":\"p\"},\"points\":" + decimal(random, 3);
        break;
    case 1:
        parts += ",\"measure\":{\"distinct\":\"p\"},\"points\":" + decimal(random, 3) + ",\"limit\":3";
        break;
    case 2:
        parts += ",\"measure\":{\"ratio_to\":\"x\"}," + bands(random);
        break;
    case 3:
        parts += ",\"limit\":5," + bands(random);
        break;
    default:
        parts += ",\"points\":" + decimal(random, 9) + ",\"decay\":{\"half_life\":" + duration() + "}";
        parts += below(random, 2) == 0 ? ",\"at_most\":{\"hits\":2,\"per\":" + duration() + "}" : "";
    }
    return parts;
}

std::string document(Random &random) {
    std::string rules;
    const int count = below(random, 14);
    for (int i = 0; i < count; ++i) {
        std::string rule = "{\"name\":\"rule " + std::to_string(i) + "\"" + bounds(random, 15);
        rule += below(random, 8) == 0 ? ",\"enabled\":false" : "";
        const int home = below(random, 3);
        rule += home == 0 ? ",\"group\":\"g" + std::to_string(below(random, 2)) + "\"" : "";
        rule += home == 1 ? std::string(",\"dimension\":\"d") + "12"[below(random, 2)] + "\"" : "";
        switch (below(random, 4)) {
        case 0:
            rule += ",\"if\":{\"flag\":true},\"points\":" + decimal(random, 30);
            break;
        case 1:
            rule += ",\"attribute\":\"size\"," + bands(random);
            break;
        default:
            rule += "," + event_parts(random);
        }
        rules += (i > 0 ? "," : "") + rule + "}";
    }
    std::string dimensions =
        "\"fit\":{\"weight\":1" + bounds(random, 40) + "},\"engagement\":{\"weight\":" + decimal(random, 2) + "}";
    for (const char *name : {"d1", "d2"}) {
        dimensions += std::string(",\"") + name + "\":{\"weight\":" + decimal(random, 3) + bounds(random, 20) + "}";
    }
    const char *const takes[] = {"sum", "max", "min"};
    std::string groups;
    for (const char *name : {"g0", "g1"}) {
        groups += std::string(groups.empty() ? "" : ",") + "\"" + name + "\":{\"take\":\"" + takes[below(random, 3)] + "\"" +
                  bounds(random, 9) + (below(random, 2) == 0 ? ",\"dimension\":\"d1\"" : "") + "}";
    }
    return "{\"rules\":[" + rules + "],\"dimensions\":{" + dimensions + "},\"groups\":{" + groups +
           "},\"score\":{\"decimals\":" + std::to_string(below(random, 7)) + bounds(random, 60) + "}}";
}

Tally some_hits(Random &random, const EvidenceSet &evidence) {
    Tally tally = tally_support::empty_tally(evidence.ids);
    for (uint32_t e = 0; e < evidence.ids.size(); ++e) {
        const int64_t now = evidence.items[e].hour_ticks ? day_of_scoring * 24 : day_of_scoring;
        const auto hits = static_cast<int64_t>(random() % 5);
        for (int64_t tick = now - hits; tick < now + 2; ++tick) {
            switch (evidence.items[e].kept) {
            case Kept::count:
                tally.counts.push_back({e, tick, 1 + below(random, 4)});
                break;
            case Kept::sum:
                tally.sums.push_back({e, tick, 1 + below(random, 9000000)});
                break;
            case Kept::distinct:
                tally.values.push_back({e, value_key(ValueType::number, std::to_string(500 + tick)), tick, 1});
                break;
            }
        }
    }
    check_tally(tally);
    return tally;
}

int128 micro_of(const std::string &text) {
    int128 micro = 0;
    EXPECT_TRUE(number_to_micro(number(text).number, most_micro, micro)) << text;
    return micro;
}

// The points of all rows, added up.
std::string added_up(const std::string &rows) {
    int128 total = 0;
    for (const std::string &points : study_support::rows(rows, {"points"})) {
        total += points == "null" ? 0 : micro_of(points);
    }
    return micro_text(total);
}

TEST(Explain, LinesAddUpToTheScore) {
    Random random(51);
    size_t lines = 0;
    for (int round = 0; round < 700; ++round) {
        const std::string json = document(random);
        Scoring scoring(study_support::read(json));
        const Attributes given = {{"flag", boolean(below(random, 2) == 0)}, {"size", number(std::to_string(below(random, 12)))}};
        const Tally tally = some_hits(random, scoring.evidence);
        for (const Tally *each : {static_cast<const Tally *>(nullptr), &tally}) {
            Workings workings;
            const Scored scored = scoring.score(given, each, workings);
            const std::string rows = explain_rows(scoring.rules, scored, workings);
            const std::string score = fixed_text(scored.score, scoring.rules.score_decimals);
            ASSERT_EQ(added_up(rows), micro_text(micro_of(score))) << json << rows;
            const auto names = study_support::rows(rows, {"step"});
            const std::string tree = explain_tree(scoring.rules, scored, workings);
            ASSERT_EQ(static_cast<size_t>(std::count(tree.begin(), tree.end(), '\n')) + 1, names.size());
            ASSERT_EQ(names.back(), "score");
            lines += names.size();
            // With workings or without, one score.
            ASSERT_EQ(scoring.text(given, each), score);
        }
    }
    EXPECT_GT(lines, 10000U);
}

const char *const parts = R"("score":{"max":30},"dimensions":{"fit":{"max":12},"engagement":{"weight":0.5}},)"
                          R"("groups":{"g":{"take":"max","max":8}},"stages":[{"name":"cold"},{"name":"hot","from":20}])";

std::string example_rules() {
    return R"({"name":"a","if":{"a":true},"points":15,"max":14},{"name":"off","if":{"a":true},"points":1,"enabled":false},)"
           R"({"name":"x","on":"x","points":5,"group":"g"},{"name":"y","on":"y","points":3,"group":"g"},)"
           R"({"name":"z","on":"z","bands":[{"points":-1},{"from":2,"points":33}]})";
}

TEST(Explain, EachStepHasItsLine) {
    Scoring scoring(example_rules(), parts);
    const Tally tally = scoring.tally({{"x", 2}, {"y", 1}, {"z", 2}});
    Workings workings;
    const Scored scored = scoring.score({{"a", boolean(true)}}, &tally, workings);
    const std::string rows = explain_rows(scoring.rules, scored, workings);
    const std::vector<std::string> expected = {"rule | z | engagement | 2 | 2 | 33",
                                               "rule | x | engagement | 2 | 2 | 10",
                                               "rule | y | engagement | 1 | 1 | 3",
                                               "group | g | engagement | null | 10 | -3",
                                               "group limit | g | engagement | null | null | -2",
                                               "dimension | engagement | engagement | null | 41 | null",
                                               "weight | engagement | engagement | null | null | -20.5",
                                               "rule | a | fit | null | null | 15",
                                               "rule limit | a | fit | null | null | -1",
                                               "dimension limit | fit | fit | null | null | -2",
                                               "dimension | fit | fit | null | 12 | null",
                                               "score limit | null | null | null | null | -2.5",
                                               "rounding | null | null | null | null | 0",
                                               "score | null | null | null | 30 | null",
                                               "stage | hot | null | null | null | null"};
    EXPECT_EQ(study_support::rows(rows, {"step", "name", "dimension", "hits", "measure", "points"}), expected);
    EXPECT_EQ(added_up(rows), "30");
}

TEST(Explain, AdjustmentsTellTheirReason) {
    Scoring scoring(example_rules(), parts);
    const Adjustments adjustments = {{"fit", true, 3 * micro_per_unit, 0, "met"}, {"fit", false, 2 * micro_per_unit, 0, ""}};
    Workings workings;
    const Scored scored =
        scoring.program.score(nullptr, nullptr, scoring.around(), nullptr, workings, &adjustments);
    const std::string rows = explain_rows(scoring.rules, scored, workings);
    EXPECT_NE(rows.find("\"set: met\""), std::string::npos) << rows;
    EXPECT_NE(rows.find("\"add\""), std::string::npos) << rows;
    EXPECT_NE(explain_tree(scoring.rules, scored, workings).find("set: met"), std::string::npos);
}

TEST(Explain, ExcludedLeadsHaveNoScore) {
    Scoring scoring(R"({"name":"a","if":{"a":true},"points":15})",
                    R"("exclude":[{"name":"rival","if":{"a":true}}],"stages":[{"name":"cold"}])");
    Workings workings;
    const Scored scored = scoring.score({{"a", boolean(true)}}, nullptr, workings);
    const auto rows = study_support::rows(explain_rows(scoring.rules, scored, workings), {"step", "name", "measure"});
    ASSERT_GE(rows.size(), 3U);
    EXPECT_EQ(rows[rows.size() - 3], "exclude | rival | null");
    EXPECT_EQ(rows[rows.size() - 2], "score | null | null");
    EXPECT_EQ(rows[rows.size() - 1], "stage | excluded | null");
}

TEST(Explain, TreeIsForPeople) {
    Scoring scoring(example_rules(), parts);
    const Tally tally = scoring.tally({{"x", 2}, {"y", 1}});
    Workings workings;
    const Scored scored = scoring.score({{"a", boolean(true)}}, &tally, workings);
    const std::string tree = explain_tree(scoring.rules, scored, workings);
    EXPECT_NE(tree.find("+10       x (2 hits)\n"), std::string::npos) << tree;
    EXPECT_NE(tree.find("+3        y (1 hit)\n"), std::string::npos) << tree;
    EXPECT_NE(tree.find("-1        z (0 hits)\n"), std::string::npos) << tree;
    EXPECT_EQ(tree.find("off"), std::string::npos) << tree;
}

// What the stage lines of rows and tree say of a lead with these points and this stage before.
std::vector<std::string> stage_lines(const std::string &fit, const std::string &engagement, const std::string_view *before) {
    Scoring scoring(
        R"({"name":"f","dimension":"fit","attribute":"f","bands":[{"points":0},{"from":1,"points":8},{"from":2,"points":10}]},)"
        R"({"name":"e","dimension":"engagement","attribute":"e","bands":[{"points":0},{"from":1,"points":20},{"from":2,"points":60}]})",
        R"("dimensions":{"fit":{},"engagement":{}},"stages":[{"name":"cold"},{"name":"warm","from":25,"sticky":true},)"
        R"({"name":"hot","from":50,"keep":40,"needs":{"fit":9,"engagement":1}}])");
    Workings workings;
    const Scored scored = scoring.score({{"f", number(fit)}, {"e", number(engagement)}}, nullptr, workings, before);
    std::vector<std::string> lines;
    for (const std::string &row :
         study_support::rows(explain_rows(scoring.rules, scored, workings), {"step", "name", "dimension", "measure"})) {
        if (row.compare(0, 5, "stage") == 0) {
            lines.push_back(row);
        }
    }
    const std::string tree = explain_tree(scoring.rules, scored, workings);
    lines.push_back(tree.substr(tree.find("\nstage ")));
    return lines;
}

TEST(Explain, SaysWhatTheNextStageTakes) {
    const std::vector<std::string> low = {"stage | cold | null | null", "stage from | warm | null | 25",
                                          "\nstage cold\n    warm from 25, has 20"};
    EXPECT_EQ(stage_lines("0", "1", nullptr), low);
    const std::vector<std::string> unfit = {"stage | warm | null | null", "stage needs | hot | fit | 9",
                                            "\nstage warm\n    hot needs fit 9, has 8"};
    EXPECT_EQ(stage_lines("1", "2", nullptr), unfit);
    const std::vector<std::string> both = {"stage | warm | null | null", "stage from | hot | null | 50",
                                           "stage needs | hot | fit | 9",
                                           "\nstage warm\n    hot from 50, has 28\n    hot needs fit 9, has 8"};
    EXPECT_EQ(stage_lines("1", "1", nullptr), both);
    const std::vector<std::string> top = {"stage | hot | null | null", "\nstage hot"};
    EXPECT_EQ(stage_lines("2", "2", nullptr), top);
}

TEST(Explain, SaysWhyAStageIsHeld) {
    const std::string_view hot = "hot";
    const std::vector<std::string> kept = {"stage | hot | null | null", "stage kept | hot | null | 10",
                                           "\nstage hot\n    kept from 10 on: by points warm"};
    EXPECT_EQ(stage_lines("2", "1", &hot), kept);
    const std::string_view warm = "warm";
    const std::vector<std::string> sticky = {
        "stage | warm | null | null",
        "stage sticky | warm | null | null",
        "stage from | hot | null | 50",
        "stage needs | hot | engagement | 1",
        "stage needs | hot | fit | 9",
        "\nstage warm\n    sticky: by points cold\n    hot from 50, has 0\n    hot needs engagement 1, has 0"
        "\n    hot needs fit 9, has 0"};
    EXPECT_EQ(stage_lines("0", "0", &warm), sticky);
}

TEST(Explain, NoRulesAtAll) {
    Scoring scoring("");
    Workings workings;
    const Scored scored = scoring.score({}, nullptr, workings);
    EXPECT_EQ(added_up(explain_rows(scoring.rules, scored, workings)), "0");
}

} // namespace
} // namespace leadscore
