// Pairs of columns whose values together say more than both alone.
#include "fit_pairs.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {
namespace {

// Keeps cells with few leads from being chosen for their noise.
constexpr double weight_of_doubt = 10;

FitGroups groups_of_bands(const std::vector<FitCount> &counts) {
    size_t all = 0;
    for (size_t bin = 1; bin < counts.size(); ++bin) {
        all += counts[bin].leads;
    }
    FitGroups groups{std::vector<uint8_t>(counts.size(), 0), 1};
    size_t before = 0;
    size_t last = SIZE_MAX;
    for (size_t bin = 1; bin < counts.size(); ++bin) {
        const size_t quarter = std::min<size_t>(before * groups_of_pair / std::max<size_t>(all, 1), groups_of_pair - 1);
        if (quarter != last) {
            ++groups.count;
            last = quarter;
        }
        groups.of_bin[bin] = static_cast<uint8_t>(groups.count - 1);
        before += counts[bin].leads;
    }
    return groups;
}

// Bins of levels stand by how common they are, so the first few are the most common ones.
FitGroups groups_of(const FitBins &bins, const std::vector<FitCount> &counts) {
    if (bins.ordered) {
        return groups_of_bands(counts);
    }
    const int own = std::min(groups_of_pair, bins.count - 2);
    FitGroups groups{std::vector<uint8_t>(counts.size(), static_cast<uint8_t>(own + 1)), own + 2};
    groups.of_bin[0] = 0;
    for (int level = 0; level < own; ++level) {
        groups.of_bin[static_cast<size_t>(level) + 2] = static_cast<uint8_t>(level + 1);
    }
    return groups;
}

} // namespace

FitPairs::FitPairs(const std::vector<FitCandidate> &columns, const std::vector<uint8_t> &converted,
                   const std::vector<bool> &allowed)
    : columns_(columns) {
    for (const FitCandidate &column : columns) {
        groups_.push_back(groups_of(column.bins, counted(column.codes, column.bins.count, converted)));
    }
    for (size_t a = 0; a < columns.size(); ++a) {
        for (size_t b = a + 1; b < columns.size(); ++b) {
            if (allowed[a] && allowed[b]) {
                all_.push_back({a, b});
            }
        }
    }
}

std::vector<FitPair> FitPairs::best(const FitMatrix &matrix, const FitWeights &weights, size_t stride, size_t fold, size_t most,
                                    GoOn go_on) const {
    std::vector<double> rest(matrix.rows());
    std::vector<double> curvature(matrix.rows());
    for (size_t row = 0; row < matrix.rows(); ++row) {
        const double probability = 1 / (1 + std::exp(-matrix.odds(weights, row)));
        const bool counts = row % fit_folds != fold;
        rest[row] = counts ? (matrix.converted(row) ? 1 : 0) - probability : 0;
        curvature[row] = counts ? probability * (1 - probability) : 0;
    }
    std::vector<std::pair<double, size_t>> gains;
    for (size_t p = 0; p < all_.size(); ++p) {
        ask(go_on);
        const auto cells = static_cast<size_t>(groups_[all_[p].a].count * groups_[all_[p].b].count);
        std::vector<double> rests(cells, 0.0);
        std::vector<double> curvatures(cells, weight_of_doubt);
        for (size_t row = 0; row < matrix.rows(); ++row) {
            const uint8_t at = cell(all_[p], row * stride);
            rests[at] += rest[row];
            curvatures[at] += curvature[row];
        }
        double gain = 0;
        for (size_t at = 0; at < cells; ++at) {
            gain += rests[at] * rests[at] / curvatures[at];
        }
        gains.emplace_back(-gain, p);
    }
    std::sort(gains.begin(), gains.end());
    std::vector<FitPair> chosen;
    for (size_t i = 0; i < gains.size() && i < most; ++i) {
        chosen.push_back(all_[gains[i].second]);
    }
    return chosen;
}

FitFeature FitPairs::feature(const FitPair &pair, double ridge) const {
    FitFeature feature;
    feature.bins = groups_[pair.a].count * groups_[pair.b].count;
    feature.ridge = ridge;
    feature.codes.reserve(columns_[pair.a].codes.size());
    for (size_t row = 0; row < columns_[pair.a].codes.size(); ++row) {
        feature.codes.push_back(cell(pair, row));
    }
    return feature;
}

} // namespace leadscore
