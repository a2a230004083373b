// The least and most points of one rule: what its measure can be, which bands that reaches, what its points make of it.
#include "range.hpp"

#include "decay.hpp"
#include "hit_ceiling.hpp"
#include "truth.hpp"

#include <algorithm>

namespace leadscore {

namespace {

constexpr int128 micro_unit = micro_per_unit;

bool covers(const Kinds &wider, const Kinds &kinds) {
    return wider.every ||
           (!kinds.every && std::includes(wider.names.begin(), wider.names.end(), kinds.names.begin(), kinds.names.end()));
}

// A rule without hits: its condition contradicts itself, or it names no kind.
bool never_hits(const Rule &rule) {
    return (!rule.on.every && rule.on.names.empty()) || (rule.has_condition && verdict(rule.condition) == Verdict::never);
}

bool every_hit(const Rule &rule) {
    return !rule.has_condition || verdict(rule.condition) == Verdict::always;
}

// Hits are a part of the divisor if their kinds are, and the whole of it, or more, if no condition narrows them.
Range ratio_range(const Rule &rule) {
    Range ratio;
    if (never_hits(rule)) {
        return ratio;
    }
    ratio.least = finite(every_hit(rule) && covers(rule.on, rule.ratio_to) ? micro_unit : int128{0});
    ratio.most = covers(rule.ratio_to, rule.on) ? finite(micro_unit) : Bound{1, 0};
    return ratio;
}

class Spread {
public:
    void reach(const Bound &points) {
        range_.least = begun_ ? std::min(range_.least, points) : points;
        range_.most = begun_ ? std::max(range_.most, points) : points;
        begun_ = true;
    }
    void reach(int64_t points) {
        reach(finite(points));
    }
    Range range() const {
        return range_;
    }

private:
    Range range_;
    bool begun_ = false;
};

void reach_bands(Spread &points, const Rule &rule, int64_t exact_ages) {
    const MeasureRange measure = measure_range(rule, exact_ages);
    for (size_t i = 0; i < rule.bands.size(); ++i) {
        if (band_reachable(rule, measure, i)) {
            points.reach(rule.bands[i].points);
        }
    }
    if (band_reachable(rule, measure, rule.bands.size())) {
        points.reach(int64_t{0});
    }
    if (measure.may_miss) {
        points.reach(rule.missing);
    }
}

void reach_products(Spread &points, const Rule &rule, int64_t exact_ages) {
    points.reach(int64_t{0});
    if (rule.points == 0 || never_hits(rule)) {
        return;
    }
    const int sign = rule.points < 0 ? -1 : 1;
    if (rule.measure == Measure::sum) { // values may be negative
        points.reach(Bound{-1, 0});
        points.reach(Bound{1, 0});
        return;
    }
    const HitCeiling ceiling = hit_ceiling(rule, true, exact_ages);
    points.reach(ceiling.infinite ? Bound{sign, 0} : finite(multiply_held(rule.points, ceiling.weight, whole_weight)));
}

} // namespace

MeasureRange measure_range(const Rule &rule, int64_t exact_ages) {
    const Range any{Bound{-1, 0}, Bound{1, 0}};
    MeasureRange measure;
    if (rule.form == Form::attribute_bands) {
        measure.numbers = any;
        measure.may_miss = true;
        return measure;
    }
    const bool never = never_hits(rule);
    switch (rule.measure) {
    case Measure::hits:
    case Measure::distinct:
        measure.whole = true;
        if (!never) {
            const HitCeiling ceiling = hit_ceiling(rule, false, exact_ages);
            const int128 hits = ceiling.weight / whole_weight;
            measure.numbers.most = ceiling.infinite ? Bound{1, 0} : finite(std::min(hits * micro_unit, most_micro));
        }
        break;
    case Measure::sum:
        if (!never) {
            measure.numbers = any;
        }
        break;
    case Measure::ratio_to:
        measure.numbers = ratio_range(rule);
        measure.may_miss = true;
        break;
    case Measure::idle:
        measure.whole = true;
        measure.numbers.most = Bound{1, 0};
        measure.has_numbers = !never;
        measure.may_miss = true;
        break;
    }
    return measure;
}

namespace {

// Whether a number in [from, below) is among them; no value: no bound on that side.
bool attains(const MeasureRange &measure, const std::optional<int128> &from, const std::optional<int128> &below) {
    if (!measure.has_numbers) {
        return false;
    }
    Bound first = measure.numbers.least;
    if (from && first < finite(*from)) {
        first = finite(*from);
    }
    if (measure.whole && first.infinite == 0 && first.micro % micro_unit != 0) {
        first.micro += (first.micro > 0 ? micro_unit : int128{0}) - first.micro % micro_unit;
    }
    return !(measure.numbers.most < first) && (!below || first < finite(*below));
}

} // namespace

bool band_reachable(const Rule &rule, const MeasureRange &measure, size_t index) {
    if (index == rule.bands.size()) {
        const bool open = rule.bands.empty() || rule.bands.front().from.has_value();
        return open && attains(measure, std::nullopt, rule.bands.empty() ? std::nullopt : rule.bands.front().from);
    }
    const std::optional<int128> below = index + 1 < rule.bands.size() ? rule.bands[index + 1].from : std::nullopt;
    return attains(measure, rule.bands[index].from, below);
}

CapRange rule_range(const Rule &rule, int64_t exact_ages) {
    Spread points;
    switch (rule.form) {
    case Form::condition_points: {
        const Verdict truth = verdict(rule.condition);
        if (truth != Verdict::always) {
            points.reach(int64_t{0});
        }
        if (truth != Verdict::never) {
            points.reach(rule.points);
        }
        break;
    }
    case Form::attribute_values:
        for (const auto &value : rule.values) {
            points.reach(value.second);
        }
        points.reach(rule.otherwise);
        points.reach(rule.missing);
        break;
    case Form::event_points:
        reach_products(points, rule, exact_ages);
        break;
    case Form::attribute_bands:
    case Form::event_bands:
        reach_bands(points, rule, exact_ages);
        break;
    }
    CapRange range;
    range.before = points.range();
    range.after = Range{clamp(range.before.least, rule.min, rule.max), clamp(range.before.most, rule.min, rule.max)};
    return range;
}

} // namespace leadscore
