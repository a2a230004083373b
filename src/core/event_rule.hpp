// One event rule made ready: from the cells of its evidence to points.
#pragma once

#include "no_postgres.hpp"
#include "age_weights.hpp"
#include "tally.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace leadscore {

// Cells of one evidence inside a tally; which of the three is used follows from what is kept.
struct CellRange {
    const CountCell *counts = nullptr;
    size_t count_size = 0;
    const SumCell *sums = nullptr;
    size_t sum_size = 0;
    const ValueCell *values = nullptr;
    size_t value_size = 0;
    int64_t after = INT64_MIN; // cells of values count after this tick only
};

// The cells of later ticks.
CellRange cells_after(CellRange cells, int64_t tick) noexcept;

// What came of a rule, for scores and explanations alike.
struct Outcome {
    int128 hits = 0;      // that count, after all limits
    bool missing = false; // the measure has no value
    int128 measure = 0;   // in micro units; a ratio is rounded here, but not where bands look at it
    int128 unclamped = 0; // points in micro units
    int128 points = 0;    // after the rule's min and max
};

// The highest band at or below `numerator` / `denominator` (> 0); 0 below the first.
int64_t points_of_bands(const std::vector<Band> &bands, int128 numerator_micro, int128 denominator) noexcept;

int128 clamped(int128 points, const std::optional<int64_t> &min, const std::optional<int64_t> &max) noexcept;

// Hits of one tick.
struct TickHits {
    int64_t tick;
    int64_t count;
};

class EventRule {
public:
    // Weights are of the rule's decay, in its ticks.
    EventRule(const Rule &rule, std::shared_ptr<const AgeWeights> weights);

    // `now` is T in the rule's ticks; `hits` is scratch that rules may share.
    Outcome outcome(const CellRange &main, const CellRange &divisor, int64_t now, std::vector<TickHits> &hits) const;

    // outcome().points, looking at no cell that is too old to give any.
    int128 points(const CellRange &main, const CellRange &divisor, int64_t now, std::vector<TickHits> &hits) const;

    // Whether each hit adds its own weight and nothing but a limit matters, as of most rules: then plain_points() is points().
    bool is_plain() const noexcept {
        return plain_;
    }
    int128 plain_points(const CellRange &main, int64_t now) const;

    // Cells of this age and older give no points, and never will again; -1: all may.
    int64_t points_end() const noexcept {
        return points_end_;
    }

    // The first tick after `now` and before `until` at which time alone may change the points; `until` if there is none. It may
    // be one at which they stay the same, but before it they do.
    int64_t next_change(const CellRange &main, const CellRange &divisor, int64_t now, int64_t until,
                        std::vector<TickHits> &hits) const;

    // Whether the points stay as they are for ever.
    bool rests(const CellRange &main, const CellRange &divisor, int64_t now) const;

    bool hour_ticks() const noexcept {
        return hour_ticks_;
    }

private:
    using Hits = std::vector<TickHits>;
    // How the measure moves while no new cell comes into its reach.
    struct Motion {
        int64_t first = INT64_MAX; // the first tick at which it may differ
        int64_t last = INT64_MIN;  // and the last
        bool steady = true;        // the points move in one direction only
    };

    int64_t end_of_points() const noexcept;
    CellRange young_enough(const CellRange &cells, int64_t now) const noexcept;
    bool moves() const noexcept; // points change although no cell does
    void collect(const CellRange &cells, int64_t now, Hits &hits) const;
    static void collect_newest_of_values(const CellRange &cells, int64_t now, Hits &hits);
    void keep_at_most(Hits &hits) const;
    int64_t weight(int64_t age) const {
        return weights_->at(age);
    }
    // Calls use(tick, count) for the hits that count, newest first.
    template <typename Use> void each_counted(const Hits &hits, int64_t now, Use use) const;
    Motion motion_of(const CellRange &main, const CellRange &divisor, int64_t now, const Hits &hits) const;
    void add_motion(Motion &motion, int64_t tick, int64_t now) const;
    void measure_hits(const Hits &hits, int64_t now, Outcome &outcome) const;
    void measure_sum(const CellRange &cells, int64_t now, Outcome &outcome) const;
    void measure_ratio(const CellRange &divisor, int64_t now, Outcome &outcome) const;

    const Rule &rule_;
    std::shared_ptr<const AgeWeights> weights_;
    bool hour_ticks_;
    bool plain_;
    bool steady_bands_;  // their points only rise or only fall
    int64_t within_;     // ticks, -1: for ever
    int64_t period_;     // ticks of at_most
    int64_t weight_end_; // age from which on weights are 0; -1: never
    int64_t points_end_;
};

// For `within` and `limit` cut off the old end.
template <typename Use> void EventRule::each_counted(const Hits &hits, int64_t now, Use use) const {
    int64_t left = rule_.limit;
    for (auto hit = hits.rbegin(); hit != hits.rend(); ++hit) {
        if (within_ >= 0 && now - hit->tick >= within_) {
            break;
        }
        const int64_t count = rule_.limit > 0 ? std::min(hit->count, left) : hit->count;
        left -= rule_.limit > 0 ? count : 0;
        use(hit->tick, count);
        if (rule_.limit > 0 && left == 0) {
            break;
        }
    }
}

} // namespace leadscore
