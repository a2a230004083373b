// The population stability index.
#include "core/stability.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace leadscore {
namespace {

using Counts = std::vector<int64_t>;

TEST(StabilityIndex, OfTwoBandsByHand) {
    const double then = 50.5 / 101;
    const double now = 6.5 / 11;
    EXPECT_NEAR(stability_index(Counts{50, 50}, Counts{6, 4}),
                (now - then) * std::log(now / then) + (then - now) * std::log((1 - now) / (1 - then)), 1e-15);
    EXPECT_EQ(stability_index(Counts{5, 20, 0}, Counts{5, 20, 0}), 0);
    // The same in both directions.
    EXPECT_NEAR(stability_index(Counts{1, 2, 7}, Counts{3, 3, 4}), stability_index(Counts{3, 3, 4}, Counts{1, 2, 7}), 1e-15);
}

TEST(StabilityIndex, OfNobodyIsUnknown) {
    EXPECT_TRUE(std::isnan(stability_index(Counts{}, Counts{})));
    EXPECT_TRUE(std::isnan(stability_index(Counts{0, 0}, Counts{1, 2})));
    EXPECT_TRUE(std::isnan(stability_index(Counts{1, 2}, Counts{0, 0})));
}

// Bands are those of then; leads of now fall where they belong, beyond the ends into the outermost.
TEST(StabilityIndex, OfCellsIsThatOfTheirBands) {
    std::vector<OutcomeCell> cells;
    for (int score = 1; score <= 100; ++score) {
        cells.push_back({static_cast<double>(score), unknown, 1, 0});
    }
    // Of now: 10 each from 11 to 14, 20 beyond the upper end, 10 below the lower one, 30 between two scores.
    for (int score = 11; score <= 14; ++score) {
        cells.push_back({static_cast<double>(score), unknown, 10, 10});
    }
    cells.push_back({500, unknown, 20, 20});
    cells.push_back({-3, unknown, 10, 10});
    cells.push_back({55.5, unknown, 30, 30});
    cells = sorted_outcomes(std::move(cells));
    const Counts then(10, 10);
    const Counts now = {20, 0, 0, 0, 30, 0, 0, 0, 40, 10};
    EXPECT_NEAR(stability_index(cells, 10), stability_index(then, now), 1e-15);
    EXPECT_NEAR(stability_index(cells, 2), stability_index(Counts{50, 50}, Counts{50, 50}), 1e-15);
    EXPECT_TRUE(std::isnan(stability_index(std::vector<OutcomeCell>{{1, unknown, 5, 5}}, 10)));
    EXPECT_TRUE(std::isnan(stability_index(std::vector<OutcomeCell>{{1, unknown, 5, 0}}, 10)));
    EXPECT_TRUE(std::isnan(stability_index(std::vector<OutcomeCell>{}, 10)));
}

} // namespace
} // namespace leadscore
