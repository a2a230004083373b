// Pairs of columns whose values together say more than both alone.
#pragma once

#include "no_postgres.hpp"
#include "fit_screen.hpp"
#include "fit_weights.hpp"

#include <vector>

namespace leadscore {

constexpr int groups_of_pair = 4;

// The bands or values of a column in few groups. Group 0: missing. Of levels the last group is for all but those with a group.
struct FitGroups {
    std::vector<uint8_t> of_bin;
    int count = 1;
};

struct FitPair {
    size_t a = 0; // among the columns used
    size_t b = 0;
};

// Every pair that may be tried, with the groups of their columns.
class FitPairs {
public:
    // `allowed` by column used.
    FitPairs(const std::vector<FitCandidate> &columns, const std::vector<uint8_t> &converted, const std::vector<bool> &allowed);

    // The best so many for what is left over by `weights` in all leads but the fold's: by how much cells would mend it.
    std::vector<FitPair> best(const FitMatrix &matrix, const FitWeights &weights, size_t stride, size_t fold, size_t most,
                              GoOn go_on) const;

    // The cells of a pair.
    FitFeature feature(const FitPair &pair, double ridge) const;
    const FitGroups &groups(size_t column) const noexcept {
        return groups_[column];
    }

private:
    uint8_t cell(const FitPair &pair, size_t row) const noexcept {
        return static_cast<uint8_t>(groups_[pair.a].of_bin[columns_[pair.a].codes[row]] * groups_[pair.b].count +
                                    groups_[pair.b].of_bin[columns_[pair.b].codes[row]]);
    }
    const std::vector<FitCandidate> &columns_;
    std::vector<FitGroups> groups_;
    std::vector<FitPair> all_;
};

} // namespace leadscore
