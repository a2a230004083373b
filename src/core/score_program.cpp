// The scoring side of a document made ready: setting up, and the points of rules.
#include "score_program.hpp"

#include "problem.hpp"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

namespace leadscore {

namespace {

// In document order of a list with names.
template <typename Named> std::unordered_map<std::string, size_t> places_of(const std::vector<Named> &list) {
    std::unordered_map<std::string, size_t> places;
    for (size_t i = 0; i < list.size(); ++i) {
        places.emplace(list[i].name, i);
    }
    return places;
}

} // namespace

ScoreProgram::ScoreProgram(const Rules &rules, const EvidenceSet &evidence, const Zone &zone)
    : rules_(rules), evidence_(evidence), zone_(zone), rules_of_evidence_(evidence.ids.size()),
      rules_of_group_(rules.groups.size()), cells_(evidence.ids.size()) {
    // Four million weights in all, 16 MB, however many rules there are.
    const size_t most_weights = std::max<size_t>(256, (static_cast<size_t>(1) << 22) / (rules.rules.size() + 1) / 64 * 64);
    const auto dimensions = places_of(rules.dimensions);
    const auto groups = places_of(rules.groups);
    for (const Exclusion &exclusion : rules.exclusions) {
        exclusions_.emplace_back(exclusion.condition, fields_, patterns_, zone);
    }
    for (const Group &group : rules.groups) {
        dimension_of_group_.push_back(dimensions.at(group.dimension));
    }
    without_events_ = {std::vector<int128>(rules.groups.size()), std::vector<int128>(rules.dimensions.size())};
    points_.resize(rules.rules.size());
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        const Rule &rule = rules.rules[i];
        Item item{
            &rule, rule.group.empty() ? -1 : static_cast<int>(groups.at(rule.group)), dimensions.at(rule.dimension), {}, {}, {},
            0};
        if (rule.enabled && item.group >= 0) {
            rules_of_group_[static_cast<size_t>(item.group)].push_back(i);
        }
        if (rule.enabled && rule.on_events()) {
            item.event = std::make_unique<EventRule>(rule, std::min<size_t>(most_weights, 65536));
            const EvidenceUse &use = evidence.uses[i];
            rules_of_evidence_[static_cast<size_t>(use.main)].push_back(i);
            if (use.divisor >= 0 && use.divisor != use.main) {
                rules_of_evidence_[static_cast<size_t>(use.divisor)].push_back(i);
            }
            item.without_input = item.event->outcome({}, {}, 0, hits_);
            add(without_events_, item, item.without_input.points, 1);
            points_[i] = item.without_input.points;
        } else if (rule.enabled) {
            item.attribute = std::make_unique<AttributeRule>(rule, fields_, patterns_, zone);
            attribute_rules_.push_back(i);
        }
        items_.push_back(std::move(item));
    }
    for (const Stage &stage : rules.stages) {
        needs_.emplace_back();
        for (const auto &[name, least] : stage.needs) {
            needs_.back().emplace_back(dimensions.at(name), least);
        }
    }
    for (const Label &label : rules.labels) {
        of_label_.push_back(label.of == "score"         ? of_score
                            : label.of == "probability" ? of_probability
                                                        : static_cast<int>(dimensions.at(label.of)));
    }
    if (rules.probability) {
        intercept_ = std::strtod(rules.probability->intercept.c_str(), nullptr);
        slope_ = std::strtod(rules.probability->slope.c_str(), nullptr);
    }
    // Missing attributes give the same at every moment, so leads without any need no evaluation.
    const std::vector<Value> nothing(fields_.names().size());
    const Surroundings around{0, &zone, nullptr, nullptr};
    for (const size_t i : attribute_rules_) {
        items_[i].without_input = items_[i].attribute->outcome(nothing.data(), around);
    }
}

void ScoreProgram::add(Totals &totals, const Item &item, int128 points, int sign) const {
    if (item.group >= 0) {
        totals.groups[static_cast<size_t>(item.group)] += sign * points;
    } else {
        totals.dimensions[item.dimension] += sign * points;
    }
}

// Fits the evidence of a tally counted by other rules to ours; kept until a tally of another set comes.
void ScoreProgram::map_evidence(const Tally &tally) {
    if (mapped_ && mapped_digest_ == tally.digest) {
        return;
    }
    mapped_ = false;
    map_.assign(tally.ids.size(), -1);
    size_t at = 0;
    for (size_t e = 0; e < evidence_.ids.size(); ++e) {
        while (at < tally.ids.size() && tally.ids[at] < evidence_.ids[e]) {
            ++at;
        }
        if (at == tally.ids.size() || tally.ids[at] != evidence_.ids[e]) {
            std::string names;
            for (const size_t rule : rules_of_evidence_[e]) {
                names += (names.empty() ? "\"" : ", \"") + rules_.rules[rule].name + "\"";
            }
            throw Problem(Trouble::no_evidence, "", "the tally holds no evidence for rule " + names,
                          "It was counted by other rules: count the events again with these.",
                          "Missing evidence " + evidence_id_text(evidence_.ids[e]) + ": " + evidence_.items[e].text);
        }
        map_[at] = static_cast<int>(e);
    }
    mapped_digest_ = tally.digest;
    mapped_ = true;
}

// Also after a call that ended in an exception.
void ScoreProgram::forget_last_call() {
    for (const size_t e : found_) {
        cells_[e] = {};
        for (const size_t rule : rules_of_evidence_[e]) {
            points_[rule] = items_[rule].without_input.points;
        }
    }
    found_.clear();
}

void ScoreProgram::find_cells(const Tally &tally) {
    const bool same = tally.digest == evidence_.digest;
    if (!same) {
        map_evidence(tally);
    }
    const auto each_range = [&](const auto &cells, const auto &set) {
        for (size_t from = 0; from < cells.size();) {
            const uint32_t evidence = cells[from].evidence;
            size_t end = from;
            while (end < cells.size() && cells[end].evidence == evidence) {
                ++end;
            }
            if (evidence >= (same ? cells_.size() : map_.size())) {
                throw Problem(Trouble::bytes, "", "invalid lead_tally: the digest does not fit the evidence"); // made to deceive
            }
            const int ours = same ? static_cast<int>(evidence) : map_[evidence];
            if (ours >= 0) {
                set(cells_[static_cast<size_t>(ours)], cells.data() + from, end - from);
                found_.push_back(static_cast<size_t>(ours));
            }
            from = end;
        }
    };
    each_range(tally.counts, [](CellRange &range, const CountCell *cells, size_t size) {
        range.counts = cells;
        range.count_size = size;
    });
    each_range(tally.sums, [](CellRange &range, const SumCell *cells, size_t size) {
        range.sums = cells;
        range.sum_size = size;
    });
    each_range(tally.values, [](CellRange &range, const ValueCell *cells, size_t size) {
        range.values = cells;
        range.value_size = size;
    });
}

void ScoreProgram::count_rule(size_t index, int64_t day, int64_t hour, Workings *workings) {
    Item &item = items_[index];
    const EvidenceUse &use = evidence_.uses[index];
    const CellRange divisor = use.divisor >= 0 ? cells_[static_cast<size_t>(use.divisor)] : CellRange();
    const Outcome outcome =
        item.event->outcome(cells_[static_cast<size_t>(use.main)], divisor, item.event->hour_ticks() ? hour : day, hits_);
    add(totals_, item, outcome.points - points_[index], 1);
    points_[index] = outcome.points;
    if (workings != nullptr) {
        workings->rules[index] = outcome;
    }
}

void ScoreProgram::count_attributes(const Value *values, const Surroundings &around, Workings *workings) {
    for (const size_t i : attribute_rules_) {
        const Item &item = items_[i];
        const Outcome outcome = values != nullptr ? item.attribute->outcome(values, around) : item.without_input;
        add(totals_, item, outcome.points, 1);
        points_[i] = outcome.points;
        if (workings != nullptr) {
            workings->rules[i] = outcome;
        }
    }
}

const Scored &ScoreProgram::run(const Value *values, const Tally *tally, const Surroundings &around,
                                const std::string_view *previous, Workings *workings) {
    ++call_;
    forget_last_call();
    totals_ = without_events_;
    if (workings != nullptr) {
        *workings = {};
        workings->rules.assign(items_.size(), std::nullopt);
        for (size_t i = 0; i < items_.size(); ++i) {
            if (items_[i].event) {
                workings->rules[i] = items_[i].without_input;
            }
        }
    }
    if (tally != nullptr && !tally->unset) {
        find_cells(*tally);
        const int64_t day = zone_.day_of(around.as_of);
        const int64_t hour = floor_divide(around.as_of, micro_per_hour);
        for (const size_t e : found_) {
            for (const size_t rule : rules_of_evidence_[e]) {
                if (items_[rule].seen != call_) {
                    ask(around.go_on);
                    items_[rule].seen = call_;
                    count_rule(rule, day, hour, workings);
                }
            }
        }
    }
    count_attributes(values, around, workings);
    finish(values, around, previous, workings);
    return scored_;
}

const Scored &ScoreProgram::score(const Value *values, const Tally *tally, const Surroundings &around,
                                  const std::string_view *previous) {
    return run(values, tally, around, previous, nullptr);
}

const Scored &ScoreProgram::score(const Value *values, const Tally *tally, const Surroundings &around,
                                  const std::string_view *previous, Workings &workings) {
    return run(values, tally, around, previous, &workings);
}

} // namespace leadscore
