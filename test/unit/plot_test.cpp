// Numbers of plots, and what is drawn where there is little to draw.
#include "core/plot_points.hpp"

#include "core/evaluation.hpp"
#include "core/svg_plot.hpp"
#include "core/text_plot.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <sstream>

namespace leadscore {
namespace {

std::vector<OutcomeCell> random_cells(unsigned seed, size_t leads, unsigned distinct) {
    std::mt19937 random(seed);
    std::vector<OutcomeCell> cells;
    for (size_t i = 0; i < leads; ++i) {
        const double score = random() % distinct;
        cells.push_back({score, score / distinct, 1, random() % (2 * distinct) < score ? 1 : 0});
    }
    return sorted_outcomes(std::move(cells));
}

TEST(CaptureCurve, IsCaptureAtEachShare) {
    for (const unsigned distinct : {1U, 2U, 7U, 100U, 100000U}) {
        const std::vector<OutcomeCell> cells = random_cells(distinct, 500, distinct + 1);
        const std::vector<double> curve = capture_curve(cells, 20);
        ASSERT_EQ(curve.size(), 21U);
        EXPECT_EQ(curve[0], 0);
        for (size_t step = 1; step <= 20; ++step) {
            EXPECT_NEAR(curve[step], capture_of(cells, static_cast<double>(step) / 20), 1e-12) << distinct << " " << step;
        }
    }
    EXPECT_TRUE(capture_curve({}, 10).empty());
    EXPECT_TRUE(capture_curve({{1, unknown, 5, 0}}, 10).empty());
}

TEST(ReliabilityPoints, AreTheBandsFromBelow) {
    const std::vector<OutcomeCell> cells = by_other(random_cells(3, 1000, 50));
    const std::vector<ReliabilityPoint> points = reliability_points(cells);
    ASSERT_GT(points.size(), 7U);
    double error = 0;
    int64_t leads = 0;
    for (size_t i = 0; i < points.size(); ++i) {
        EXPECT_TRUE(i == 0 || points[i].predicted > points[i - 1].predicted);
        EXPECT_LE(points[i].limits.low, points[i].rate);
        EXPECT_GE(points[i].limits.high, points[i].rate);
        error += std::fabs(points[i].predicted - points[i].rate) * static_cast<double>(points[i].leads);
        leads += points[i].leads;
    }
    EXPECT_EQ(leads, 1000);
    EXPECT_NEAR(error / 1000, calibration_error_of(cells), 1e-12);
}

TEST(AxisEnd, LeavesRoomForAllPoints) {
    const auto end_of = [](double predicted, double high) { return axis_end({{predicted, 0, {0, high}, 1}}); };
    EXPECT_EQ(end_of(0.001, 0.009), 0.01);
    EXPECT_EQ(end_of(0.3, 0.02), 0.5);
    EXPECT_EQ(end_of(0.02, 0.07), 0.1);
    EXPECT_EQ(end_of(0.2, 0.9), 1);
    EXPECT_EQ(axis_end({}), 0.01);
}

TEST(PlainNumbers, AreTheSameInEveryLocale) {
    EXPECT_EQ(fixed(1234.5678, 2), "1234.57");
    EXPECT_EQ(fixed(-0.001, 2), "0.00");
    EXPECT_EQ(fixed(-0.01, 2), "-0.01");
    EXPECT_EQ(percent(0.1234, 1), "12.3 %");
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(-1234567), "-1,234,567");
    EXPECT_EQ(count_leads(1), "1 lead");
    EXPECT_EQ(count_leads(2000), "2,000 leads");
}

TEST(TextPlot, HasOneLineABand) {
    const std::vector<OutcomeCell> cells = random_cells(5, 2000, 40);
    std::istringstream lines(lift_text(cells));
    std::string line;
    int count = 0;
    for (; std::getline(lines, line); ++count) {
        EXPECT_LT(line.size(), 100U);
        EXPECT_FALSE(line.empty() || line.back() == ' ') << line;
    }
    EXPECT_EQ(count, 12);
    for (const char byte : reliability_text(by_other(cells)) + lift_text(cells)) {
        EXPECT_TRUE(byte == '\n' || (byte >= ' ' && byte <= '~'));
    }
    EXPECT_EQ(reliability_text({}), "no leads with a probability and an outcome");
    EXPECT_EQ(lift_text({}), "no leads with a score and an outcome");
    EXPECT_EQ(lift_text({{1, unknown, 1500, 0}}), "none of 1,500 leads converted");
}

// Every mark lies within its panel, whatever the leads are.
TEST(SvgPlot, StaysInside) {
    std::vector<std::vector<OutcomeCell>> cases = {
        {}, {{1, 0, 1, 0}}, {{1, 1, 1, 1}}, {{-1e308, 0, 5, 5}, {1e308, 1, 5, 0}}, {{0, 1e-9, 100, 0}, {1, 1e-9, 1, 1}}};
    for (unsigned seed = 0; seed < 20; ++seed) {
        cases.push_back(random_cells(seed, 3 + seed * 10, 1 + seed));
    }
    for (const std::vector<OutcomeCell> &cells : cases) {
        const std::string svg = evaluation_svg(sorted_outcomes(cells));
        EXPECT_EQ(svg.find("nan"), std::string::npos);
        EXPECT_EQ(svg.find("inf"), std::string::npos);
        for (const std::string attribute : {" cx=\"", " x1=\"", " x2=\"", " cy=\"", " y1=\"", " y2=\""}) {
            for (size_t at = svg.find(attribute); at != std::string::npos; at = svg.find(attribute, at + 1)) {
                const double value = std::stod(svg.substr(at + attribute.size(), 20));
                EXPECT_GE(value, attribute[2] == 'x' || attribute[1] == 'x' ? 70 : 80) << attribute;
                EXPECT_LE(value, attribute[2] == 'x' || attribute[1] == 'x' ? 785 : 400) << attribute;
            }
        }
    }
}

} // namespace
} // namespace leadscore
