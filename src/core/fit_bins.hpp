// The values of a column put into bins, by the very comparison that scoring makes.
#pragma once

#include "no_postgres.hpp"
#include "fit_table.hpp"

#include <vector>

namespace leadscore {

// Bin 0: missing. Of numbers, bin b >= 1 begins at starts[b - 2] (bin 1: minus infinity). Of levels, bin 1 is for all that have
// no bin of their own (`otherwise`), the others for one level each.
struct FitBins {
    bool ordered = false;
    int count = 2;
    std::vector<int128> starts;    // micro units
    std::vector<double> edges;     // the same as doubles
    std::vector<int> level_bins;   // by code
    std::vector<int> level_of_bin; // by bin; -1: none

    // To be called when `starts` are complete.
    void settle();
    // Of one lead.
    uint8_t bin_of(const FitColumn &column, size_t row) const noexcept;
};

constexpr int most_number_bins = 32;
constexpr int most_level_bins = 60;
constexpr size_t most_level_bytes = 200; // longer texts are nothing to write into a rule

// From the rows given (all of the training part, or a sample).
FitBins fine_bins(const FitColumn &column, const std::vector<uint32_t> &rows);

// Bins of rows, in their order.
std::vector<uint8_t> bins_of(const FitBins &bins, const FitColumn &column, const std::vector<uint32_t> &rows);

// The roundest decimal above `below` that is not above `at`, in micro units; false if there is none with six places.
bool round_between(double below, double at, int128 &micro) noexcept;

// The double nearest to a number of micro units.
double from_micro(int128 micro) noexcept;

} // namespace leadscore
