// The values of a column put into bins.
#include "fit_bins.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {
namespace {

// Beyond this, neighbouring doubles are further apart than six places; only whole thresholds are exact there.
constexpr double most_with_places = 1e9;
constexpr double most_threshold = 1e14;

// Values that occur, ascending, with how often.
std::vector<std::pair<double, size_t>> counted(const FitColumn &column, const std::vector<uint32_t> &rows) {
    std::vector<double> values;
    for (const uint32_t row : rows) {
        if (std::isfinite(column.numbers[row])) {
            values.push_back(column.numbers[row]);
        }
    }
    std::sort(values.begin(), values.end());
    std::vector<std::pair<double, size_t>> counts;
    for (const double value : values) {
        if (counts.empty() || counts.back().first != value) {
            counts.emplace_back(value, 0);
        }
        ++counts.back().second;
    }
    return counts;
}

// Bins of about equally many leads; equal values stay together.
FitBins number_bins(const FitColumn &column, const std::vector<uint32_t> &rows) {
    FitBins bins;
    bins.ordered = true;
    const auto counts = counted(column, rows);
    size_t all = 0;
    for (const auto &entry : counts) {
        all += entry.second;
    }
    const size_t wanted = std::max<size_t>(all / most_number_bins, 5);
    size_t inside = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
        const bool crowded = inside * 4 >= wanted && inside + counts[i].second > 2 * wanted;
        int128 start = 0;
        if ((inside >= wanted || crowded) && round_between(counts[i - 1].first, counts[i].first, start)) {
            bins.starts.push_back(start);
            inside = 0;
        }
        inside += counts[i].second;
    }
    // What is left over at the end is too few to stand alone.
    if (inside * 2 < wanted && !bins.starts.empty()) {
        bins.starts.pop_back();
    }
    bins.settle();
    return bins;
}

FitBins level_bins(const FitColumn &column, const std::vector<uint32_t> &rows) {
    FitBins bins;
    std::vector<size_t> counts(column.levels.size(), 0);
    for (const uint32_t row : rows) {
        if (column.codes[row] >= 0) {
            ++counts[static_cast<size_t>(column.codes[row])];
        }
    }
    const size_t fewest = std::clamp<size_t>(rows.size() * 3 / 1000, 5, 50);
    std::vector<int> common;
    for (size_t code = 0; code < counts.size(); ++code) {
        if (counts[code] >= fewest && column.levels[code].size() <= most_level_bytes) {
            common.push_back(static_cast<int>(code));
        }
    }
    std::sort(common.begin(), common.end(), [&](int a, int b) {
        const size_t count_a = counts[static_cast<size_t>(a)];
        const size_t count_b = counts[static_cast<size_t>(b)];
        return count_a != count_b ? count_a > count_b
                                  : column.levels[static_cast<size_t>(a)] < column.levels[static_cast<size_t>(b)];
    });
    common.resize(std::min<size_t>(common.size(), most_level_bins));
    bins.level_bins.assign(column.levels.size(), 1);
    bins.level_of_bin.assign(2, -1);
    for (const int code : common) {
        bins.level_bins[static_cast<size_t>(code)] = bins.count++;
        bins.level_of_bin.push_back(code);
    }
    return bins;
}

} // namespace

double from_micro(int128 micro) noexcept {
    return micro % micro_per_unit == 0 ? static_cast<double>(micro / micro_per_unit)
                                       : static_cast<double>(micro) / static_cast<double>(micro_per_unit);
}

bool round_between(double below, double at, int128 &micro) noexcept {
    if (std::fabs(at) > most_threshold) {
        return false;
    }
    int128 step = static_cast<int128>(100000000000000) * micro_per_unit;
    const int128 smallest = std::fabs(at) > most_with_places ? micro_per_unit : 1;
    for (; step >= smallest; step /= 10) {
        const double share = at / from_micro(step);
        // A whole number of steps that the division just missed counts, too; whether it fits is seen below.
        for (const double steps : {std::floor(share), std::floor(share * (1 + 1e-12) + 1e-12)}) {
            micro = static_cast<int128>(steps) * step;
            if (from_micro(micro) > below && from_micro(micro) <= at) {
                return true;
            }
        }
    }
    return false;
}

uint8_t FitBins::bin_of(const FitColumn &column, size_t row) const noexcept {
    if (!ordered) {
        const int32_t code = column.codes[row];
        return static_cast<uint8_t>(code < 0 ? 0 : level_bins[static_cast<size_t>(code)]);
    }
    const double value = column.numbers[row];
    if (!std::isfinite(value)) {
        return 0;
    }
    return static_cast<uint8_t>(1 + (std::upper_bound(edges.begin(), edges.end(), value) - edges.begin()));
}

void FitBins::settle() {
    edges.clear();
    for (const int128 start : starts) {
        edges.push_back(from_micro(start));
    }
    count = static_cast<int>(starts.size()) + 2;
}

FitBins fine_bins(const FitColumn &column, const std::vector<uint32_t> &rows) {
    return column.type == FitColumn::Type::number ? number_bins(column, rows) : level_bins(column, rows);
}

std::vector<uint8_t> bins_of(const FitBins &bins, const FitColumn &column, const std::vector<uint32_t> &rows) {
    std::vector<uint8_t> codes;
    codes.reserve(rows.size());
    for (const uint32_t row : rows) {
        codes.push_back(bins.bin_of(column, row));
    }
    return codes;
}

} // namespace leadscore
