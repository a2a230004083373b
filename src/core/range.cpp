// The least and most points that groups, dimensions and the score can reach: sums of ranges through caps and weights.
#include "range.hpp"

#include <algorithm>

namespace leadscore {

namespace {

Bound add(const Bound &a, const Bound &b) noexcept {
    if (a.infinite != 0 || b.infinite != 0) {
        return a.infinite != 0 ? a : b;
    }
    return finite(a.micro + b.micro);
}

void add_to(Range &sum, const Range &part) noexcept {
    sum.least = add(sum.least, part.least);
    sum.most = add(sum.most, part.most);
}

Bound weighted(const Bound &bound, int64_t weight) noexcept {
    if (weight == 0) {
        return Bound{};
    }
    if (bound.infinite != 0) {
        return Bound{weight < 0 ? -bound.infinite : bound.infinite, 0};
    }
    return finite(multiply_by_weight(bound.micro, weight));
}

Bound rounded(const Bound &bound, int decimals) noexcept {
    int128 unit = micro_per_unit;
    for (int place = 0; place < decimals; ++place) {
        unit /= 10;
    }
    return bound.infinite != 0 ? bound : finite(divide_rounded(bound.micro, unit) * unit);
}

Range clamp(const Range &range, const std::optional<int64_t> &min, const std::optional<int64_t> &max) noexcept {
    return Range{clamp(range.least, min, max), clamp(range.most, min, max)};
}

// Rules are independent, so the greatest (least) of them ranges from the greatest least to the greatest most.
void take(Range &taken, const Range &part, Group::Take how, bool first) noexcept {
    if (how == Group::Take::sum) {
        add_to(taken, part);
    } else if (first) {
        taken = part;
    } else if (how == Group::Take::max) {
        taken = Range{std::max(taken.least, part.least), std::max(taken.most, part.most)};
    } else {
        taken = Range{std::min(taken.least, part.least), std::min(taken.most, part.most)};
    }
}

template <typename Named> size_t position_of(const std::vector<Named> &parts, const std::string &name) {
    const auto found = std::lower_bound(parts.begin(), parts.end(), name,
                                        [](const Named &part, const std::string &wanted) { return part.name < wanted; });
    return static_cast<size_t>(found - parts.begin());
}

} // namespace

Bound clamp(const Bound &bound, const std::optional<int64_t> &min, const std::optional<int64_t> &max) noexcept {
    Bound held = bound;
    if (min && held < finite(*min)) {
        held = finite(*min);
    }
    if (max && finite(*max) < held) {
        held = finite(*max);
    }
    return held;
}

std::string bound_json(const Bound &bound) {
    if (bound.infinite != 0) {
        return bound.infinite < 0 ? "\"-Infinity\"" : "\"Infinity\"";
    }
    return micro_text(bound.micro);
}

int64_t exact_ages_for(size_t rules) noexcept {
    const int64_t share = (int64_t{1} << 23) / static_cast<int64_t>(std::max<size_t>(rules, 1));
    return std::min<int64_t>(share, int64_t{1} << 20);
}

CapRange score_range(const Rules &rules, const std::vector<Range> &dimensions) {
    CapRange score;
    for (size_t i = 0; i < rules.dimensions.size(); ++i) {
        const int64_t weight = rules.dimensions[i].weight;
        Range part{weighted(dimensions[i].least, weight), weighted(dimensions[i].most, weight)};
        if (weight < 0) {
            std::swap(part.least, part.most);
        }
        add_to(score.before, part);
    }
    const Range held = clamp(score.before, rules.score_min, rules.score_max);
    score.after = Range{rounded(held.least, rules.score_decimals), rounded(held.most, rules.score_decimals)};
    return score;
}

DocumentRange document_range(const Rules &rules) {
    DocumentRange ranges;
    ranges.groups.resize(rules.groups.size());
    ranges.dimensions.resize(rules.dimensions.size());
    std::vector<bool> begun(rules.groups.size());
    const int64_t exact_ages = exact_ages_for(rules.rules.size());
    for (const Rule &rule : rules.rules) {
        ranges.rules.push_back(rule.enabled ? rule_range(rule, exact_ages) : CapRange{});
        if (!rule.enabled) {
            continue;
        }
        const Range &points = ranges.rules.back().after;
        if (rule.group.empty()) {
            add_to(ranges.dimensions[position_of(rules.dimensions, rule.dimension)].before, points);
        } else {
            const size_t group = position_of(rules.groups, rule.group);
            take(ranges.groups[group].before, points, rules.groups[group].take, !begun[group]);
            begun[group] = true;
        }
    }
    for (size_t i = 0; i < rules.groups.size(); ++i) {
        CapRange &group = ranges.groups[i];
        group.after = clamp(group.before, rules.groups[i].min, rules.groups[i].max);
        add_to(ranges.dimensions[position_of(rules.dimensions, rules.groups[i].dimension)].before, group.after);
    }
    std::vector<Range> capped;
    for (size_t i = 0; i < rules.dimensions.size(); ++i) {
        CapRange &dimension = ranges.dimensions[i];
        dimension.after = clamp(dimension.before, rules.dimensions[i].min, rules.dimensions[i].max);
        capped.push_back(dimension.after);
    }
    ranges.score = score_range(rules, capped);
    return ranges;
}

} // namespace leadscore
