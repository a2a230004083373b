// The most a rule's hits can weigh: the best placement of events in time, through burst, at_most, within and limit.
#include "hit_ceiling.hpp"

#include "decay.hpp"

#include <algorithm>
#include <vector>

namespace leadscore {

namespace {

constexpr int64_t unlimited = INT64_MAX;

// The weights by age, which never rise: 0 from `end` on (within and decay). Without decay they are 1 before that, and sums are
// formulas. Otherwise they are tabled, one age of every `step`, whose weight stands for all ages of the step.
class AgeWeights {
public:
    AgeWeights(const Rule &rule, bool weigh, int64_t exact_ages) {
        const bool hours = rule.hour_ticks();
        if (rule.within) {
            end_ = rule.within->ticks(hours);
        }
        flat_ = !weigh || rule.decay.type == Decay::Type::none;
        if (flat_) {
            return;
        }
        const int64_t decayed = decay_end(rule.decay, hours);
        if (decayed >= 0) {
            end_ = std::min(end_, decayed);
        }
        const int64_t level = rule.decay.type == Decay::Type::every ? rule.decay.duration.ticks(hours) : 1; // same weight so long
        step_ = level * std::max<int64_t>(1, (end_ / level + exact_ages) / exact_ages);
        const int64_t blocks = (end_ + step_ - 1) / step_;
        weights_.reserve(static_cast<size_t>(blocks));
        before_.reserve(static_cast<size_t>(blocks) + 1);
        before_.push_back(0);
        for (int64_t block = 0; block < blocks; ++block) {
            weights_.push_back(decay_weight(rule.decay, hours, block * step_));
            before_.push_back(before_.back() + static_cast<int128>(weights_.back()) * step_);
        }
    }

    int64_t end() const noexcept {
        return end_;
    }
    int64_t at(int64_t age) const noexcept {
        if (age >= end_) {
            return 0;
        }
        return flat_ ? whole_weight : weights_[static_cast<size_t>(age / step_)];
    }
    // Of the ages first, first + 1, … (`count` of them).
    int128 sum(int64_t first, int64_t count) const noexcept {
        const int64_t from = std::min(first, end_);
        const int64_t below = from + std::min(count, end_ - from);
        return flat_ ? static_cast<int128>(below - from) * whole_weight : up_to(below) - up_to(from);
    }
    // Of the ages first, first + stride, … (`count` of them), never looking at one age twice.
    int128 sum_every(int64_t first, int64_t stride, int64_t count) const noexcept {
        if (first >= end_) {
            return 0;
        }
        const int64_t inside = std::min(count, (end_ - first - 1) / stride + 1);
        if (flat_) {
            return static_cast<int128>(inside) * whole_weight;
        }
        int128 total = 0;
        for (int64_t done = 0; done < inside;) {
            const int64_t block = (first + done * stride) / step_;
            const int64_t reach = std::min(inside, ((block + 1) * step_ - first - 1) / stride + 1);
            total += static_cast<int128>(weights_[static_cast<size_t>(block)]) * (reach - done);
            done = reach;
        }
        return total;
    }

private:
    int128 up_to(int64_t age) const noexcept {
        const size_t block = static_cast<size_t>(age / step_);
        return before_[block] + (age % step_ == 0 ? 0 : static_cast<int128>(age % step_) * weights_[block]);
    }

    int64_t end_ = unlimited;
    bool flat_ = true;
    int64_t step_ = 1;
    std::vector<int64_t> weights_;
    std::vector<int128> before_; // sum of all weights before the block
};

// at_most alone: a period opens at each of the ages 0, D, 2D, …; the opening at age 0 takes n hits, each older one has one hit at
// its opening and the others at the youngest age the period reaches. Nearest to now, so best for any number of hits.
int128 spaced(const AgeWeights &weights, int64_t hits, int64_t per, int64_t limit) {
    if (limit <= hits) {
        return static_cast<int128>(limit) * weights.at(0);
    }
    const int64_t rest = limit - hits;
    const int64_t periods = std::min(rest / hits, weights.end() / per + 1); // what is older weighs nothing
    int128 total = static_cast<int128>(hits) * weights.at(0);
    total += static_cast<int128>(hits - 1) * weights.sum_every(1, per, periods) + weights.sum_every(per, per, periods);
    if (periods == rest / hits) {
        total += static_cast<int128>(rest % hits) * weights.at(periods * per + 1);
    }
    return total;
}

// burst with at_most, n < D: one hit a tick. The youngest period may have opened at any age up to n - 1 with a hit on every tick
// since; each older period has one hit at its opening and the others on the youngest ticks it reaches.
int128 spaced_bursts(const AgeWeights &weights, int64_t hits, int64_t per, int64_t limit) {
    int128 best = 0;
    for (int64_t opening = 0; opening < hits; ++opening) {
        int128 total = weights.sum(0, std::min(limit, opening + 1));
        int64_t left = limit - std::min(limit, opening + 1);
        for (int64_t age = opening; left > 0 && age + 1 < weights.end(); age += per) {
            const int64_t run = std::min(left, hits - 1);
            total += weights.sum(age + 1, run);
            left -= run;
            if (left > 0) {
                total += weights.at(age + per);
                --left;
            }
        }
        best = std::max(best, total);
    }
    return best;
}

} // namespace

HitCeiling hit_ceiling(const Rule &rule, bool weigh, int64_t exact_ages) {
    const int64_t limit = rule.limit > 0 ? rule.limit : unlimited;
    const bool rate = rule.at_most_hits > 0;
    const bool endless = !rule.within && (!weigh || rule.decay.type == Decay::Type::none);
    HitCeiling ceiling;
    if (endless || (rule.burst == 0 && !rate)) { // any number of hits of weight 1: all at age 0, or spread out for ever
        ceiling.infinite = rule.limit == 0;
        ceiling.weight = static_cast<int128>(rule.limit) * whole_weight;
        return ceiling;
    }
    const AgeWeights weights(rule, weigh, exact_ages);
    const int64_t per = rate ? rule.at_most_per.ticks(rule.hour_ticks()) : 1;
    if (rule.burst == 0) {
        ceiling.weight = spaced(weights, rule.at_most_hits, per, limit);
    } else if (!rate || rule.at_most_hits >= per) {
        ceiling.weight = weights.sum(0, limit);
    } else if (weights.end() <= exact_ages) {
        ceiling.weight = spaced_bursts(weights, rule.at_most_hits, per, limit);
    } else {
        ceiling.weight = std::min(weights.sum(0, limit), spaced(weights, rule.at_most_hits, per, limit));
    }
    return ceiling;
}

} // namespace leadscore
