// A score line by line.
#include "explain.hpp"

#include <algorithm>

namespace leadscore {

namespace {

struct Line {
    const char *step;
    std::string name;
    std::string dimension; // empty: of the whole score
    std::optional<int128> hits;
    std::optional<std::string> measure;
    std::optional<int128> points; // micro units
    int depth = 0;                // in the tree
    const char *idle = nullptr;   // the measure is an age in these
    std::string told = {};        // in the tree instead of all this
};

class Explanation {
public:
    Explanation(const Rules &rules, const Scored &scored, const Workings &workings)
        : rules_(rules), scored_(scored), workings_(workings) {
        for (size_t d = 0; d < rules.dimensions.size(); ++d) {
            add_dimension(d);
        }
        add_score();
    }
    const std::vector<Line> &lines() const {
        return lines_;
    }

private:
    void add(const char *step, const std::string &name, const std::string &dimension, int128 points, int depth) {
        lines_.push_back({step, name, dimension, std::nullopt, std::nullopt, points, depth});
    }
    void add_if_any(const char *step, const std::string &name, const std::string &dimension, int128 points, int depth) {
        if (points != 0) {
            add(step, name, dimension, points, depth);
        }
    }
    void add_subtotal(const char *step, const std::string &name, const std::string &dimension,
                      const std::optional<std::string> &measure, int depth) {
        lines_.push_back({step, name, dimension, std::nullopt, measure, std::nullopt, depth});
    }

    void add_rule(size_t index, int depth) {
        const Rule &rule = rules_.rules[index];
        if (!workings_.rules[index]) {
            return;
        }
        const Outcome &outcome = *workings_.rules[index];
        Line line{"rule", rule.name, rule.dimension, std::nullopt, std::nullopt, outcome.unclamped, depth};
        line.idle = rule.measure != Measure::idle ? nullptr : rule.hour_ticks() ? " hour" : " day";
        if (rule.on_events()) {
            if (rule.measure != Measure::sum) {
                line.hits = std::min<int128>(outcome.hits, INT64_MAX); // a bigint in SQL
            }
            if (!outcome.missing) {
                line.measure = micro_text(outcome.measure);
            }
        }
        lines_.push_back(line);
        add_if_any("rule limit", rule.name, rule.dimension, outcome.points - outcome.unclamped, depth);
    }

    void add_group(size_t index) {
        const Group &group = rules_.groups[index];
        for (size_t r = 0; r < rules_.rules.size(); ++r) {
            if (rules_.rules[r].group == group.name) {
                add_rule(r, 2);
            }
        }
        Line line{"group", group.name, group.dimension, std::nullopt, std::nullopt, std::nullopt, 1};
        line.measure = micro_text(workings_.group_taken[index]);
        line.points = workings_.group_taken[index] - workings_.group_sums[index];
        lines_.push_back(line);
        add_if_any("group limit", group.name, group.dimension, workings_.groups[index] - workings_.group_taken[index], 1);
    }

    void add_dimension(size_t index) {
        const Dimension &dimension = rules_.dimensions[index];
        for (size_t r = 0; r < rules_.rules.size(); ++r) {
            if (rules_.rules[r].group.empty() && rules_.rules[r].dimension == dimension.name) {
                add_rule(r, 1);
            }
        }
        for (size_t g = 0; g < rules_.groups.size(); ++g) {
            if (rules_.groups[g].dimension == dimension.name) {
                add_group(g);
            }
        }
        for (const Adjusted &adjustment : workings_.adjustments) {
            if (adjustment.dimension == index) {
                const std::string reason = adjustment.reason.empty() ? "" : ": " + adjustment.reason;
                add("adjustment", (adjustment.set ? "set" : "add") + reason, dimension.name, adjustment.points, 1);
            }
        }
        const int128 points = scored_.dimensions[index];
        add_if_any("dimension limit", dimension.name, dimension.name, points - workings_.dimension_sums[index], 1);
        add_subtotal("dimension", dimension.name, dimension.name, micro_text(points), 0);
        add_if_any("weight", dimension.name, dimension.name, workings_.weighted[index] - points, 0);
    }

    void add_score() {
        add_if_any("score limit", "", "", workings_.clamped - workings_.total, 0);
        add("rounding", "", "", workings_.score - workings_.clamped, 0);
        if (scored_.excluded) {
            add_subtotal("exclude", rules_.exclusions[scored_.exclusion].name, "", std::nullopt, 0);
            add_subtotal("score", "", "", std::nullopt, 0);
            add_subtotal("stage", "excluded", "", std::nullopt, 0);
            return;
        }
        add_subtotal("score", "", "", fixed_text(scored_.score, rules_.score_decimals), 0);
        if (scored_.stage >= 0) {
            const auto stage = static_cast<size_t>(scored_.stage);
            add_subtotal("stage", rules_.stages[stage].name, "", std::nullopt, 0);
            if (scored_.stage > workings_.own_stage) {
                add_held(rules_.stages[stage]);
            }
            if (stage + 1 < rules_.stages.size()) {
                add_next(rules_.stages[stage + 1]);
            }
        }
    }

    void add_about(const char *step, const Stage &stage, const std::string &dimension, std::optional<int128> measure,
                   const std::string &told) {
        Line line{step, stage.name, dimension, std::nullopt, std::nullopt, std::nullopt, 1};
        if (measure) {
            line.measure = micro_text(*measure);
        }
        line.told = told;
        lines_.push_back(line);
    }

    // Why it is not lower.
    void add_held(const Stage &stage) {
        const std::string other = workings_.own_stage < 0 ? "none" : rules_.stages[static_cast<size_t>(workings_.own_stage)].name;
        if (stage.sticky) {
            add_about("stage sticky", stage, "", std::nullopt, "sticky: by points " + other);
        } else {
            const int128 least = *stage.from - stage.keep;
            add_about("stage kept", stage, "", least, "kept from " + micro_text(least) + " on: by points " + other);
        }
    }

    // What the lead lacks for it.
    void add_next(const Stage &stage) {
        if (stage.from && *stage.from > workings_.score) {
            add_about("stage from", stage, "", *stage.from,
                      stage.name + " from " + micro_text(*stage.from) + ", has " + micro_text(workings_.score));
        }
        for (const auto &[dimension, least] : stage.needs) {
            for (size_t d = 0; d < rules_.dimensions.size(); ++d) {
                if (rules_.dimensions[d].name == dimension && scored_.dimensions[d] < least) {
                    add_about("stage needs", stage, dimension, least,
                              stage.name + " needs " + dimension + " " + micro_text(least) + ", has " +
                                  micro_text(scored_.dimensions[d]));
                }
            }
        }
    }

    const Rules &rules_;
    const Scored &scored_;
    const Workings &workings_;
    std::vector<Line> lines_;
};

std::string number_or_null(const std::optional<int128> &micro) {
    return micro ? micro_text(*micro) : "null";
}

std::string string_or_null(const std::string &text) {
    return text.empty() ? "null" : json_string(text);
}

std::string signed_text(int128 micro) {
    return (micro >= 0 ? "+" : "") + micro_text(micro);
}

// One line each, whatever a name holds.
std::string in_one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return text;
}

// "+12  pricing page (3 hits)"
std::string tree_line(const Line &line) {
    std::string text(static_cast<size_t>(line.depth) * 4, ' ');
    if (!line.told.empty()) {
        return text + in_one_line(line.told);
    }
    const std::string step = line.step;
    if (line.points) {
        std::string points = signed_text(*line.points);
        text += points + std::string(points.size() < 10 ? 10 - points.size() : 1, ' ');
    } else if (line.measure) {
        const std::string total = "= " + *line.measure;
        text += total + std::string(total.size() < 10 ? 10 - total.size() : 1, ' ');
    }
    const std::string name = in_one_line(line.name);
    if (step == "rule") {
        text += name;
    } else {
        text += name.empty() ? step : step + " " + name;
    }
    if (line.hits) {
        text += " (" + fixed_text(*line.hits, 0) + (*line.hits == 1 ? " hit" : " hits");
        if (line.measure && (line.idle != nullptr || *line.measure != fixed_text(*line.hits, 0))) {
            text += line.idle != nullptr ? ", idle for " + *line.measure + line.idle + (*line.measure == "1" ? "" : "s")
                                         : ", measure " + *line.measure;
        }
        text += ")";
    } else if (step == "rule" && line.measure) {
        text += " (measure " + *line.measure + ")";
    }
    return text;
}

} // namespace

std::string explain_rows(const Rules &rules, const Scored &scored, const Workings &workings) {
    const Explanation explanation(rules, scored, workings);
    std::string json = "[";
    for (const Line &line : explanation.lines()) {
        json += json.size() > 1 ? "," : "";
        json += std::string("{\"step\":\"") + line.step + "\",\"name\":" + string_or_null(line.name) +
                ",\"dimension\":" + string_or_null(line.dimension) +
                ",\"hits\":" + (line.hits ? fixed_text(*line.hits, 0) : "null") +
                ",\"measure\":" + (line.measure ? *line.measure : "null") + ",\"points\":" + number_or_null(line.points) + "}";
    }
    return json + "]";
}

std::string explain_tree(const Rules &rules, const Scored &scored, const Workings &workings) {
    const Explanation explanation(rules, scored, workings);
    std::string text;
    for (const Line &line : explanation.lines()) {
        text += (text.empty() ? "" : "\n") + tree_line(line);
    }
    return text;
}

} // namespace leadscore
