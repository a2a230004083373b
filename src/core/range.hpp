// The least and most points that rules, groups, dimensions and the score can reach, rules taken as independent of each other.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leadscore {

// A number of micro units, or infinity with a sign. A least is never +infinity, a most never -infinity.
struct Bound {
    int infinite = 0; // -1, 0, 1
    int128 micro = 0;
};

inline bool operator<(const Bound &a, const Bound &b) noexcept {
    return a.infinite != b.infinite ? a.infinite < b.infinite : a.infinite == 0 && a.micro < b.micro;
}
inline bool operator==(const Bound &a, const Bound &b) noexcept {
    return a.infinite == b.infinite && (a.infinite != 0 || a.micro == b.micro);
}
inline Bound finite(int128 micro) noexcept {
    return Bound{0, micro};
}

// "12.5"; infinities as the JSON texts "Infinity" and "-Infinity" with their quotes.
std::string bound_json(const Bound &bound);

struct Range {
    Bound least;
    Bound most;
    bool single() const noexcept {
        return least == most;
    }
};

// What arrives at a pair of `min` and `max`, and what leaves it.
struct CapRange {
    Range before;
    Range after;
};

// By position in the document; disabled rules are 0 to 0. The score's `after` is rounded, its `before` is not clamped either.
struct DocumentRange {
    std::vector<CapRange> rules;
    std::vector<CapRange> groups;
    std::vector<CapRange> dimensions;
    CapRange score;
};

DocumentRange document_range(const Rules &rules);

// The score when the dimensions are in these ranges (by position).
CapRange score_range(const Rules &rules, const std::vector<Range> &dimensions);

// One rule before and after its own `min` and `max`. Up to `exact_ages` ticks of decay are summed one by one; beyond that the
// sum is an upper estimate.
CapRange rule_range(const Rule &rule, int64_t exact_ages);

// What the measure of a rule with bands can be: all numbers (or all whole numbers) of a range, and missing.
struct MeasureRange {
    Range numbers;
    bool whole = false;
    bool has_numbers = true;
    bool may_miss = false;
};
MeasureRange measure_range(const Rule &rule, int64_t exact_ages);

// Whether band `index` can be the band of the measure; for `bands.size()`, whether the measure can be below the first band.
bool band_reachable(const Rule &rule, const MeasureRange &measure, size_t index);

// How many ages may be summed one by one for a rule of a document with so many rules: bounds the time of a whole study.
int64_t exact_ages_for(size_t rules) noexcept;

Bound clamp(const Bound &bound, const std::optional<int64_t> &min, const std::optional<int64_t> &max) noexcept;

} // namespace leadscore
