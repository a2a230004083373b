// Measures of a score, against numbers computed by hand and against their definitions, lead by lead.
#include "core/evaluation.hpp"
#include "core/score_bands.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace leadscore {
namespace {

struct Lead {
    double a;
    double b;
    bool converted;
};

std::vector<OutcomeCell> cells_of(const std::vector<Lead> &leads) {
    std::vector<OutcomeCell> cells;
    for (const Lead &lead : leads) {
        cells.push_back({lead.a, lead.b, 1, lead.converted ? 1 : 0});
    }
    return sorted_outcomes(std::move(cells));
}

// The definition: every pair of a converted and another lead.
double ahead(double converted, double other) {
    return converted > other ? 1 : (converted == other ? 0.5 : 0);
}

struct Literal {
    double auc = 0;
    std::vector<double> of_converted;
    std::vector<double> of_others;
};

Literal literal_auc(const std::vector<Lead> &leads, double Lead::*key) {
    Literal result;
    double pairs = 0;
    for (const Lead &lead : leads) {
        double sum = 0;
        double count = 0;
        for (const Lead &against : leads) {
            if (lead.converted != against.converted) {
                sum += lead.converted ? ahead(lead.*key, against.*key) : ahead(against.*key, lead.*key);
                ++count;
            }
        }
        (lead.converted ? result.of_converted : result.of_others).push_back(sum / count);
        if (lead.converted) {
            result.auc += sum;
            pairs += count;
        }
    }
    result.auc /= pairs;
    return result;
}

double literal_covariance(const std::vector<double> &a, double mean_a, const std::vector<double> &b, double mean_b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        sum += (a[i] - mean_a) * (b[i] - mean_b);
    }
    return sum / static_cast<double>(a.size() - 1) / static_cast<double>(a.size());
}

std::vector<Lead> random_leads(std::mt19937 &random, size_t count, unsigned distinct) {
    std::vector<Lead> leads;
    for (size_t i = 0; i < count; ++i) {
        const double a = random() % distinct;
        leads.push_back({a, std::floor((a + random() % distinct) / 2), random() % distinct * 2 < a + random() % distinct});
    }
    leads[0].converted = leads[1].converted = true;
    leads[2].converted = leads[3].converted = false;
    return leads;
}

TEST(Evaluation, OfFourLeadsByHand) {
    const Evaluation four = evaluate(cells_of({{1, 0.1, false}, {2, 0.4, true}, {2, 0.4, false}, {3, 0.8, true}}));
    EXPECT_EQ(four.leads, 4);
    EXPECT_EQ(four.conversions, 2);
    EXPECT_EQ(four.rate, 0.5);
    EXPECT_TRUE(four.auc.twice_concordant == 7 && four.auc.pairs == 4); // 1 + 0.5 + 2 of 4
    EXPECT_EQ(four.auc.value, 0.875);
    EXPECT_EQ(four.gini, 0.75);
    EXPECT_EQ(four.ks, 0.5);
    // Places 0.75 and 1 on both sides: variance 2 × (0.03125 / 2).
    EXPECT_DOUBLE_EQ(four.auc.variance, 0.03125);
    EXPECT_NEAR(four.auc.limits.low, 0.227607529, 1e-8);
    EXPECT_NEAR(four.auc.limits.high, 0.994022101, 1e-8);
    // The best tenth is 0.4 of the lead with score 3.
    EXPECT_DOUBLE_EQ(four.capture_10, 0.2);
    EXPECT_DOUBLE_EQ(four.lift_10, 2);
    EXPECT_DOUBLE_EQ(four.capture_20, 0.4);
    EXPECT_DOUBLE_EQ(four.lift_20, 2);
    EXPECT_EQ(four.with_probability, 4);
    EXPECT_DOUBLE_EQ(four.brier, (0.01 + 0.36 + 0.16 + 0.04) / 4);
    EXPECT_DOUBLE_EQ(four.log_loss, -(std::log(0.9) + std::log(0.4) + std::log(0.6) + std::log(0.8)) / 4);
    EXPECT_DOUBLE_EQ(four.calibration_error, (0.1 + std::fabs(0.8 - 1) + 0.2) / 4);
}

TEST(Evaluation, TiesAtTheCutCountInProportion) {
    // Ten leads; the best has score 9, four share 5: one of ten is the first, two of ten take a quarter of the four more.
    std::vector<Lead> leads = {{9, unknown, true},  {5, unknown, true},  {5, unknown, true},  {5, unknown, false},
                               {5, unknown, false}, {1, unknown, false}, {1, unknown, false}, {1, unknown, false},
                               {1, unknown, true},  {0, unknown, false}};
    const Evaluation ten = evaluate(cells_of(leads));
    EXPECT_DOUBLE_EQ(ten.capture_10, 0.25);
    EXPECT_DOUBLE_EQ(ten.capture_20, (1 + 0.5) / 4);
    EXPECT_DOUBLE_EQ(ten.lift_20, 1.875);
    EXPECT_EQ(ten.with_probability, 0);
    EXPECT_TRUE(std::isnan(ten.brier) && std::isnan(ten.log_loss) && std::isnan(ten.calibration_error));
}

TEST(Evaluation, OfNothingOneOutcomeAndOneScore) {
    const Evaluation none = evaluate({});
    EXPECT_EQ(none.leads, 0);
    EXPECT_TRUE(std::isnan(none.rate) && std::isnan(none.auc.value) && std::isnan(none.ks) && std::isnan(none.capture_10));

    const Evaluation lost = evaluate(cells_of({{1, 0.5, false}, {2, 0.5, false}}));
    EXPECT_EQ(lost.rate, 0);
    EXPECT_TRUE(std::isnan(lost.auc.value) && std::isnan(lost.gini) && std::isnan(lost.ks) && std::isnan(lost.lift_10));
    EXPECT_EQ(lost.brier, 0.25);
    EXPECT_EQ(lost.calibration_error, 0.5);

    const Evaluation won = evaluate(cells_of({{1, 1, true}}));
    EXPECT_EQ(won.rate, 1);
    EXPECT_TRUE(std::isnan(won.auc.value));
    EXPECT_DOUBLE_EQ(won.capture_10, 0.1);
    EXPECT_NEAR(won.log_loss, 0, 1e-14);

    const Evaluation tied = evaluate(cells_of({{1, 0, true}, {1, 0, false}, {1, 0, true}, {1, 0, false}}));
    EXPECT_EQ(tied.auc.value, 0.5);
    EXPECT_EQ(tied.auc.variance, 0);
    EXPECT_EQ(tied.ks, 0);
    EXPECT_DOUBLE_EQ(tied.lift_10, 1);
    EXPECT_NEAR(tied.log_loss, -std::log(1e-15) / 2, 1e-12); // wrong for certain: dear, but finite

    const Evaluation split =
        evaluate(cells_of({{1, unknown, false}, {1, unknown, false}, {2, unknown, true}, {2, unknown, true}}));
    EXPECT_EQ(split.auc.value, 1);
    EXPECT_EQ(split.ks, 1);
    EXPECT_TRUE(std::isnan(split.auc.limits.low) && std::isnan(split.auc.limits.high));
}

TEST(Evaluation, AucIsThatOfAllPairs) {
    std::mt19937 random(3);
    for (int run = 0; run < 60; ++run) {
        const std::vector<Lead> leads = random_leads(random, 5 + random() % 150, 2 + random() % 40);
        const Literal literal = literal_auc(leads, &Lead::a);
        const Auc auc = auc_of(cells_of(leads));
        EXPECT_NEAR(auc.value, literal.auc, 1e-13);
        EXPECT_NEAR(auc.variance,
                    literal_covariance(literal.of_converted, literal.auc, literal.of_converted, literal.auc) +
                        literal_covariance(literal.of_others, literal.auc, literal.of_others, literal.auc),
                    1e-13);
    }
}

TEST(Evaluation, PairsOfManyLeadsAreExact) {
    const int64_t many = 50000000;
    const Auc auc = auc_of({{0, unknown, many, 1}, {1, unknown, many, many - 1}});
    // Converted: 1 low, many - 1 high; others: many - 1 low, 1 high.
    const int128 expected =
        static_cast<int128>(many - 1) * (2 * static_cast<int128>(many - 1) + 1) + static_cast<int128>(many - 1);
    EXPECT_TRUE(auc.twice_concordant == expected);
    EXPECT_TRUE(auc.pairs == static_cast<int128>(many) * many);
}

TEST(Comparison, IsThatOfAllPairs) {
    std::mt19937 random(5);
    for (int run = 0; run < 60; ++run) {
        const std::vector<Lead> leads = random_leads(random, 8 + random() % 150, 3 + random() % 40);
        const Literal a = literal_auc(leads, &Lead::a);
        const Literal b = literal_auc(leads, &Lead::b);
        const Comparison compared = compare_scores(cells_of(leads));
        EXPECT_NEAR(compared.a.value, a.auc, 1e-13);
        EXPECT_NEAR(compared.b.value, b.auc, 1e-13);
        EXPECT_NEAR(compared.difference, b.auc - a.auc, 1e-13);
        double variance = 0;
        for (const auto places : {&Literal::of_converted, &Literal::of_others}) {
            variance += literal_covariance(a.*places, a.auc, a.*places, a.auc) +
                        literal_covariance(b.*places, b.auc, b.*places, b.auc) -
                        2 * literal_covariance(a.*places, a.auc, b.*places, b.auc);
        }
        ASSERT_GT(variance, 0);
        const double error = std::sqrt(variance);
        EXPECT_NEAR(compared.limits.low, b.auc - a.auc - 1.959963984540054 * error, 1e-9);
        EXPECT_NEAR(compared.limits.high, b.auc - a.auc + 1.959963984540054 * error, 1e-9);
        EXPECT_NEAR(compared.p_value, std::erfc(std::fabs(b.auc - a.auc) / error / std::sqrt(2.0)), 1e-9);
    }
}

TEST(Comparison, OfAScoreWithItself) {
    const Comparison same = compare_scores(cells_of({{1, 10, false}, {2, 20, true}, {3, 30, false}, {4, 40, true}}));
    EXPECT_EQ(same.difference, 0);
    EXPECT_EQ(same.p_value, 1);
    EXPECT_EQ(same.limits.low, 0);
    const Comparison one_outcome = compare_scores(cells_of({{1, 10, true}, {2, 20, true}}));
    EXPECT_TRUE(std::isnan(one_outcome.difference) && std::isnan(one_outcome.p_value));
    const Comparison few = compare_scores(cells_of({{1, 2, true}, {2, 1, false}}));
    EXPECT_EQ(few.difference, 1);
    EXPECT_TRUE(std::isnan(few.limits.low) && std::isnan(few.p_value));
}

TEST(ScoreBands, TiesStayTogether) {
    // 3 leads at 9, 4 at 5, 3 at 1.
    const std::vector<OutcomeCell> cells = {{1, 0.1, 1, 0}, {1, 0.2, 2, 1}, {5, unknown, 4, 2}, {9, unknown, 3, 3}};
    const std::vector<ScoreBand> two = score_bands(cells, 2);
    ASSERT_EQ(two.size(), 2U);
    EXPECT_EQ(two[0].highest, 9);
    EXPECT_EQ(two[0].lowest, 9); // the middle of the four lies at 5 of 10: in the second half
    EXPECT_EQ(two[0].conversions, 3);
    EXPECT_EQ(two[1].leads, 7);
    EXPECT_EQ(two[1].score_sum, 23);
    EXPECT_EQ(score_bands(cells, 10).size(), 3U);
    EXPECT_EQ(score_bands(cells, 1).size(), 1U);
    EXPECT_TRUE(score_bands({}, 10).empty());
}

TEST(ScoreBands, AreEqualWhereNothingIsTied) {
    std::vector<OutcomeCell> cells;
    for (int i = 0; i < 1000; ++i) {
        cells.push_back({static_cast<double>(i), unknown, 1, i % 2});
    }
    const std::vector<ScoreBand> bands = score_bands(cells, 10);
    ASSERT_EQ(bands.size(), 10U);
    for (size_t b = 0; b < bands.size(); ++b) {
        EXPECT_EQ(bands[b].leads, 100);
        EXPECT_EQ(bands[b].highest, 999 - 100 * static_cast<double>(b));
    }
}

// Known from the literature: 81 of 263 (Newcombe, Statistics in Medicine 17, 1998, table I), and its other examples.
TEST(WilsonLimits, AreThoseOfTheLiterature) {
    const struct {
        int64_t conversions, leads;
        double low, high;
    } known[] = {{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
    for (const auto &k : known) {
        const Limits limits = wilson_limits(k.conversions, k.leads);
        EXPECT_NEAR(limits.low, k.low, 5e-5);
        EXPECT_NEAR(limits.high, k.high, 5e-5);
    }
    EXPECT_EQ(wilson_limits(7, 7).high, 1);
    EXPECT_TRUE(std::isnan(wilson_limits(0, 0).low));
}

} // namespace
} // namespace leadscore
