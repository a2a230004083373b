// Decimals: rounding, holding, text.
#include "core/decimal.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

constexpr int128 most_int128 = static_cast<int128>(~static_cast<uint128>(0) >> 1);

std::string divided(int128 dividend, int128 divisor) {
    return fixed_text(divide_rounded(dividend, divisor), 0);
}

TEST(DivideRounded, RoundsHalfAwayFromZero) {
    EXPECT_EQ(divided(5, 2), "3");
    EXPECT_EQ(divided(-5, 2), "-3");
    EXPECT_EQ(divided(4, 3), "1");
    EXPECT_EQ(divided(-4, 3), "-1");
    EXPECT_EQ(divided(5, 3), "2");
    EXPECT_EQ(divided(-5, 3), "-2");
    EXPECT_EQ(divided(0, 7), "0");
    EXPECT_EQ(divided(1, 2), "1");
    EXPECT_EQ(divided(-1, 2), "-1");
    EXPECT_EQ(divided(499999, 1000000), "0");
    EXPECT_EQ(divided(500000, 1000000), "1");
}

TEST(DivideRounded, TakesTheWholeRange) {
    EXPECT_EQ(divided(most_int128, 1), "170141183460469231731687303715884105727");
    EXPECT_EQ(divided(-most_int128 - 1, 1), "-170141183460469231731687303715884105728");
    EXPECT_EQ(divided(most_int128, most_int128), "1");
    EXPECT_EQ(divided(most_int128 / 2, most_int128), "0");
    EXPECT_EQ(divided(most_int128 / 2 + 1, most_int128), "1");
}

TEST(MultiplyHeld, RoundsAndHolds) {
    EXPECT_EQ(micro_text(multiply_held(1500000, 1500000, 1000000)), "2.25");
    EXPECT_EQ(micro_text(multiply_held(1, 500000, 1000000)), "0.000001");
    EXPECT_EQ(micro_text(multiply_held(-1, 500000, 1000000)), "-0.000001");
    EXPECT_EQ(micro_text(multiply_held(1, 499999, 1000000)), "0");
    EXPECT_EQ(micro_text(multiply_held(0, most_int128, 1)), "0");
    EXPECT_EQ(micro_text(multiply_held(most_micro, 1000000, 1000000)), "1000000000000000");
    EXPECT_EQ(micro_text(multiply_held(most_micro, 1000001, 1000000)), "1000000000000000");
    EXPECT_EQ(micro_text(multiply_held(-most_micro, 1000001, 1000000)), "-1000000000000000");
}

TEST(MultiplyHeld, HoldsProductsThatOverflow) {
    EXPECT_EQ(multiply_held(most_int128, most_int128, 1000000000000000), most_micro);
    EXPECT_EQ(multiply_held(-most_int128, most_int128, 1000000000000000), -most_micro);
    EXPECT_EQ(multiply_held(-most_int128 - 1, -1, 1), most_micro);
    EXPECT_EQ(multiply_held(-most_int128 - 1, -most_int128 - 1, 1), most_micro);
    EXPECT_EQ(multiply_held(-most_int128 - 1, 1, 1), -most_micro);
    EXPECT_EQ(multiply_held(most_micro, most_micro, 1000000000000000), most_micro);
}

TEST(MicroText, IsShortest) {
    EXPECT_EQ(micro_text(0), "0");
    EXPECT_EQ(micro_text(1), "0.000001");
    EXPECT_EQ(micro_text(-500000), "-0.5");
    EXPECT_EQ(micro_text(12000000), "12");
    EXPECT_EQ(micro_text(10000000), "10");
    EXPECT_EQ(micro_text(1234567), "1.234567");
    EXPECT_EQ(micro_text(-most_micro), "-1000000000000000");
    EXPECT_EQ(micro_text(most_int128), "170141183460469231731687303715884.105727");
}

TEST(FixedText, HasSoManyPlaces) {
    EXPECT_EQ(fixed_text(5, 0), "5");
    EXPECT_EQ(fixed_text(5, 1), "0.5");
    EXPECT_EQ(fixed_text(-5, 2), "-0.05");
    EXPECT_EQ(fixed_text(1200, 2), "12.00");
    EXPECT_EQ(fixed_text(0, 3), "0.000");
    EXPECT_EQ(fixed_text(-most_int128 - 1, 38), "-1.70141183460469231731687303715884105728");
}

} // namespace
} // namespace leadscore
