// Counts of outcomes by score: what is counted, moved, written and read back.
#include "core/outcome_table.hpp"
#include "core/problem.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <map>
#include <random>

namespace leadscore {
namespace {

// A table that grows as its owner in the server makes it grow.
class Owned {
public:
    void add(double score, double other, int64_t leads, int64_t conversions) {
        if (!has_outcome_room(table)) {
            std::vector<OutcomeCell> larger(outcome_capacity(table.used + 1));
            move_outcomes(table, larger.data(), larger.size());
            memory.swap(larger);
        }
        add_outcome(table, score, other, leads, conversions);
    }
    OutcomeTable table;
    std::vector<OutcomeCell> memory;
};

TEST(OutcomeTable, CountsEachDistinctPairOnce) {
    std::mt19937 random(7);
    std::map<std::pair<double, double>, std::pair<int64_t, int64_t>> expected;
    Owned owned;
    for (int i = 0; i < 20000; ++i) {
        const double score = static_cast<int>(random() % 61) - 30;
        const double other = static_cast<double>(random() % 50) / 50;
        const bool converted = random() % 3 == 0;
        owned.add(score, other, 1, converted ? 1 : 0);
        auto &count = expected[{score, other}];
        ++count.first;
        count.second += converted ? 1 : 0;
    }
    EXPECT_EQ(owned.table.used, expected.size());
    EXPECT_LE(owned.table.capacity, 8192U); // of 3050: the rows leave no trace in the size
    const std::vector<OutcomeCell> cells = sorted_outcomes(owned.table);
    ASSERT_EQ(cells.size(), expected.size());
    size_t i = 0;
    for (const auto &[key, count] : expected) {
        EXPECT_EQ(std::make_pair(cells[i].score, cells[i].other), key);
        EXPECT_EQ(std::make_pair(cells[i].leads, cells[i].conversions), count);
        ++i;
    }
}

TEST(OutcomeTable, ZeroHasOneSignAndUnknownOneForm) {
    Owned owned;
    owned.add(0.0, unknown, 1, 1);
    owned.add(-0.0, -unknown, 1, 0);
    owned.add(0.0, 0.5, 1, 0);
    owned.add(0.0, -0.0, 1, 0);
    const std::vector<OutcomeCell> cells = sorted_outcomes(owned.table);
    ASSERT_EQ(cells.size(), 3U);
    EXPECT_EQ(cells[0].other, 0);
    EXPECT_EQ(cells[1].other, 0.5);
    EXPECT_TRUE(cells[2].other != cells[2].other);
    EXPECT_EQ(cells[2].leads, 2);
    EXPECT_EQ(sorted_outcomes({0.0, -0.0}, {1, 0}).size(), 1U);
}

TEST(OutcomeTable, BytesBringTheSameCounts) {
    std::mt19937 random(11);
    Owned owned;
    for (int i = 0; i < 3000; ++i) {
        owned.add(static_cast<double>(random() % 500) / 8, i % 3 == 0 ? unknown : static_cast<double>(random() % 4), 1, i % 2);
    }
    owned.table.left_out = 17;
    int64_t left_out = 0;
    std::vector<OutcomeCell> read = read_outcome_bytes(write_outcome_bytes(owned.table), left_out);
    EXPECT_EQ(left_out, 17);
    const std::vector<OutcomeCell> expected = sorted_outcomes(owned.table);
    const std::vector<OutcomeCell> cells = sorted_outcomes(std::move(read));
    ASSERT_EQ(cells.size(), expected.size());
    EXPECT_EQ(std::memcmp(cells.data(), expected.data(), cells.size() * sizeof(OutcomeCell)), 0);
}

std::string bytes_of(int64_t left_out, const OutcomeCell &cell) {
    std::string bytes(sizeof left_out + sizeof cell, '\0');
    std::memcpy(bytes.data(), &left_out, sizeof left_out);
    std::memcpy(bytes.data() + sizeof left_out, &cell, sizeof cell);
    return bytes;
}

TEST(OutcomeTable, SpoiltBytesAreRefused) {
    int64_t left_out = 0;
    EXPECT_EQ(read_outcome_bytes(bytes_of(0, {1, unknown, 2, 1}), left_out).size(), 1U);
    const double infinite = std::numeric_limits<double>::infinity();
    const std::string good = bytes_of(0, {1, 2, 2, 1});
    for (const std::string &bad :
         {std::string(), good.substr(1), good + "x", bytes_of(-1, {1, 2, 2, 1}), bytes_of(most_outcomes + 1, {1, 2, 2, 1}),
          bytes_of(0, {1, 2, 0, 0}), bytes_of(0, {1, 2, -1, 0}), bytes_of(0, {1, 2, 2, 3}), bytes_of(0, {1, 2, 2, -1}),
          bytes_of(0, {1, 2, most_outcomes + 1, 0}), bytes_of(0, {unknown, 2, 2, 1}), bytes_of(0, {infinite, 2, 2, 1}),
          bytes_of(0, {-0.0, 2, 2, 1}), bytes_of(0, {1, -0.0, 2, 1}), bytes_of(0, {1, -infinite, 2, 1}),
          bytes_of(0, {1, 2, most_outcomes, 0}) + good.substr(8)}) {
        EXPECT_THROW(read_outcome_bytes(bad, left_out), Problem);
    }
}

} // namespace
} // namespace leadscore
