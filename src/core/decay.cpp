// Weight of a hit by its age, with integers only so that every machine gives the same digits.
#include "decay.hpp"

namespace leadscore {
namespace {

constexpr uint128 low_half = ~static_cast<uint64_t>(0);

constexpr uint128 wide(uint64_t high, uint64_t low) noexcept {
    return (static_cast<uint128>(high) << 64) | low;
}

// ln 2 × 2^128
constexpr uint128 ln2 = wide(0xb17217f7d1cf79ab, 0xc9e3b39803f2f6af);

// 2^(-age/D) falls below half a unit of the 9th place at age/D = log2(2×10^9) = 30.897…; its fraction × 2^64.
constexpr int64_t halvings_to_zero = 30;
constexpr uint64_t halvings_to_zero_fraction = 0xe5b8eaa8d7df8bc2;

// Upper 128 bits of the product.
uint128 multiply_high(uint128 a, uint128 b) noexcept {
    const uint128 a_low = a & low_half;
    const uint128 a_high = a >> 64;
    const uint128 b_low = b & low_half;
    const uint128 b_high = b >> 64;
    const uint128 middle = a_high * b_low + ((a_low * b_low) >> 64);
    const uint128 other = a_low * b_high + (middle & low_half);
    return a_high * b_high + (middle >> 64) + (other >> 64);
}

// 2^(-part/whole) × 2^128 for 0 < part < whole < 2^32, by the series of e^-x; some 120 bits are right.
uint128 two_to_minus(uint64_t part, uint64_t whole) noexcept {
    uint128 fraction = 0;
    uint64_t rest = part;
    for (int step = 0; step < 4; ++step) {
        const uint64_t dividend = rest << 32;
        fraction = (fraction << 32) | (dividend / whole);
        rest = dividend % whole;
    }
    const uint128 exponent = multiply_high(fraction, ln2);
    uint128 added = 0;
    uint128 taken = exponent;
    uint128 term = exponent;
    for (uint64_t step = 2; term != 0; ++step) {
        term = multiply_high(term, exponent) / step;
        (step % 2 == 0 ? added : taken) += term;
    }
    // 1 - x + x²/2 - …, where the 1 is 2^128 and wraps away.
    return added - taken;
}

int64_t half_life_weight(int64_t half_life, int64_t age) noexcept {
    const int64_t halvings = age / half_life;
    if (halvings > halvings_to_zero) {
        return 0;
    }
    const int64_t rest = age % half_life;
    int64_t units = whole_weight;
    bool upper_half = false; // of the fraction behind `units`
    if (rest != 0) {
        const uint128 value = two_to_minus(static_cast<uint64_t>(rest), static_cast<uint64_t>(half_life));
        const uint128 low = (value & low_half) * static_cast<uint64_t>(whole_weight);
        const uint128 high = (value >> 64) * static_cast<uint64_t>(whole_weight) + (low >> 64);
        units = static_cast<int64_t>(high >> 64);
        upper_half = (static_cast<uint64_t>(high) >> 63) != 0;
    }
    if (halvings == 0) {
        return units + (upper_half ? 1 : 0);
    }
    // What stands behind `units` is less than 1 and cannot lift the sum over the next whole half.
    return (units + (static_cast<int64_t>(1) << (halvings - 1))) >> halvings;
}

int64_t linear_weight(int64_t length, int64_t age) noexcept {
    if (age >= length) {
        return 0;
    }
    return static_cast<int64_t>(divide_rounded(static_cast<int128>(length - age) * whole_weight, length));
}

int64_t stepped_weight(int64_t period, int64_t lose, int64_t age) noexcept {
    const int128 lost = static_cast<int128>(age / period) * lose;
    if (lost >= micro_per_unit) {
        return 0;
    }
    return whole_weight - static_cast<int64_t>(lost) * (whole_weight / micro_per_unit);
}

} // namespace

int64_t decay_weight(const Decay &decay, bool hour_ticks, int64_t age) noexcept {
    const int64_t length = decay.duration.ticks(hour_ticks);
    switch (decay.type) {
    case Decay::Type::none:
        break;
    case Decay::Type::half_life:
        return half_life_weight(length, age);
    case Decay::Type::linear:
        return linear_weight(length, age);
    case Decay::Type::every:
        return stepped_weight(length, decay.lose, age);
    }
    return whole_weight;
}

int64_t decay_end(const Decay &decay, bool hour_ticks) noexcept {
    const int64_t length = decay.duration.ticks(hour_ticks);
    switch (decay.type) {
    case Decay::Type::none:
        break;
    case Decay::Type::half_life: {
        const uint128 past = static_cast<uint128>(static_cast<uint64_t>(length)) * halvings_to_zero_fraction;
        return halvings_to_zero * length + static_cast<int64_t>(past >> 64) + 1;
    }
    case Decay::Type::linear:
        return length;
    case Decay::Type::every:
        return (micro_per_unit + decay.lose - 1) / decay.lose * length;
    }
    return -1;
}

} // namespace leadscore
