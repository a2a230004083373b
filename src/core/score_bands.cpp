// Bands of leads by score.
#include "score_bands.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {

std::vector<ScoreBand> score_bands(const std::vector<OutcomeCell> &cells, int bands) {
    int64_t all = 0;
    for (const OutcomeCell &cell : cells) {
        all += cell.leads;
    }
    std::vector<ScoreBand> result;
    int64_t before = 0;
    int128 last = -1;
    for (size_t end = cells.size(); end > 0;) {
        ScoreBand tied;
        tied.lowest = tied.highest = cells[end - 1].score;
        for (; end > 0 && cells[end - 1].score == tied.highest; --end) {
            tied.leads += cells[end - 1].leads;
            tied.conversions += cells[end - 1].conversions;
        }
        const int128 band =
            static_cast<int128>(bands) * (2 * static_cast<int128>(before) + tied.leads) / (2 * static_cast<int128>(all));
        if (band != last) {
            result.emplace_back();
            result.back().highest = tied.highest;
            last = band;
        }
        result.back().lowest = tied.lowest;
        result.back().leads += tied.leads;
        result.back().conversions += tied.conversions;
        result.back().score_sum += tied.highest * static_cast<double>(tied.leads);
        before += tied.leads;
    }
    return result;
}

Limits wilson_limits(int64_t conversions, int64_t leads) {
    if (leads == 0) {
        return {};
    }
    const auto n = static_cast<double>(leads);
    const double rate = static_cast<double>(conversions) / n;
    const double square = normal_975 * normal_975;
    const double middle = rate + square / (2 * n);
    const double reach = normal_975 * std::sqrt(rate * (1 - rate) / n + square / (4 * n * n));
    const double scale = 1 + square / n;
    return {conversions == 0 ? 0.0 : std::max(0.0, (middle - reach) / scale),
            conversions == leads ? 1.0 : std::min(1.0, (middle + reach) / scale)};
}

} // namespace leadscore
