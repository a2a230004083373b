// Decimals with 6 places: rounded division, held multiplication, text.
#include "decimal.hpp"

#include <algorithm>

namespace leadscore {
namespace {

uint128 magnitude(int128 value) noexcept {
    return value < 0 ? -static_cast<uint128>(value) : static_cast<uint128>(value);
}

std::string digits_of(uint128 value) {
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

} // namespace

int128 divide_rounded(int128 dividend, int128 divisor) noexcept {
    const uint128 top = magnitude(dividend);
    const uint128 bottom = static_cast<uint128>(divisor);
    // Nearly all numbers fit 64 bits, whose division is many times faster.
    if (static_cast<uint64_t>(top) == top && static_cast<uint64_t>(bottom) == bottom) {
        const auto low_top = static_cast<uint64_t>(top);
        const auto low_bottom = static_cast<uint64_t>(bottom);
        const uint64_t low_rest = low_top % low_bottom;
        const int128 low = static_cast<int128>(low_top / low_bottom) + (low_rest >= low_bottom - low_rest ? 1 : 0);
        return dividend < 0 ? -low : low;
    }
    uint128 quotient = top / bottom;
    const uint128 rest = top % bottom;
    // As 2 * rest >= bottom, without the overflow.
    if (rest >= bottom - rest) {
        ++quotient;
    }
    return static_cast<int128>(dividend < 0 ? -quotient : quotient);
}

int128 multiply_held(int128 a, int128 b, int128 divisor) noexcept {
    int64_t short_product = 0;
    if (static_cast<int64_t>(a) == a && static_cast<int64_t>(b) == b &&
        !__builtin_mul_overflow(static_cast<int64_t>(a), static_cast<int64_t>(b), &short_product)) {
        return divide_rounded(short_product, divisor); // far inside the bounds
    }
    const bool negative = (a < 0) != (b < 0);
    const uint128 left = magnitude(a);
    const uint128 right = magnitude(b);
    if (left == 0 || right == 0) {
        return 0;
    }
    const uint128 most = ~static_cast<uint128>(0) >> 1;
    // A product past 128 bits is past the bound by any divisor in use (at most 10^15).
    if (left > most / right) {
        return negative ? -most_micro : most_micro;
    }
    const int128 product = static_cast<int128>(left * right);
    const int128 quotient = divide_rounded(negative ? -product : product, divisor);
    return std::min(std::max(quotient, -most_micro), most_micro);
}

// The product may not fit, so whole units and the rest are multiplied apart; both have the sign of the product.
int128 multiply_by_weight(int128 points, int128 weight) noexcept {
    if (weight == micro_per_unit) {
        return points;
    }
    return points / micro_per_unit * weight + divide_rounded(points % micro_per_unit * weight, micro_per_unit);
}

std::string micro_text(int128 micro) {
    std::string text = fixed_text(micro, 6);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
        text.pop_back();
    }
    return text;
}

std::string fixed_text(int128 units, int places) {
    std::string text = digits_of(magnitude(units));
    const size_t behind = static_cast<size_t>(places);
    if (behind > 0) {
        if (text.size() <= behind) {
            text.insert(0, behind + 1 - text.size(), '0');
        }
        text.insert(text.size() - behind, 1, '.');
    }
    if (units < 0) {
        text.insert(0, 1, '-');
    }
    return text;
}

} // namespace leadscore
