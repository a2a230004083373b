// The scoring side of a document made ready: from the points of rules to groups, dimensions, score, stage and labels.
#include "score_program.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {

int128 ScoreProgram::take_of_group(size_t group) const {
    if (rules_.groups[group].take == Group::Take::sum) {
        return totals_.groups[group];
    }
    const bool greatest = rules_.groups[group].take == Group::Take::max;
    bool any = false;
    int128 taken = 0;
    for (const size_t rule : rules_of_group_[group]) {
        const int128 points = points_[rule];
        if (!any || (greatest ? points > taken : points < taken)) {
            taken = points;
        }
        any = true;
    }
    return taken;
}

void ScoreProgram::finish(const Given &given, Workings *workings) {
    const Value *values = given.values;
    for (size_t g = 0; g < rules_.groups.size(); ++g) {
        const int128 taken = take_of_group(g);
        const int128 points = clamped(taken, rules_.groups[g].min, rules_.groups[g].max);
        if (workings != nullptr) {
            workings->group_sums.push_back(totals_.groups[g]);
            workings->group_taken.push_back(taken);
            workings->groups.push_back(points);
        }
        totals_.dimensions[dimension_of_group_[g]] += points;
    }
    scored_.dimensions.clear();
    int128 total = 0;
    for (size_t d = 0; d < rules_.dimensions.size(); ++d) {
        const Dimension &dimension = rules_.dimensions[d];
        const int128 points = clamped(totals_.dimensions[d], dimension.min, dimension.max);
        const int128 weighted = multiply_by_weight(points, dimension.weight);
        scored_.dimensions.push_back(points);
        total += weighted;
        if (workings != nullptr) {
            workings->dimension_sums.push_back(totals_.dimensions[d]);
            workings->weighted.push_back(weighted);
        }
    }
    const int128 within = clamped(total, rules_.score_min, rules_.score_max);
    int64_t unit = micro_per_unit;
    for (int place = 0; place < rules_.score_decimals; ++place) {
        unit /= 10;
    }
    scored_.score = divide_rounded(within, unit);
    if (workings != nullptr) {
        workings->total = total;
        workings->clamped = within;
    }
    scored_.excluded = false;
    const std::vector<Value> nothing(values == nullptr && !exclusions_.empty() ? fields_.names().size() : 0);
    for (size_t e = 0; e < exclusions_.size() && !scored_.excluded; ++e) {
        scored_.excluded = exclusions_[e].holds(values != nullptr ? values : nothing.data(), given.around);
        scored_.exclusion = e;
    }
    scored_.has_probability = rules_.probability.has_value() && !scored_.excluded;
    if (scored_.has_probability) {
        const double points = static_cast<double>(total) / micro_per_unit;
        scored_.probability = 1.0 / (1.0 + std::exp(-(intercept_ + slope_ * points)));
    }
    const int128 score_micro = scored_.score * unit;
    scored_.stage = scored_.excluded ? -1 : stage_of(score_micro, given.previous);
    if (workings != nullptr) {
        workings->score = score_micro;
        workings->own_stage = stage_of(score_micro, nullptr);
    }
    set_levels(score_micro);
}

bool ScoreProgram::needs_hold(const Stage &stage) const {
    const auto &needs = needs_[static_cast<size_t>(&stage - rules_.stages.data())];
    return std::all_of(needs.begin(), needs.end(),
                       [this](const auto &need) { return scored_.dimensions[need.first] >= need.second; });
}

// The highest of: what score and dimensions give, the stage before if it is kept, the highest sticky stage up to the one before.
int ScoreProgram::stage_of(int128 score_micro, const std::string_view *previous) const {
    const auto stage_count = static_cast<int>(rules_.stages.size());
    int stage = -1;
    for (int i = stage_count - 1; i >= 0 && stage < 0; --i) {
        const Stage &candidate = rules_.stages[static_cast<size_t>(i)];
        if ((!candidate.from || *candidate.from <= score_micro) && needs_hold(candidate)) {
            stage = i;
        }
    }
    if (previous == nullptr) {
        return stage;
    }
    int before = stage_count - 1;
    while (before >= 0 && rules_.stages[static_cast<size_t>(before)].name != *previous) {
        --before;
    }
    for (int i = before; i > stage; --i) {
        const Stage &candidate = rules_.stages[static_cast<size_t>(i)];
        const bool kept =
            i == before && candidate.from && score_micro >= *candidate.from - candidate.keep && needs_hold(candidate);
        if (candidate.sticky || kept) {
            return i;
        }
    }
    return stage;
}

void ScoreProgram::set_levels(int128 score_micro) {
    scored_.levels.clear();
    for (size_t l = 0; l < rules_.labels.size(); ++l) {
        const std::vector<Level> &levels = rules_.labels[l].levels;
        const int of = of_label_[l];
        if (of < 0 && scored_.excluded) {
            scored_.levels.push_back(-1);
            continue;
        }
        const auto reached = [&](const Level &level) {
            if (!level.from) {
                return true;
            }
            if (of == of_probability) {
                return static_cast<double>(*level.from) / micro_per_unit <= scored_.probability;
            }
            return *level.from <= (of == of_score ? score_micro : scored_.dimensions[static_cast<size_t>(of)]);
        };
        scored_.levels.push_back(static_cast<int>(std::partition_point(levels.begin(), levels.end(), reached) - levels.begin()) -
                                 1);
    }
}

} // namespace leadscore
