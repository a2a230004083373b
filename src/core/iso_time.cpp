// ISO 8601 text as a moment, and civil dates as day numbers.
#include "iso_time.hpp"

namespace leadscore {

namespace {

// Reads exactly `digits` digits at `at`, moving it on.
bool read_digits(std::string_view text, size_t &at, int digits, int &out) noexcept {
    if (at + static_cast<size_t>(digits) > text.size()) {
        return false;
    }
    out = 0;
    for (int i = 0; i < digits; ++i) {
        const char c = text[at];
        if (c < '0' || c > '9') {
            return false;
        }
        out = out * 10 + (c - '0');
        ++at;
    }
    return true;
}

bool read_char(std::string_view text, size_t &at, char wanted) noexcept {
    if (at < text.size() && text[at] == wanted) {
        ++at;
        return true;
    }
    return false;
}

bool is_leap(int64_t year) noexcept {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in_month(int64_t year, int month) noexcept {
    static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

// Digits past the microsecond are read and dropped; at least one digit.
bool read_fraction(std::string_view text, size_t &at, int64_t &micros) noexcept {
    int64_t place = 100000;
    const size_t start = at;
    micros = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
        micros += (text[at] - '0') * place;
        place /= 10;
        ++at;
    }
    return at > start;
}

// Reads Z, ±hh, ±hh:mm or ±hhmm to the end of the text, as seconds east.
bool read_zone(std::string_view text, size_t &at, int64_t &offset) noexcept {
    if (read_char(text, at, 'Z') || read_char(text, at, 'z')) {
        offset = 0;
        return at == text.size();
    }
    const bool west = text[at] == '-';
    if (!west && text[at] != '+') {
        return false;
    }
    ++at;
    int hours = 0;
    int minutes = 0;
    if (!read_digits(text, at, 2, hours)) {
        return false;
    }
    if (at < text.size()) {
        read_char(text, at, ':');
        if (!read_digits(text, at, 2, minutes)) {
            return false;
        }
    }
    if (hours > 15 || minutes > 59 || at != text.size()) {
        return false;
    }
    offset = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

} // namespace

// Days since 2000-03-01 by counting years from March, after the well-known civil calendar algorithm of H. Hinnant.
int64_t days_from_date(int64_t year, int month, int day) noexcept {
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = floor_divide(y, 400);
    const int64_t year_of_era = y - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 730425; // 2000-01-01 is day 730425 from 0000-03-01
}

std::string date_text(int64_t days) {
    const int64_t z = days + 730425;
    const int64_t era = floor_divide(z, 146097);
    const int64_t day_of_era = z - era * 146097;
    const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted_month = (5 * day_of_year + 2) / 153;
    const int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    const int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    std::string text = std::to_string(year < 0 ? -year : year);
    while (text.size() < 4) {
        text.insert(text.begin(), '0');
    }
    if (year < 0) {
        text.insert(text.begin(), '-');
    }
    text += month < 10 ? "-0" : "-";
    text += std::to_string(month);
    text += day < 10 ? "-0" : "-";
    text += std::to_string(day);
    return text;
}

bool parse_iso_time(std::string_view text, const Zone &zone, int64_t &instant) noexcept {
    size_t at = 0;
    int year = 0;
    int month = 0;
    int day = 0;
    if (!read_digits(text, at, 4, year) || !read_char(text, at, '-') || !read_digits(text, at, 2, month) ||
        !read_char(text, at, '-') || !read_digits(text, at, 2, day)) {
        return false;
    }
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) {
        return false;
    }
    int64_t local = days_from_date(year, month, day) * micro_per_day;
    if (at == text.size()) {
        instant = zone.instant_of(local);
        return true;
    }
    int hour = 0;
    int minute = 0;
    int second = 0;
    int64_t micros = 0;
    if (!(read_char(text, at, 'T') || read_char(text, at, 't') || read_char(text, at, ' ')) || !read_digits(text, at, 2, hour) ||
        !read_char(text, at, ':') || !read_digits(text, at, 2, minute)) {
        return false;
    }
    if (read_char(text, at, ':')) {
        if (!read_digits(text, at, 2, second)) {
            return false;
        }
        if (read_char(text, at, '.') && !read_fraction(text, at, micros)) {
            return false;
        }
    }
    if (hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    local += ((hour * 60 + minute) * 60 + second) * micro_per_second + micros;
    if (at == text.size()) {
        instant = zone.instant_of(local);
        return true;
    }
    int64_t offset = 0;
    if (!read_zone(text, at, offset)) {
        return false;
    }
    instant = local - offset * micro_per_second;
    return true;
}

} // namespace leadscore
