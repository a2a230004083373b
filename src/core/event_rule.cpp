// One event rule made ready: from the cells of its evidence to points, in the order of section 4 of the contract.
#include "event_rule.hpp"

#include <algorithm>

namespace leadscore {

namespace {

int128 held(int128 micro) noexcept {
    return std::max(-most_micro, std::min(micro, most_micro));
}

// multiply_held(points, weighted, whole_weight); the usual numbers need no division by a variable.
int128 times_weight(int64_t points, int128 weighted) noexcept {
    int64_t product = 0;
    if (static_cast<int64_t>(weighted) != weighted || __builtin_mul_overflow(points, static_cast<int64_t>(weighted), &product)) {
        return multiply_held(points, weighted, whole_weight);
    }
    const uint64_t top = product < 0 ? -static_cast<uint64_t>(product) : static_cast<uint64_t>(product);
    const auto rounded = static_cast<int64_t>((top + whole_weight / 2) / whole_weight);
    return product < 0 ? -rounded : rounded;
}

} // namespace

int64_t points_of_bands(const std::vector<Band> &bands, int128 numerator_micro, int128 denominator) noexcept {
    const auto reached = [&](const Band &band) {
        if (!band.from) {
            return true;
        }
        int128 bound = 0;
        if (__builtin_mul_overflow(*band.from, denominator, &bound)) {
            return *band.from < 0; // out of reach of any measure
        }
        return bound <= numerator_micro;
    };
    const auto next = std::partition_point(bands.begin(), bands.end(), reached);
    return next == bands.begin() ? 0 : (next - 1)->points;
}

int128 clamped(int128 points, const std::optional<int64_t> &min, const std::optional<int64_t> &max) noexcept {
    if (min && points < *min) {
        return *min;
    }
    return max && points > *max ? static_cast<int128>(*max) : points;
}

CellRange cells_after(CellRange cells, int64_t tick) noexcept {
    const auto drop = [tick](const auto *&first, size_t &size) {
        const auto *from = std::partition_point(first, first + size, [tick](const auto &cell) { return cell.tick <= tick; });
        size -= static_cast<size_t>(from - first);
        first = from;
    };
    drop(cells.counts, cells.count_size);
    drop(cells.sums, cells.sum_size);
    cells.after = tick;
    return cells;
}

namespace {

// Whether points only rise, or only fall, from band to band; below the first they are 0.
bool are_steady(const std::vector<Band> &bands) {
    bool rises = true;
    bool falls = true;
    for (size_t i = 0; i < bands.size(); ++i) {
        const int64_t before = i > 0 ? bands[i - 1].points : (bands[i].from ? 0 : bands[i].points);
        rises = rises && bands[i].points >= before;
        falls = falls && bands[i].points <= before;
    }
    return rises || falls;
}

} // namespace

EventRule::EventRule(const Rule &rule, std::shared_ptr<const AgeWeights> weights)
    : rule_(rule), weights_(std::move(weights)), hour_ticks_(rule.hour_ticks()),
      plain_(rule.form == Form::event_points && rule.measure == Measure::hits && rule.burst == 0 && rule.at_most_hits == 0),
      steady_bands_(are_steady(rule.bands)), within_(rule.within ? rule.within->ticks(hour_ticks_) : -1),
      period_(rule.at_most_hits > 0 ? rule.at_most_per.ticks(hour_ticks_) : 0), weight_end_(weights_->end()),
      points_end_(end_of_points()) {
}

// `at_most` looks at hits before the window, `idle` at the newest of all, `distinct` at cells in another order.
int64_t EventRule::end_of_points() const noexcept {
    if (period_ > 0 || rule_.measure == Measure::idle || rule_.measure == Measure::distinct) {
        return -1;
    }
    const bool fades = rule_.form == Form::event_points && weight_end_ >= 0;
    return !fades ? within_ : within_ < 0 ? weight_end_ : std::min(within_, weight_end_);
}

CellRange EventRule::young_enough(const CellRange &cells, int64_t now) const noexcept {
    return points_end_ < 0 ? cells : cells_after(cells, now - points_end_);
}

int128 EventRule::points(const CellRange &main, const CellRange &divisor, int64_t now, Hits &hits) const {
    return plain_ ? plain_points(main, now) : outcome(young_enough(main, now), young_enough(divisor, now), now, hits).points;
}

// As outcome() does it, without a list of hits.
int128 EventRule::plain_points(const CellRange &main, int64_t now) const {
    int128 weighted = 0;
    int64_t left = rule_.limit > 0 ? rule_.limit : INT64_MAX;
    for (const CountCell *cell = main.counts + main.count_size; cell != main.counts && left > 0;) {
        --cell;
        const int64_t age = now - cell->tick;
        if (points_end_ >= 0 && age >= points_end_) {
            break;
        }
        if (age >= 0 && cell->count > 0) {
            const int64_t count = std::min(cell->count, left);
            weighted += static_cast<int128>(count) * weight(age);
            left -= count;
        }
    }
    return clamped(times_weight(rule_.points, weighted), rule_.min, rule_.max);
}

// Hits up to now, oldest first; a burst is one hit.
void EventRule::collect(const CellRange &cells, int64_t now, Hits &hits) const {
    hits.clear();
    for (size_t i = 0; i < cells.count_size && cells.counts[i].tick <= now; ++i) {
        const int64_t count = cells.counts[i].count;
        if (rule_.burst > 0 ? count >= rule_.burst : count > 0) {
            hits.push_back({cells.counts[i].tick, rule_.burst > 0 ? 1 : count});
        }
    }
}

// Each value counts once, at its newest hit up to now.
void EventRule::collect_newest_of_values(const CellRange &cells, int64_t now, Hits &hits) {
    hits.clear();
    for (size_t i = 0; i < cells.value_size;) {
        const ValueKey &value = cells.values[i].value;
        bool found = false;
        int64_t newest = 0;
        for (; i < cells.value_size && cells.values[i].value == value; ++i) {
            if (cells.values[i].tick <= now && cells.values[i].tick > cells.after && cells.values[i].count > 0) {
                found = true;
                newest = cells.values[i].tick;
            }
        }
        if (found) {
            hits.push_back({newest, 1});
        }
    }
    std::sort(hits.begin(), hits.end(), [](const TickHits &a, const TickHits &b) { return a.tick < b.tick; });
}

// A period opens at the oldest hit outside all earlier ones; its earliest hits count.
void EventRule::keep_at_most(Hits &hits) const {
    int64_t end = 0;
    int64_t left = 0;
    bool open = false;
    for (TickHits &hit : hits) {
        if (!open || hit.tick >= end) {
            open = true;
            end = hit.tick + period_;
            left = rule_.at_most_hits;
        }
        hit.count = std::min(hit.count, left);
        left -= hit.count;
    }
}

void EventRule::measure_hits(const Hits &hits, int64_t now, Outcome &outcome) const {
    int128 weighted = 0;
    each_counted(hits, now, [&](int64_t tick, int64_t count) {
        outcome.hits += count;
        weighted += static_cast<int128>(count) * weight(now - tick);
    });
    outcome.measure = outcome.hits * micro_per_unit;
    if (rule_.form == Form::event_points) {
        outcome.unclamped = times_weight(rule_.points, weighted);
    }
}

void EventRule::measure_sum(const CellRange &cells, int64_t now, Outcome &outcome) const {
    int128 weighted = 0;
    for (size_t i = cells.sum_size; i > 0; --i) {
        const SumCell &cell = cells.sums[i - 1];
        const int64_t age = now - cell.tick;
        if (age < 0) {
            continue;
        }
        if (within_ >= 0 && age >= within_) {
            break;
        }
        outcome.measure += held(cell.sum);
        weighted += held(cell.sum) * weight(age);
    }
    if (rule_.form == Form::event_points) {
        outcome.unclamped = multiply_held(rule_.points, weighted, static_cast<int128>(whole_weight) * micro_per_unit);
    }
}

void EventRule::measure_ratio(const CellRange &divisor, int64_t now, Outcome &outcome) const {
    const int128 dividend = outcome.hits;
    int128 hits = 0;
    for (size_t i = 0; i < divisor.count_size && divisor.counts[i].tick <= now; ++i) {
        const CountCell &cell = divisor.counts[i];
        if (cell.count > 0 && (within_ < 0 || now - cell.tick < within_)) {
            hits += cell.count;
        }
    }
    outcome.missing = hits == 0;
    if (outcome.missing) {
        outcome.measure = 0;
        outcome.unclamped = rule_.missing;
        return;
    }
    outcome.measure = divide_rounded(dividend * micro_per_unit, hits);
    outcome.unclamped = points_of_bands(rule_.bands, dividend * micro_per_unit, hits);
}

Outcome EventRule::outcome(const CellRange &main, const CellRange &divisor, int64_t now, Hits &hits) const {
    Outcome outcome;
    switch (rule_.measure) {
    case Measure::sum:
        measure_sum(main, now, outcome);
        break;
    case Measure::distinct:
        collect_newest_of_values(main, now, hits);
        break;
    default:
        collect(main, now, hits);
        break;
    }
    if (rule_.measure == Measure::idle) {
        outcome.missing = hits.empty();
        for (const TickHits &hit : hits) {
            outcome.hits += hit.count;
        }
        outcome.measure = hits.empty() ? 0 : static_cast<int128>(now - hits.back().tick) * micro_per_unit;
    } else if (rule_.measure != Measure::sum) {
        if (period_ > 0) {
            keep_at_most(hits);
        }
        measure_hits(hits, now, outcome);
    }
    if (rule_.measure == Measure::ratio_to) {
        measure_ratio(divisor, now, outcome);
    } else if (rule_.form == Form::event_bands) {
        outcome.unclamped = outcome.missing ? rule_.missing : points_of_bands(rule_.bands, outcome.measure, 1);
    }
    outcome.points = clamped(outcome.unclamped, rule_.min, rule_.max);
    return outcome;
}

} // namespace leadscore
