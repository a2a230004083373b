// lint_rules, every rule by itself: conditions, bands, values, caps and limits that cannot do anything.
#include "lint.hpp"

#include "decay.hpp"
#include "hit_ceiling.hpp"
#include "truth.hpp"

#include <algorithm>

namespace leadscore {

namespace {

class RuleLint {
public:
    RuleLint(const Rule &rule, size_t index, const CapRange &range, int64_t exact_ages, Findings &findings)
        : rule_(rule), place_(indexed("rules", index)), what_("rule " + json_string(rule.name)), range_(range),
          exact_ages_(exact_ages), findings_(findings) {
    }

    // `outdoing`: other rules of its group may give way to it, so that even 0 points can matter.
    void run(bool outdoing) {
        if (!rule_.enabled) {
            findings_.note("disabled rule", place_, what_ + " is disabled and gives nothing");
            return;
        }
        lint_condition();
        const bool useless = !outdoing && range_.after.single() && range_.after.least == Bound{};
        if (useless) {
            findings_.warn("rule without effect", place_, what_ + " always gives 0 points: " + reason());
        } else if (range_.before.single()) {
            findings_.note("constant rule", place_, what_ + " gives every lead " + points_text(range_.after.least));
        }
        if (rule_.form == Form::attribute_bands || rule_.form == Form::event_bands) {
            lint_bands();
        }
        if (rule_.form == Form::attribute_values) {
            lint_values();
        }
        if (!useless) {
            lint_caps(place_, what_, rule_.min, rule_.max, range_, findings_);
            lint_penalty();
        }
        lint_limit();
        lint_fading();
    }

private:
    void lint_condition() {
        for (const Contradiction &conflict : contradictions(rule_.condition, place_ + ".if")) {
            const bool certain = !conflict.arrays_may;
            certain ? findings_.error("contradiction", conflict.place, conflict.message)
                    : findings_.warn("contradiction", conflict.place, conflict.message);
        }
        lint_patterns(rule_.condition, place_ + ".if", findings_);
    }

    std::string reason() const {
        if (rule_.has_condition && verdict(rule_.condition) == Verdict::never) {
            return "its condition never holds";
        }
        if (!range_.before.single()) {
            return "its min and max leave nothing else";
        }
        const bool product = rule_.form == Form::condition_points || rule_.form == Form::event_points;
        return product ? "its points are 0" : "all it can reach gives 0";
    }

    // Points of a band or value after the rule's own caps.
    Bound capped(int64_t points) const {
        return clamp(finite(points), rule_.min, rule_.max);
    }

    void lint_bands() {
        const MeasureRange measure = measure_range(rule_, exact_ages_);
        if (!measure.has_numbers) {
            return;
        }
        bool before_reachable = false;
        for (size_t i = 0; i < rule_.bands.size(); ++i) {
            const std::string place = indexed(place_ + ".bands", i);
            const bool reachable = band_reachable(rule_, measure, i);
            if (!reachable) {
                const std::string message = "this band is never reached: the measure is " + measure_text(measure);
                // A first band that stands for everything below is a habit, not a mistake.
                rule_.bands[i].from ? findings_.warn("unreachable band", place, message)
                                    : findings_.note("unreachable band", place, message);
            } else if (before_reachable && capped(rule_.bands[i].points) == capped(rule_.bands[i - 1].points)) {
                findings_.note("bands alike", place,
                               "this band gives " + points_text(capped(rule_.bands[i].points)) + ", as the band before it does");
            }
            before_reachable = reachable;
        }
        if (!measure.may_miss && rule_.missing != 0) {
            findings_.note("missing never happens", place_ + ".missing",
                           "this measure is never missing: without hits it is 0, which is a number");
        }
    }

    static std::string measure_text(const MeasureRange &measure) {
        const std::string kind = measure.whole ? "a whole number" : "a number";
        if (measure.numbers.most.infinite != 0) {
            return kind + " of at least " + amount(measure.numbers.least);
        }
        if (measure.numbers.single()) {
            return "always " + amount(measure.numbers.least);
        }
        return kind + " from " + amount(measure.numbers.least) + " to " + amount(measure.numbers.most);
    }

    void lint_values() {
        std::string alike;
        size_t count = 0;
        for (const auto &value : rule_.values) {
            if (capped(value.second) == capped(rule_.otherwise)) {
                alike += ++count <= 5 ? (count > 1 ? ", " : "") + json_string(value.first) : std::string();
            }
        }
        if (count > 0 && !range_.after.single()) {
            alike += count > 5 ? " and " + std::to_string(count - 5) + " more" : "";
            findings_.note("values alike", place_ + ".values",
                           alike + (count > 1 ? " give " : " gives ") + points_text(capped(rule_.otherwise)) +
                               ", as every other value does");
        }
    }

    // A max below 0 holds for leads without a hit, too.
    void lint_penalty() {
        if (rule_.max && *rule_.max < 0 && range_.before.least < Bound{} && !(range_.before.most < Bound{})) {
            findings_.warn("max below 0", place_ + ".max",
                           "the max of " + micro_text(*rule_.max) + " gives " + micro_text(*rule_.max) +
                               " points to every lead that would get 0; what bounds a penalty is a min");
        }
    }

    // Of a window and a decay that one makes needless.
    void lint_fading() {
        if (!rule_.on_events() || !rule_.within || rule_.decay.type == Decay::Type::none) {
            return;
        }
        const bool hours = rule_.hour_ticks();
        const int64_t window = rule_.within->ticks(hours);
        if (decay_weight(rule_.decay, hours, window - 1) == whole_weight) {
            findings_.note("decay never acts", place_ + ".decay", "no hit within the window is old enough to lose points");
        } else if (decay_end(rule_.decay, hours) <= window) {
            findings_.note("window never acts", place_ + ".within",
                           "hits have lost all of their points before they leave the window");
        }
    }

    void lint_limit() {
        const bool counts = rule_.measure == Measure::hits || rule_.measure == Measure::distinct;
        if (!rule_.on_events() || rule_.limit == 0 || !counts) {
            return;
        }
        Rule open = rule_;
        open.limit = 0;
        const HitCeiling ceiling = hit_ceiling(open, false, exact_ages_);
        if (!ceiling.infinite && ceiling.weight < static_cast<int128>(rule_.limit) * whole_weight) {
            findings_.note("limit never binds", place_ + ".limit",
                           "the limit of " + std::to_string(rule_.limit) + " never binds: at most " +
                               micro_text(ceiling.weight / whole_weight * micro_per_unit) + " hits can count");
        }
    }

    const Rule &rule_;
    std::string place_;
    std::string what_;
    const CapRange &range_;
    int64_t exact_ages_;
    Findings &findings_;
};

} // namespace

void lint_each_rule(const Rules &rules, const DocumentRange &ranges, Findings &findings) {
    std::vector<size_t> members(rules.groups.size());
    std::vector<size_t> group_of(rules.rules.size(), rules.groups.size());
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        for (size_t group = 0; group < rules.groups.size() && rules.rules[i].enabled; ++group) {
            if (rules.rules[i].group == rules.groups[group].name) {
                group_of[i] = group;
                ++members[group];
            }
        }
    }
    const int64_t exact_ages = exact_ages_for(rules.rules.size());
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        const size_t group = group_of[i];
        const bool outdoing = group < rules.groups.size() && rules.groups[group].take != Group::Take::sum && members[group] > 1;
        RuleLint(rules.rules[i], i, ranges.rules[i], exact_ages, findings).run(outdoing);
    }
}

} // namespace leadscore
