// Fine bins of a number joined to the few bands of a rule.
#pragma once

#include "no_postgres.hpp"
#include "fit_bins.hpp"

#include <optional>

namespace leadscore {

constexpr int most_bands = 10;

// Which band each bin goes to: bins side by side whose weights differ by less than is known about them, at most so many bands.
// With a direction bands rise or fall.
std::vector<uint8_t> bands_of(const std::vector<double> &weights, const std::vector<double> &curvature,
                              std::optional<FitDirection> direction);

// The bins joined; bin 0 stays missing.
FitBins joined(const FitBins &bins, const std::vector<uint8_t> &band_of_bin);

} // namespace leadscore
