// The population stability index.
#include "stability.hpp"

#include "score_bands.hpp"

#include <cmath>
#include <numeric>

namespace leadscore {

double stability_index(const std::vector<int64_t> &then, const std::vector<int64_t> &now) {
    const auto all_then = static_cast<double>(std::accumulate(then.begin(), then.end(), int64_t{0}));
    const auto all_now = static_cast<double>(std::accumulate(now.begin(), now.end(), int64_t{0}));
    if (all_then == 0 || all_now == 0) {
        return unknown;
    }
    const double added = static_cast<double>(then.size()) / 2;
    double index = 0;
    for (size_t band = 0; band < then.size(); ++band) {
        const double share_then = (static_cast<double>(then[band]) + 0.5) / (all_then + added);
        const double share_now = (static_cast<double>(now[band]) + 0.5) / (all_now + added);
        index += (share_now - share_then) * std::log(share_now / share_then);
    }
    return index;
}

double stability_index(const std::vector<OutcomeCell> &cells, int bands) {
    std::vector<OutcomeCell> of_then;
    for (const OutcomeCell &cell : cells) {
        if (cell.leads > cell.conversions) {
            of_then.push_back({cell.score, unknown, cell.leads - cell.conversions, 0});
        }
    }
    const std::vector<ScoreBand> found = score_bands(of_then, bands);
    std::vector<int64_t> then;
    for (const ScoreBand &band : found) {
        then.push_back(band.leads);
    }
    std::vector<int64_t> now(then.size(), 0);
    size_t band = 0;
    for (auto cell = cells.rbegin(); cell != cells.rend() && !found.empty(); ++cell) {
        while (band + 1 < found.size() && cell->score < found[band].lowest) {
            ++band;
        }
        now[band] += cell->conversions;
    }
    return stability_index(then, now);
}

} // namespace leadscore
