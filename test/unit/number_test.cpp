// Exact decimals: reading, equality of form, order, text, rounding.
#include "core/number.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace leadscore {
namespace {

// A number and the memory its digits may stand in.
struct Read {
    explicit Read(const std::string &text) : good(parse_number(text, storage, number)) {
    }
    Read(const Read &) = delete;
    std::string storage;
    Number number;
    bool good;
};

std::string text_of(const std::string &text) {
    const Read read(text);
    return read.good ? number_text(read.number) : "not a number";
}

int compared(const std::string &a, const std::string &b) {
    const Read left(a);
    const Read right(b);
    EXPECT_TRUE(left.good && right.good) << a << " " << b;
    EXPECT_EQ(compare(left.number, right.number), -compare(right.number, left.number)) << a << " " << b;
    return compare(left.number, right.number);
}

std::string micro_of(const std::string &text, int128 bound = most_micro) {
    const Read read(text);
    int128 micro = 0;
    return number_to_micro(read.number, bound, micro) ? micro_text(micro) : "over";
}

TEST(ParseNumber, RefusesWhatIsNone) {
    for (const char *text : {"", "-", "+1", ".5", "1.", "1e", "1e+", "e5", "1 ", " 1", "0x10", "NaN", "Infinity", "1.2.3", "--1",
                             "1e5.0", "1,5", "1e9999999999999999999999"}) {
        EXPECT_EQ(text_of(text), "not a number") << text;
    }
}

TEST(ParseNumber, GivesEqualNumbersOneForm) {
    const char *const equal[][2] = {{"50", "5e1"},
                                    {"50.0", "50"},
                                    {"0.5", "5E-1"},
                                    {"-0", "0"},
                                    {"0e999999999999", "0.000"},
                                    {"0050.500", "50.5"},
                                    {"1e18", "1000000000000000000"},
                                    {"1e30", "10e29"},
                                    {"9223372036854775808", "9223372036854775808.0"},
                                    {"-9223372036854775808", "-9.223372036854775808e18"}};
    for (const auto &pair : equal) {
        const Read a(pair[0]);
        const Read b(pair[1]);
        EXPECT_EQ(compare(a.number, b.number), 0) << pair[0];
        EXPECT_EQ(a.number.small, b.number.small) << pair[0];
        EXPECT_EQ(a.number.mantissa, b.number.mantissa) << pair[0];
        EXPECT_EQ(a.number.scale, b.number.scale) << pair[0];
        EXPECT_EQ(a.number.exponent, b.number.exponent) << pair[0];
        EXPECT_EQ(a.number.digits, b.number.digits) << pair[0];
        EXPECT_EQ(number_text(a.number), number_text(b.number)) << pair[0];
    }
}

TEST(ParseNumber, KeepsSmallWhatFits) {
    EXPECT_TRUE(Read("9223372036854775807").number.small);
    EXPECT_TRUE(Read("-9223372036854775808").number.small);
    EXPECT_FALSE(Read("9223372036854775808").number.small);
    EXPECT_FALSE(Read("-9223372036854775809").number.small);
    EXPECT_TRUE(Read("0.000000000000000001").number.small);
    EXPECT_FALSE(Read("0.0000000000000000001").number.small);
    EXPECT_FALSE(Read("12345678901234567890.5").number.small);
}

TEST(NumberFromDigits, AgreesWithParsing) {
    const Number number = number_from_digits(true, "00123450", 4);
    EXPECT_EQ(number_text(number), "-12.345");
    EXPECT_EQ(number_text(number_from_digits(false, "", 4)), "0");
    EXPECT_EQ(number_text(number_from_digits(true, "0000", 2)), "0");
    EXPECT_EQ(number_text(number_from_digits(false, "5", 0)), "0.5");
    EXPECT_EQ(number_text(number_from_digits(false, "5", -3)), "0.0005");
    EXPECT_EQ(number_text(number_from_digits(false, "5", 3)), "500");
    EXPECT_EQ(number_text(number_from_digits(false, "1", 31)), "1e+30");
    EXPECT_EQ(number_text(number_from_digits(true, "9223372036854775808", 19)), "-9223372036854775808");
    EXPECT_EQ(number_text(number_from_digits(false, "5", std::numeric_limits<int32_t>::max())), "5e+2147483646");
    EXPECT_EQ(number_text(number_from_digits(false, "005", std::numeric_limits<int32_t>::min())), "5e-2147483649");
}

TEST(SmallNumber, IsMadeShortest) {
    EXPECT_EQ(small_number(1500, 3).scale, 1);
    EXPECT_EQ(small_number(1500, 3).mantissa, 15);
    EXPECT_EQ(small_number(0, 18).scale, 0);
    EXPECT_EQ(number_text(small_number(std::numeric_limits<int64_t>::min(), 18)), "-9.223372036854775808");
}

TEST(NumberText, IsShortestAndReadsBack) {
    const char *const texts[] = {"0",
                                 "50",
                                 "-0.5",
                                 "1e+30",
                                 "0.000001",
                                 "1e-7",
                                 "1.5e-7",
                                 "100000000000000000000",
                                 "1e+21",
                                 "1.2345678901234567890123e+22",
                                 "123456789012345678901",
                                 "12345678901234567890.125",
                                 "-9223372036854775808",
                                 "1.7976931348623157e+308",
                                 "5e-324"};
    for (const char *text : texts) {
        EXPECT_EQ(text_of(text), text);
    }
    EXPECT_EQ(text_of("1000000000000000000000"), "1e+21");
    EXPECT_EQ(text_of("0.00000010"), "1e-7");
    EXPECT_EQ(text_of("-12.500E+1"), "-125");
}

TEST(Compare, OrdersByValue) {
    const char *const ascending[] = {"-1e400",
                                     "-1e30",
                                     "-9223372036854775809",
                                     "-9223372036854775808",
                                     "-10",
                                     "-9.5",
                                     "-1e-30",
                                     "0",
                                     "1e-400",
                                     "1e-30",
                                     "0.000000000000000001",
                                     "0.3",
                                     "0.30000000000000000000000001",
                                     "1",
                                     "9",
                                     "10",
                                     "9223372036854775807",
                                     "9223372036854775807.5",
                                     "9223372036854775808",
                                     "1e30",
                                     "1.1e30",
                                     "1e400"};
    for (size_t i = 0; i < std::size(ascending); ++i) {
        for (size_t j = 0; j < std::size(ascending); ++j) {
            EXPECT_EQ(compared(ascending[i], ascending[j]), (i > j) - (i < j)) << ascending[i] << " " << ascending[j];
        }
    }
}

TEST(NumberToMicro, RoundsHalfAwayFromZero) {
    EXPECT_EQ(micro_of("1.2345675"), "1.234568");
    EXPECT_EQ(micro_of("-1.2345675"), "-1.234568");
    EXPECT_EQ(micro_of("1.23456749999999999999999999999"), "1.234567");
    EXPECT_EQ(micro_of("0.0000005"), "0.000001");
    EXPECT_EQ(micro_of("0.00000049999"), "0");
    EXPECT_EQ(micro_of("5e-8"), "0");
    EXPECT_EQ(micro_of("1e-1000"), "0");
    EXPECT_EQ(micro_of("-9e-1000"), "0");
    EXPECT_EQ(micro_of("0.9999999"), "1");
}

TEST(NumberToMicro, KnowsItsBound) {
    EXPECT_EQ(micro_of("1000000000000000"), "1000000000000000");
    EXPECT_EQ(micro_of("-1e15"), "-1000000000000000");
    EXPECT_EQ(micro_of("1000000000000000.0000001"), "over");
    EXPECT_EQ(micro_of("1000000000000001"), "over");
    EXPECT_EQ(micro_of("999999999999999.9999999"), "1000000000000000");
    EXPECT_EQ(micro_of("1e400"), "over");
    EXPECT_EQ(micro_of("-1e30"), "over");
    EXPECT_EQ(micro_of("2", 1000000), "over");
}

TEST(FitsSixPlaces, CountsDecimals) {
    EXPECT_TRUE(fits_six_places(Read("0.123456").number));
    EXPECT_TRUE(fits_six_places(Read("0.1234560").number));
    EXPECT_FALSE(fits_six_places(Read("0.1234567").number));
    EXPECT_TRUE(fits_six_places(Read("1e300").number));
    EXPECT_TRUE(fits_six_places(Read("12345678901234567890.123456").number));
    EXPECT_FALSE(fits_six_places(Read("12345678901234567890.1234567").number));
    EXPECT_FALSE(fits_six_places(Read("1e-300").number));
}

} // namespace
} // namespace leadscore
