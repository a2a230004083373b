// Fine bins of a number joined to few bands.
#include "fit_merge.hpp"

#include <cmath>

namespace leadscore {
namespace {

// What one more band must save of the likelihood, as twice its logarithm.
constexpr double price_of_band = 1.0;

// Neighbours as one run of bins with its mean.
struct Run {
    size_t end; // the bin behind it
    double weight;
    double curvature;
};

Run together(const Run &a, const Run &b) {
    const double all = a.curvature + b.curvature;
    return {b.end, (a.weight * a.curvature + b.weight * b.curvature) / all, all};
}

// Neighbours in the wrong order are pooled until none are (the isotonic regression of the weights).
std::vector<Run> pooled(const std::vector<Run> &runs, std::optional<FitDirection> direction) {
    std::vector<Run> result;
    for (const Run &run : runs) {
        result.push_back(run);
        while (direction && result.size() > 1) {
            const double step = result.back().weight - result[result.size() - 2].weight;
            if (*direction == FitDirection::rising ? step > 0 : step < 0) {
                break;
            }
            const Run last = result.back();
            result.pop_back();
            result.back() = together(result.back(), last);
        }
    }
    return result;
}

// The cheapest division into bands: best[k] of the first k runs, by the last band's first run.
std::vector<size_t> ends_of_bands(const std::vector<Run> &runs, double price) {
    const size_t count = runs.size();
    std::vector<double> best(count + 1, HUGE_VAL);
    std::vector<size_t> from(count + 1, 0);
    best[0] = 0;
    for (size_t end = 1; end <= count; ++end) {
        double weight = 0;
        double first = 0;
        double second = 0;
        for (size_t begin = end; begin-- > 0;) {
            const Run &run = runs[begin];
            weight += run.curvature;
            first += run.curvature * run.weight;
            second += run.curvature * run.weight * run.weight;
            const double cost = best[begin] + price + (second - first * first / weight);
            if (cost < best[end] - 1e-12) {
                best[end] = cost;
                from[end] = begin;
            }
        }
    }
    std::vector<size_t> ends;
    for (size_t end = count; end > 0; end = from[end]) {
        ends.insert(ends.begin(), end);
    }
    return ends;
}

} // namespace

std::vector<uint8_t> bands_of(const std::vector<double> &weights, const std::vector<double> &curvature,
                              std::optional<FitDirection> direction) {
    std::vector<Run> runs;
    for (size_t bin = 1; bin < weights.size(); ++bin) {
        runs.push_back({bin + 1, weights[bin], curvature[bin] + 1e-9});
    }
    runs = pooled(runs, direction);
    double price = price_of_band;
    std::vector<size_t> ends = ends_of_bands(runs, price);
    while (ends.size() > static_cast<size_t>(most_bands)) {
        price *= 1.5;
        ends = ends_of_bands(runs, price);
    }
    std::vector<uint8_t> bands(weights.size(), 0);
    size_t bin = 1;
    for (size_t band = 0; band < ends.size(); ++band) {
        for (; bin < runs[ends[band] - 1].end; ++bin) {
            bands[bin] = static_cast<uint8_t>(band + 1);
        }
    }
    return bands;
}

FitBins joined(const FitBins &bins, const std::vector<uint8_t> &band_of_bin) {
    FitBins result;
    result.ordered = true;
    for (size_t bin = 2; bin < band_of_bin.size(); ++bin) {
        if (band_of_bin[bin] != band_of_bin[bin - 1]) {
            result.starts.push_back(bins.starts[bin - 2]);
        }
    }
    result.settle();
    return result;
}

} // namespace leadscore
