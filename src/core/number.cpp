// Exact decimals of any size: reading, comparing, writing.
#include "number.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace leadscore {
namespace {

constexpr int most_scale = 18;
constexpr int32_t most_exponent = 1000000000;

constexpr std::array<int64_t, most_scale + 1> powers_of_ten() {
    std::array<int64_t, most_scale + 1> powers{};
    int64_t power = 1;
    for (int i = 0; i < most_scale; ++i) {
        powers[static_cast<size_t>(i)] = power;
        power *= 10;
    }
    powers[most_scale] = power;
    return powers;
}

constexpr auto ten_to = powers_of_ten();

uint64_t magnitude(int64_t value) noexcept {
    return value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

// Any number as ±0.d1d2d3… × 10^exponent; zero has no digits. The digits of a small one stand in `room`.
struct Expanded {
    bool negative = false;
    int64_t exponent = 0;
    std::string_view digits;
    std::array<char, 20> room{};

    explicit Expanded(const Number &number) noexcept
        : negative(number.negative), exponent(number.exponent), digits(number.digits) {
        if (!number.small) {
            return;
        }
        negative = number.mantissa < 0;
        size_t begin = room.size();
        for (uint64_t rest = magnitude(number.mantissa); rest != 0; rest /= 10) {
            room[--begin] = static_cast<char>('0' + rest % 10);
        }
        size_t end = room.size();
        exponent = static_cast<int64_t>(end - begin) - number.scale;
        while (end > begin && room[end - 1] == '0') {
            --end;
        }
        digits = std::string_view(room.data() + begin, end - begin);
    }
    Expanded(const Expanded &) = delete;
    Expanded &operator=(const Expanded &) = delete;
};

int compare_expanded(const Expanded &a, const Expanded &b) noexcept {
    if (a.digits.empty() || b.digits.empty()) {
        const int left = a.digits.empty() ? 0 : (a.negative ? -1 : 1);
        const int right = b.digits.empty() ? 0 : (b.negative ? -1 : 1);
        return (left > right) - (left < right);
    }
    if (a.negative != b.negative) {
        return a.negative ? -1 : 1;
    }
    int order = 0;
    if (a.exponent != b.exponent) {
        order = a.exponent < b.exponent ? -1 : 1;
    } else {
        const int text_order = a.digits.compare(b.digits);
        order = (text_order > 0) - (text_order < 0);
    }
    return a.negative ? -order : order;
}

// The parts of [-]digits[.digits][e[±]digits].
struct Parts {
    bool negative = false;
    std::string_view whole;
    std::string_view fraction;
    int64_t exponent = 0;
};

bool split(std::string_view text, Parts &parts) noexcept {
    size_t at = 0;
    const auto run_of_digits = [&] {
        const size_t begin = at;
        while (at < text.size() && is_digit(text[at])) {
            ++at;
        }
        return text.substr(begin, at - begin);
    };
    if (at < text.size() && text[at] == '-') {
        parts.negative = true;
        ++at;
    }
    parts.whole = run_of_digits();
    if (parts.whole.empty()) {
        return false;
    }
    if (at < text.size() && text[at] == '.') {
        ++at;
        parts.fraction = run_of_digits();
        if (parts.fraction.empty()) {
            return false;
        }
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        bool negative = false;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
            negative = text[at] == '-';
            ++at;
        }
        const std::string_view digits = run_of_digits();
        if (digits.empty()) {
            return false;
        }
        for (const char c : digits) {
            parts.exponent = std::min<int64_t>(parts.exponent * 10 + (c - '0'), 2 * int64_t{most_exponent});
        }
        parts.exponent = negative ? -parts.exponent : parts.exponent;
    }
    return at == text.size();
}

} // namespace

Number small_number(int64_t mantissa, int scale) noexcept {
    while (scale > 0 && mantissa % 10 == 0) {
        mantissa /= 10;
        --scale;
    }
    Number number;
    number.negative = mantissa < 0;
    number.scale = static_cast<uint8_t>(scale);
    number.mantissa = mantissa;
    return number;
}

Number number_from_digits(bool negative, std::string_view digits, int32_t exponent) noexcept {
    const size_t begin = std::min(digits.find_first_not_of('0'), digits.size());
    digits.remove_prefix(begin);
    if (digits.empty()) {
        return {};
    }
    const int64_t point = exponent - static_cast<int64_t>(begin);
    digits = digits.substr(0, digits.find_last_not_of('0') + 1);
    const int64_t scale = static_cast<int64_t>(digits.size()) - point;
    if (point <= most_scale + 1 && scale <= most_scale && digits.size() <= most_scale + 1) {
        uint64_t mantissa = 0;
        const int64_t places = std::max(static_cast<int64_t>(digits.size()), point);
        for (int64_t i = 0; i < places; ++i) {
            const size_t index = static_cast<size_t>(i);
            mantissa = mantissa * 10 + static_cast<uint64_t>(index < digits.size() ? digits[index] - '0' : 0);
        }
        const uint64_t most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) + (negative ? 1 : 0);
        if (mantissa <= most) {
            const int64_t value = static_cast<int64_t>(negative ? -mantissa : mantissa);
            return small_number(value, static_cast<int>(std::max<int64_t>(scale, 0)));
        }
    }
    Number number;
    number.small = false;
    number.negative = negative;
    number.exponent = static_cast<int32_t>(
        std::max<int64_t>(std::min<int64_t>(point, std::numeric_limits<int32_t>::max()), std::numeric_limits<int32_t>::min()));
    number.digits = digits;
    return number;
}

bool parse_number(std::string_view text, std::string &storage, Number &out) {
    Parts parts;
    if (!split(text, parts)) {
        return false;
    }
    if (parts.exponent == 0 && parts.whole.size() + parts.fraction.size() <= most_scale) {
        int64_t mantissa = 0;
        for (const std::string_view part : {parts.whole, parts.fraction}) {
            for (const char c : part) {
                mantissa = mantissa * 10 + (c - '0');
            }
        }
        out = small_number(parts.negative ? -mantissa : mantissa, static_cast<int>(parts.fraction.size()));
        return true;
    }
    storage.assign(parts.whole);
    storage.append(parts.fraction);
    if (storage.find_first_not_of('0') == std::string::npos) {
        out = {};
        return true;
    }
    const int64_t exponent = parts.exponent + static_cast<int64_t>(parts.whole.size());
    if (exponent > most_exponent || exponent < -most_exponent) {
        return false;
    }
    out = number_from_digits(parts.negative, storage, static_cast<int32_t>(exponent));
    return true;
}

int compare(const Number &a, const Number &b) noexcept {
    if (a.small && b.small) {
        const int scale = std::max(a.scale, b.scale);
        const int128 left = static_cast<int128>(a.mantissa) * ten_to[static_cast<size_t>(scale - a.scale)];
        const int128 right = static_cast<int128>(b.mantissa) * ten_to[static_cast<size_t>(scale - b.scale)];
        return (left > right) - (left < right);
    }
    return compare_expanded(Expanded(a), Expanded(b));
}

bool scale_number(const Number &number, int scale, int64_t &scaled) noexcept {
    return number.small && number.scale <= scale && scale <= most_scale &&
           !__builtin_mul_overflow(number.mantissa, ten_to[static_cast<size_t>(scale - number.scale)], &scaled);
}

std::string number_text(const Number &number) {
    const Expanded value(number);
    if (value.digits.empty()) {
        return "0";
    }
    const int64_t count = static_cast<int64_t>(value.digits.size());
    std::string text = value.negative ? "-" : "";
    // The bounds between plain and exponent form are those of JavaScript and RFC 8785.
    if (value.exponent > 21 || value.exponent <= -6) {
        text.push_back(value.digits[0]);
        if (count > 1) {
            text.push_back('.');
            text.append(value.digits.substr(1));
        }
        const int64_t power = value.exponent - 1;
        text.append(power < 0 ? "e-" : "e+");
        return text.append(std::to_string(power < 0 ? -power : power));
    }
    if (value.exponent <= 0) {
        text.append("0.").append(static_cast<size_t>(-value.exponent), '0');
        return text.append(value.digits);
    }
    const size_t whole = static_cast<size_t>(value.exponent);
    if (value.exponent >= count) {
        text.append(value.digits);
        return text.append(whole - value.digits.size(), '0');
    }
    text.append(value.digits.substr(0, whole)).push_back('.');
    return text.append(value.digits.substr(whole));
}

bool number_to_micro(const Number &number, int128 bound, int128 &micro) noexcept {
    const Expanded value(number);
    // Digits in front of the point once the value stands in micro units.
    const int64_t count = value.digits.empty() ? 0 : value.exponent + 6;
    if (count > 36) {
        return false;
    }
    const auto digit_at = [&](int64_t index) {
        const size_t at = static_cast<size_t>(index);
        return at < value.digits.size() ? value.digits[at] - '0' : 0;
    };
    int128 units = 0;
    for (int64_t i = 0; i < count; ++i) {
        units = units * 10 + digit_at(i);
    }
    const bool has_rest = static_cast<int64_t>(value.digits.size()) > std::max<int64_t>(count, 0);
    if (units > bound || (units == bound && has_rest)) {
        return false;
    }
    if (count >= 0 && digit_at(count) >= 5) {
        ++units;
    }
    micro = value.negative ? -units : units;
    return true;
}

bool fits_six_places(const Number &number) noexcept {
    if (number.small) {
        return number.scale <= 6;
    }
    return static_cast<int64_t>(number.digits.size()) - number.exponent <= 6;
}

} // namespace leadscore
