// Exact decimals of any size, as they stand in documents, jsonb and numeric columns. Compared, never added.
#pragma once

#include "no_postgres.hpp"
#include "decimal.hpp"

#include <string>
#include <string_view>

namespace leadscore {

// Small numbers (nearly all) are mantissa / 10^scale, scale as little as possible, so equal numbers look equal. Others are
// ±0.d1d2d3… × 10^exponent with digits that start and end in a non-zero one; `digits` points to memory of the maker.
struct Number {
    bool small = true;
    bool negative = false;
    uint8_t scale = 0;
    int32_t exponent = 0;
    int64_t mantissa = 0;
    std::string_view digits;
};

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

// From mantissa / 10^scale, 0 <= scale <= 18, not yet shortest.
Number small_number(int64_t mantissa, int scale) noexcept;

// From digits (any zeros at both ends) with the point `exponent` places behind the first digit; views `digits`.
Number number_from_digits(bool negative, std::string_view digits, int32_t exponent) noexcept;

// Reads [-]digits[.digits][e[±]digits]; false if `text` is not that. `storage` receives digits that do not fit the small form.
bool parse_number(std::string_view text, std::string &storage, Number &out);

// -1, 0, 1
int compare(const Number &a, const Number &b) noexcept;

// number × 10^scale; false if that is no whole number of 64 bits.
bool scale_number(const Number &number, int scale, int64_t &scaled) noexcept;

// Shortest text: "50", "-0.5", "1e+30"; equal numbers have equal text.
std::string number_text(const Number &number);

// In micro units, rounded half away from zero at the 6th place. False if over `bound` (micro units) in absolute value.
bool number_to_micro(const Number &number, int128 bound, int128 &micro) noexcept;

// Whether it has at most 6 decimal places.
bool fits_six_places(const Number &number) noexcept;

} // namespace leadscore
