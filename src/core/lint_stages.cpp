// lint_rules, stages and labels: which of them no lead can be in, and why.
#include "lint.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace leadscore {

namespace {

int128 unit_of(int decimals) {
    int128 unit = micro_per_unit;
    for (int place = 0; place < decimals; ++place) {
        unit /= 10;
    }
    return unit;
}

// The least multiple of `unit` not below `micro`.
int128 round_up(int128 micro, int128 unit) {
    const int128 rest = micro % unit;
    return rest == 0 ? micro : micro - rest + (micro > 0 ? unit : int128{0});
}

// Whether a multiple of `unit` of the range lies in [from, below).
bool leaves_room(const Range &range, const std::optional<int128> &from, int128 below, int128 unit) {
    Bound first = range.least;
    if (from && first < finite(*from)) {
        first = finite(round_up(*from, unit));
    }
    return first < finite(below);
}

class StageLint {
public:
    StageLint(const Rules &rules, const DocumentRange &ranges, Findings &findings)
        : rules_(rules), ranges_(ranges), findings_(findings) {
    }

    void run(size_t index) {
        const Stage &stage = rules_.stages[index];
        const std::string place = indexed("stages", index);
        lint_needs(index, place);
        std::vector<Range> dimensions;
        for (const CapRange &range : ranges_.dimensions) {
            dimensions.push_back(range.after);
        }
        if (!meet_needs(stage, place, dimensions)) {
            return;
        }
        const Range score = score_range(rules_, dimensions).after;
        const std::string what = "stage " + json_string(stage.name);
        if (stage.from && score.most < finite(*stage.from)) {
            findings_.error("unreachable stage", place + ".from",
                            what + " starts at " + micro_text(*stage.from) + ", but the score is at most " + amount(score.most) +
                                (stage.needs.empty() ? "" : " where its needs are met"));
        } else {
            lint_shadow(index, dimensions, score);
        }
        const Bound least = ranges_.score.after.least;
        if (stage.from && stage.keep > 0 && !(least < finite(*stage.from - stage.keep))) {
            findings_.note("keep covers everything", place + ".keep",
                           what + " keeps a lead down to " + micro_text(*stage.from - stage.keep) + ", and no score is below " +
                               amount(least) + ": no fall of the score ends it");
        }
    }

private:
    // A stage above another one that asks for less than that.
    void lint_needs(size_t index, const std::string &place) {
        if (index == 0) {
            return;
        }
        const Stage &stage = rules_.stages[index];
        const Stage &below = rules_.stages[index - 1];
        for (const auto &need : below.needs) {
            const auto own = std::find_if(stage.needs.begin(), stage.needs.end(),
                                          [&](const auto &other) { return other.first == need.first; });
            const bool given = own != stage.needs.end();
            if (given && own->second >= need.second) {
                continue;
            }
            findings_.note("needs less than below", keyed(place + ".needs", need.first),
                           "stage " + json_string(stage.name) + " needs " +
                               (given ? "only " + micro_text(own->second) : "nothing") + " of dimension " +
                               json_string(need.first) + ", stage " + json_string(below.name) + " below it " +
                               micro_text(need.second) + ": a lead without them can pass it by");
        }
    }

    // Narrows the dimensions to what the needs leave of them; false if that is nothing.
    bool meet_needs(const Stage &stage, const std::string &place, std::vector<Range> &dimensions) {
        bool met = true;
        for (const auto &need : stage.needs) {
            Range &range = dimensions[position_of(need.first)];
            if (range.most < finite(need.second)) {
                findings_.error("unreachable stage", keyed(place + ".needs", need.first),
                                "stage " + json_string(stage.name) + " needs " + micro_text(need.second) + " of dimension " +
                                    json_string(need.first) + ", which has at most " + amount(range.most));
                met = false;
            }
            range.least = std::max(range.least, finite(need.second));
        }
        return met;
    }

    // The next stage whose needs all leads of this one meet ends it; between the two there must be a score.
    void lint_shadow(size_t index, const std::vector<Range> &dimensions, const Range &score) {
        for (size_t later = index + 1; later < rules_.stages.size(); ++later) {
            const Stage &next = rules_.stages[later];
            const bool met = std::all_of(next.needs.begin(), next.needs.end(), [&](const auto &need) {
                return !(dimensions[position_of(need.first)].least < finite(need.second));
            });
            if (!met) {
                continue;
            }
            const Stage &stage = rules_.stages[index];
            if (!leaves_room(score, stage.from, *next.from, unit_of(rules_.score_decimals))) {
                const std::string upward = stage.from ? ", from " + micro_text(*stage.from) + " on," : "";
                findings_.warn("unreachable stage", indexed("stages", index),
                               "no lead is in stage " + json_string(stage.name) + ": every score that reaches it" + upward +
                                   " is also in stage " + json_string(next.name) + ", which starts at " + micro_text(*next.from));
            }
            return;
        }
    }

    size_t position_of(const std::string &dimension) const {
        size_t position = 0;
        while (rules_.dimensions[position].name != dimension) {
            ++position;
        }
        return position;
    }

    const Rules &rules_;
    const DocumentRange &ranges_;
    Findings &findings_;
};

double to_double(const std::string &text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

double to_double(const Bound &bound) {
    return bound.infinite != 0 ? bound.infinite * HUGE_VAL : static_cast<double>(bound.micro) / micro_per_unit;
}

// In micro units, widened a little: the floating point of the score itself may differ in the last digit.
Range probability_range(const Probability &probability, const Range &score) {
    const double intercept = to_double(probability.intercept);
    const double slope = to_double(probability.slope);
    const auto at = [&](const Bound &bound) {
        const double grown = slope == 0 ? 0 : slope * to_double(bound); // 0 × infinity is no number
        return 1 / (1 + std::exp(-(intercept + grown)));
    };
    const double one = at(score.least);
    const double other = at(score.most);
    return Range{finite(static_cast<int128>(std::floor(std::min(one, other) * micro_per_unit - 1e-3))),
                 finite(static_cast<int128>(std::ceil(std::max(one, other) * micro_per_unit + 1e-3)))};
}

struct LabelSubject {
    Range range;
    int128 unit = 1;
};

LabelSubject subject_of(const Label &label, const Rules &rules, const DocumentRange &ranges) {
    if (label.of == "score") {
        return {ranges.score.after, unit_of(rules.score_decimals)};
    }
    if (label.of == "probability") {
        return {rules.probability ? probability_range(*rules.probability, ranges.score.before) : Range{}, 1};
    }
    for (size_t i = 0; i < rules.dimensions.size(); ++i) {
        if (rules.dimensions[i].name == label.of) {
            return {ranges.dimensions[i].after, 1};
        }
    }
    return {};
}

void lint_level(const Label &label, size_t index, const LabelSubject &subject, Findings &findings) {
    const Level &level = label.levels[index];
    const std::string place = indexed(keyed("labels", label.name) + ".levels", index);
    if (level.from && subject.range.most < finite(*level.from)) {
        findings.error("unreachable level", place,
                       "level " + json_string(level.name) + " starts at " + micro_text(*level.from) + ", but " + label.of +
                           " is at most " + amount(subject.range.most));
    } else if (index + 1 < label.levels.size() &&
               !leaves_room(subject.range, level.from, *label.levels[index + 1].from, subject.unit)) {
        findings.warn("unreachable level", place,
                      "level " + json_string(level.name) + " is never reached: " + label.of + " is at least " +
                          amount(subject.range.least) + ", and the next level starts at " +
                          micro_text(*label.levels[index + 1].from));
    }
}

} // namespace

void lint_stages(const Rules &rules, const DocumentRange &ranges, Findings &findings) {
    if (rules.stages.empty()) {
        findings.note("no stages", "stages", "the document has no stages, so the stage of every lead is null");
        return;
    }
    StageLint lint(rules, ranges, findings);
    for (size_t i = 0; i < rules.stages.size(); ++i) {
        lint.run(i);
    }
}

void lint_labels(const Rules &rules, const DocumentRange &ranges, Findings &findings) {
    for (const Label &label : rules.labels) {
        const LabelSubject subject = subject_of(label, rules, ranges);
        for (size_t i = 0; i < label.levels.size(); ++i) {
            lint_level(label, i, subject, findings);
        }
    }
}

} // namespace leadscore
