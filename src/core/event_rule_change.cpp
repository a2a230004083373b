// When time alone next changes the points of an event rule.
//
// Between two cells that come into reach (events dated in the future), hits only grow older: weights fall and hits leave the
// window, so a count, or a sum of one sign, moves in one direction, and the first tick with other points is found by halving.
#include "event_rule.hpp"

#include <algorithm>

namespace leadscore {

namespace {

constexpr int64_t never = INT64_MAX;
// So many ticks are looked at, or stretches of one motion; then the one that was reached is good enough.
constexpr int most_looks = 32;

template <typename Cell> int64_t first_after(const Cell *cells, size_t size, int64_t now) {
    const Cell *next = std::partition_point(cells, cells + size, [now](const Cell &cell) { return cell.tick <= now; });
    return next == cells + size ? never : next->tick;
}

// The first tick after `now` that has a cell.
int64_t next_arrival(const CellRange &cells, int64_t now) {
    int64_t next = std::min(first_after(cells.counts, cells.count_size, now), first_after(cells.sums, cells.sum_size, now));
    for (size_t i = 0; i < cells.value_size; ++i) {
        const int64_t tick = cells.values[i].tick;
        next = tick > now ? std::min(next, tick) : next;
    }
    return next;
}

} // namespace

// Of one hit or addend that counts.
void EventRule::add_motion(Motion &motion, int64_t tick, int64_t now) const {
    const int64_t age = now - tick;
    int64_t first = within_ >= 0 ? tick + within_ : never;
    int64_t last = first;
    if (rule_.decay.type != Decay::Type::none) {
        if (weight(age) == 0) {
            return;
        }
        const int64_t period = rule_.decay.type == Decay::Type::every ? rule_.decay.duration.ticks(hour_ticks_) : 1;
        first = std::min(first, rule_.decay.type == Decay::Type::every ? tick + (age / period + 1) * period : now + 1);
        last = std::min(last, tick + weight_end_);
    }
    if (first != never) {
        motion.first = std::min(motion.first, first);
        motion.last = std::max(motion.last, last);
    }
}

// `hits` are those that outcome() left.
EventRule::Motion EventRule::motion_of(const CellRange &main, const CellRange &divisor, int64_t now, const Hits &hits) const {
    Motion motion;
    motion.steady = rule_.form == Form::event_points || (steady_bands_ && rule_.measure != Measure::ratio_to);
    if (rule_.measure == Measure::idle) {
        motion.steady = false;
        if (!hits.empty()) {
            const int64_t newest = hits.back().tick;
            const int128 age = static_cast<int128>(now - newest) * micro_per_unit;
            const auto next = std::partition_point(rule_.bands.begin(), rule_.bands.end(),
                                                   [age](const Band &band) { return !band.from || *band.from <= age; });
            if (next != rule_.bands.end()) {
                motion.first = newest + static_cast<int64_t>((*next->from + micro_per_unit - 1) / micro_per_unit);
            }
        }
        return motion;
    }
    if (rule_.measure == Measure::sum) {
        bool rises = false;
        bool falls = false;
        for (size_t i = 0; i < main.sum_size && main.sums[i].tick <= now; ++i) {
            if (within_ < 0 || now - main.sums[i].tick < within_) {
                add_motion(motion, main.sums[i].tick, now);
                (main.sums[i].sum > 0 ? falls : rises) = true;
            }
        }
        motion.steady = motion.steady && !(rises && falls);
        return motion;
    }
    each_counted(hits, now, [&](int64_t tick, int64_t count) {
        if (count > 0) {
            add_motion(motion, tick, now);
        }
    });
    for (size_t i = 0; i < divisor.count_size && divisor.counts[i].tick <= now && within_ >= 0; ++i) {
        if (divisor.counts[i].count > 0 && now - divisor.counts[i].tick < within_) {
            add_motion(motion, divisor.counts[i].tick, now);
        }
    }
    return motion;
}

bool EventRule::moves() const noexcept {
    return within_ >= 0 || rule_.decay.type != Decay::Type::none || rule_.measure == Measure::idle;
}

bool EventRule::rests(const CellRange &main, const CellRange &divisor, int64_t now) const {
    return (rule_.form == Form::event_points && rule_.points == 0) ||
           (!moves() && next_arrival(main, now) == never && next_arrival(divisor, now) == never);
}

int64_t EventRule::next_change(const CellRange &all, const CellRange &all_of_divisor, int64_t now, int64_t until,
                               Hits &hits) const {
    const CellRange main = young_enough(all, now);
    const CellRange divisor = young_enough(all_of_divisor, now);
    const auto arrival_after = [&](int64_t tick) { return std::min(next_arrival(main, tick), next_arrival(divisor, tick)); };
    if ((rule_.form == Form::event_points && rule_.points == 0) || (!moves() && arrival_after(now) >= until)) {
        return until;
    }
    const auto points_at = [&](int64_t tick) { return outcome(main, divisor, tick, hits).points; };
    const int128 points = points_at(now);
    int64_t same = now; // up to here the points are these
    for (int look = 0; look < most_looks; ++look) {
        const Motion motion = motion_of(main, divisor, same, hits);
        const int64_t arrival = arrival_after(same);
        const int64_t step = std::min(motion.first, arrival);
        if (step >= until) {
            return until;
        }
        if (points_at(step) != points) {
            return step;
        }
        same = step;
        int64_t other = std::min({motion.last, arrival - 1, until - 1});
        if (!motion.steady || other <= same) {
            continue;
        }
        if (points_at(other) == points) {
            same = other;
            continue;
        }
        while (other - same > 1) {
            const int64_t middle = same + (other - same) / 2;
            (points_at(middle) == points ? same : other) = middle;
        }
        return other;
    }
    return same;
}

} // namespace leadscore
