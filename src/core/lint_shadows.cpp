// lint_rules, rules against each other: the same twice, and rules of a `max` or `min` group that another one always outdoes.
#include "lint.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace leadscore {

namespace {

// All of a rule but what it is called.
std::string meaning(Rule rule) {
    rule.name.clear();
    rule.description.clear();
    return write_rule(rule);
}

// What a rule looks at, without windows, limits, points and caps. Rules that share it see the same hits, or the same attribute.
std::string subject(Rule rule) {
    const bool hours = rule.hour_ticks();
    rule.group.clear();
    rule.min.reset();
    rule.max.reset();
    rule.points = 0;
    rule.bands.clear();
    rule.values.clear();
    rule.otherwise = 0;
    rule.missing = 0;
    rule.within.reset();
    rule.limit = 0;
    return meaning(std::move(rule)) + (hours ? "h" : "d") + static_cast<char>('0' + static_cast<int>(rule.form));
}

// Points of one rule as its group compares them: `sign` is -1 where the least of them is taken.
struct View {
    const Rule &rule;
    int sign;

    Bound points(int64_t raw) const {
        const Bound held = clamp(finite(raw), rule.min, rule.max);
        return Bound{held.infinite * sign, held.micro * sign};
    }
    Bound ceiling() const {
        const std::optional<int64_t> &cap = sign > 0 ? rule.max : rule.min;
        return cap ? finite(static_cast<int128>(*cap) * sign) : Bound{1, 0};
    }
    Bound floor() const {
        const std::optional<int64_t> &cap = sign > 0 ? rule.min : rule.max;
        return cap ? finite(static_cast<int128>(*cap) * sign) : Bound{-1, 0};
    }
    Bound band(const std::optional<int128> &at) const { // no value: below every `from`
        int64_t raw = 0;
        for (const Band &band : rule.bands) {
            if (!band.from || (at && *band.from <= *at)) {
                raw = band.points;
            }
        }
        return points(raw);
    }
    Bound value(const std::string &key) const {
        const auto found = std::lower_bound(rule.values.begin(), rule.values.end(), key,
                                            [](const auto &value, const std::string &wanted) { return value.first < wanted; });
        return points(found != rule.values.end() && found->first == key ? found->second : rule.otherwise);
    }
};

bool at_most(const Bound &a, const Bound &b) {
    return !(b < a);
}

bool same_window(const Rule &a, const Rule &b) {
    const bool same_within = a.within ? b.within && a.within->hours() == b.within->hours() : !b.within;
    return same_within && a.limit == b.limit;
}

// Every hit of `narrow` is one of `wide`.
bool window_inside(const Rule &narrow, const Rule &wide) {
    const bool inside = !wide.within || (narrow.within && narrow.within->hours() <= wide.within->hours());
    return inside && (wide.limit == 0 || (narrow.limit > 0 && narrow.limit <= wide.limit));
}

bool bands_never_better(const View &a, const View &b) {
    bool never =
        at_most(a.points(a.rule.missing), b.points(b.rule.missing)) && at_most(a.band(std::nullopt), b.band(std::nullopt));
    for (const Rule *rule : {&a.rule, &b.rule}) {
        for (const Band &band : rule->bands) {
            never = never && at_most(a.band(band.from), b.band(band.from));
        }
    }
    return never;
}

bool values_never_better(const View &a, const View &b) {
    bool never = at_most(a.points(a.rule.missing), b.points(b.rule.missing)) &&
                 at_most(a.points(a.rule.otherwise), b.points(b.rule.otherwise));
    for (const Rule *rule : {&a.rule, &b.rule}) {
        for (const auto &value : rule->values) {
            never = never && at_most(a.value(value.first), b.value(value.first));
        }
    }
    return never;
}

// Products of points and a measure: more of it, or more points, can only help where both have the same sign.
bool products_never_better(const View &a, const View &b) {
    const int64_t less = a.rule.points * a.sign;
    const int64_t more = b.rule.points * b.sign;
    if (!at_most(a.ceiling(), b.ceiling()) || !at_most(a.floor(), b.floor())) {
        return false;
    }
    if (a.rule.measure == Measure::sum) { // may be negative
        return less == more && same_window(a.rule, b.rule);
    }
    return less <= more && (same_window(a.rule, b.rule) || (less >= 0 && window_inside(a.rule, b.rule)) ||
                            (more <= 0 && window_inside(b.rule, a.rule)));
}

// Whether `a` never counts more than `b`, both having the same subject.
bool never_better(const View &a, const View &b) {
    switch (a.rule.form) {
    case Form::condition_points:
        return at_most(a.points(0), b.points(0)) && at_most(a.points(a.rule.points), b.points(b.rule.points));
    case Form::attribute_bands:
        return bands_never_better(a, b);
    case Form::attribute_values:
        return values_never_better(a, b);
    case Form::event_points:
        return products_never_better(a, b);
    case Form::event_bands:
        return same_window(a.rule, b.rule) && bands_never_better(a, b);
    }
    return false;
}

class ShadowLint {
public:
    ShadowLint(const Rules &rules, const DocumentRange &ranges, Findings &findings)
        : rules_(rules), ranges_(ranges), findings_(findings) {
    }

    void find_repeats() {
        std::map<std::string, size_t> seen;
        for (size_t i = 0; i < rules_.rules.size(); ++i) {
            if (!rules_.rules[i].enabled) {
                continue;
            }
            const auto entry = seen.emplace(meaning(rules_.rules[i]), i);
            if (!entry.second) {
                repeats_.insert(i);
                findings_.warn("duplicate rule", indexed("rules", i),
                               named(i) + " says the same as " + named(entry.first->second) + ", at " +
                                   indexed("rules", entry.first->second));
            }
        }
    }

    void find_in(const Group &group) {
        const int sign = group.take == Group::Take::max ? 1 : -1;
        std::vector<size_t> members;
        std::map<std::string, std::vector<size_t>> subjects;
        for (size_t i = 0; i < rules_.rules.size(); ++i) {
            if (rules_.rules[i].enabled && rules_.rules[i].group == group.name && repeats_.count(i) == 0) {
                members.push_back(i);
                subjects[subject(rules_.rules[i])].push_back(i);
            }
        }
        std::set<size_t> shadowed;
        find_by_range(group, sign, members, shadowed);
        for (const auto &same : subjects) {
            for (const size_t a : same.second) {
                find_by_subject(group, sign, a, same.second, shadowed);
            }
        }
    }

private:
    std::string named(size_t index) const {
        return "rule " + json_string(rules_.rules[index].name);
    }

    void report(const Group &group, size_t index, size_t by, std::set<size_t> &shadowed) {
        shadowed.insert(index);
        findings_.warn("shadowed rule", indexed("rules", index),
                       named(index) + " never counts: group " + json_string(group.name) + " takes the " +
                           (group.take == Group::Take::max ? "greatest" : "least") + " points, and " + named(by) +
                           " never gives " + (group.take == Group::Take::max ? "fewer" : "more"));
    }

    // Whatever happens: the best of one rule is no better than the worst of another.
    void find_by_range(const Group &group, int sign, const std::vector<size_t> &members, std::set<size_t> &shadowed) {
        const auto worst = [&](size_t i) {
            const Bound bound = sign > 0 ? ranges_.rules[i].after.least : ranges_.rules[i].after.most;
            return Bound{bound.infinite * sign, bound.micro * sign};
        };
        const auto best = [&](size_t i) {
            const Bound bound = sign > 0 ? ranges_.rules[i].after.most : ranges_.rules[i].after.least;
            return Bound{bound.infinite * sign, bound.micro * sign};
        };
        const auto strongest =
            std::max_element(members.begin(), members.end(), [&](size_t a, size_t b) { return worst(a) < worst(b); });
        for (const size_t i : members) {
            if (i != *strongest && at_most(best(i), worst(*strongest))) {
                report(group, i, *strongest, shadowed);
            }
        }
    }

    void find_by_subject(const Group &group, int sign, size_t a, const std::vector<size_t> &same, std::set<size_t> &shadowed) {
        const View mine{rules_.rules[a], sign};
        for (const size_t b : same) {
            if (a == b || shadowed.count(a) > 0 || shadowed.count(b) > 0) {
                continue;
            }
            const View other{rules_.rules[b], sign};
            if (never_better(mine, other) && (b < a || !never_better(other, mine))) {
                report(group, a, b, shadowed);
            }
        }
    }

    const Rules &rules_;
    const DocumentRange &ranges_;
    Findings &findings_;
    std::set<size_t> repeats_;
};

} // namespace

void lint_shadows(const Rules &rules, const DocumentRange &ranges, Findings &findings) {
    ShadowLint lint(rules, ranges, findings);
    lint.find_repeats();
    for (const Group &group : rules.groups) {
        if (group.take != Group::Take::sum) {
            lint.find_in(group);
        }
    }
}

} // namespace leadscore
