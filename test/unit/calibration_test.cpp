// The line from a score to the probability of conversion.
#include "core/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace leadscore {
namespace {

double chance(const CalibrationLine &line, double score) {
    return 1 / (1 + std::exp(-line.odds(score)));
}

// With two scores the line meets both rates, those of Platt's targets.
TEST(Calibration, OfTwoScoresMeetsBothRates) {
    const CalibrationLine line = calibrate(sorted_outcomes({{10, unknown, 100, 20}, {30, unknown, 100, 60}}));
    const double of_conversion = 81.0 / 82;
    const double of_other = 1.0 / 122;
    EXPECT_NEAR(chance(line, 10), 0.2 * of_conversion + 0.8 * of_other, 1e-12);
    EXPECT_NEAR(chance(line, 30), 0.6 * of_conversion + 0.4 * of_other, 1e-12);
}

// At the optimum the expected conversions are those wanted, in all and weighted by score.
TEST(Calibration, IsTheOptimum) {
    std::mt19937 random(7);
    std::vector<OutcomeCell> cells;
    for (int i = 0; i < 300; ++i) {
        const double score = static_cast<double>(random() % 2001) / 20 - 30;
        const double odds = 0.05 * score - 1;
        const double share = 1 / (1 + std::exp(-odds));
        cells.push_back({score, unknown, 1, static_cast<double>(random() % 1000) / 1000 < share ? 1 : 0});
    }
    cells = sorted_outcomes(std::move(cells));
    const CalibrationLine line = calibrate(cells);
    double conversions = 0;
    for (const OutcomeCell &cell : cells) {
        conversions += static_cast<double>(cell.conversions);
    }
    const double others = 300 - conversions;
    double rest = 0;
    double weighted = 0;
    for (const OutcomeCell &cell : cells) {
        const double wanted = static_cast<double>(cell.conversions) * (conversions + 1) / (conversions + 2) +
                              static_cast<double>(cell.leads - cell.conversions) / (others + 2);
        rest += wanted - static_cast<double>(cell.leads) * chance(line, cell.score);
        weighted += (wanted - static_cast<double>(cell.leads) * chance(line, cell.score)) * cell.score;
    }
    EXPECT_NEAR(rest, 0, 1e-8);
    EXPECT_NEAR(weighted, 0, 1e-6);
    EXPECT_NEAR(line.slope, 0.05, 0.02);
}

TEST(Calibration, DoesNotDependOnUnitAndOrigin) {
    const std::vector<OutcomeCell> cells =
        sorted_outcomes({{0, unknown, 50, 5}, {1, unknown, 40, 8}, {3, unknown, 30, 15}, {4, unknown, 20, 16}});
    const CalibrationLine line = calibrate(cells);
    for (const double unit : {1e-200, 1e-6, 1e6, 1e200, 4e307}) {
        std::vector<OutcomeCell> scaled = cells;
        for (OutcomeCell &cell : scaled) {
            cell.score *= unit;
        }
        const CalibrationLine other = calibrate(scaled);
        EXPECT_NEAR(other.slope * unit, line.slope, 1e-9) << unit;
        EXPECT_NEAR(other.intercept, line.intercept, 1e-9) << unit;
    }
    std::vector<OutcomeCell> moved = cells;
    for (OutcomeCell &cell : moved) {
        cell.score += 1000;
    }
    EXPECT_NEAR(calibrate(moved).odds(1003), line.odds(3), 1e-8);
}

// Perfect separation has an answer; what falls, or says nothing, gets the rate.
TEST(Calibration, AlwaysHasAnAnswer) {
    const CalibrationLine separated = calibrate(sorted_outcomes({{0, unknown, 50, 0}, {1, unknown, 50, 50}}));
    EXPECT_NEAR(chance(separated, 0), 1.0 / 52, 1e-9);
    EXPECT_NEAR(chance(separated, 1), 51.0 / 52, 1e-9);
    const CalibrationLine falling = calibrate(sorted_outcomes({{0, unknown, 50, 40}, {1, unknown, 50, 10}}));
    EXPECT_EQ(falling.slope, 0);
    EXPECT_NEAR(chance(falling, 7), 0.5, 1e-12);
    for (const std::vector<OutcomeCell> &cells :
         {std::vector<OutcomeCell>{}, std::vector<OutcomeCell>{{0, unknown, 3, 3}}, std::vector<OutcomeCell>{{5, unknown, 9, 0}},
          std::vector<OutcomeCell>{{1, unknown, 1, 1}, {2, unknown, 1, 1}},
          std::vector<OutcomeCell>{{-1.7e308, unknown, 9, 0}, {1.7e308, unknown, 9, 9}}}) {
        const CalibrationLine line = calibrate(cells);
        EXPECT_TRUE(std::isfinite(line.intercept) && std::isfinite(line.slope) && line.slope >= 0);
    }
}

TEST(Calibration, IsWrittenAsDocumentsDo) {
    const Probability probability = probability_of({-3.25, 1.0 / 3e7});
    EXPECT_EQ(probability.intercept, "-3.25");
    EXPECT_EQ(probability.slope, "3.33333333e-8");
    EXPECT_EQ(probability_of({-0.0, 0}).intercept, "0");
}

} // namespace
} // namespace leadscore
