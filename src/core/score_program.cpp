// The scoring side of a document made ready: setting up, and the points of rules.
#include "score_program.hpp"

#include "problem.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <tuple>
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

// What weights depend on.
using Fading = std::tuple<Decay::Type, int64_t, int64_t, bool>;
Fading fading_of(const Rule &rule) {
    const bool hours = rule.hour_ticks();
    return {rule.decay.type, rule.decay.duration.ticks(hours), rule.decay.lose, hours};
}

// Asking for interrupts costs more than a rule of few cells.
constexpr size_t most_unasked = 4096;

} // namespace

ScoreProgram::ScoreProgram(const Rules &rules, const EvidenceSet &evidence, const Zone &zone)
    : rules_(rules), evidence_(evidence), zone_(zone), rules_of_evidence_(evidence.ids.size()),
      rules_of_group_(rules.groups.size()), cells_(evidence.ids.size()) {
    std::map<Fading, std::shared_ptr<const AgeWeights>> weights;
    // Four million weights in all, 16 MB, however many rules there are.
    const size_t most_weights = std::max<size_t>(256, (static_cast<size_t>(1) << 22) / (rules.rules.size() + 1) / 64 * 64);
    const auto dimensions = places_of(rules.dimensions);
    const auto groups = places_of(rules.groups);
    for (const Exclusion &exclusion : rules.exclusions) {
        exclusions_.emplace_back(exclusion.condition, fields_, patterns_, zone);
        if (exclusions_.back().looks_at_clock()) {
            clock_exclusions_.push_back(exclusions_.size() - 1);
        }
    }
    for (const Group &group : rules.groups) {
        dimension_of_group_.push_back(dimensions.at(group.dimension));
    }
    without_events_ = {std::vector<int128>(rules.groups.size()), std::vector<int128>(rules.dimensions.size())};
    points_.resize(rules.rules.size());
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        const Rule &rule = rules.rules[i];
        Item item{
            rule.group.empty() ? -1 : static_cast<int>(groups.at(rule.group)), 0, dimensions.at(rule.dimension), {}, {}, {}};
        if (rule.enabled && item.group >= 0) {
            rules_of_group_[static_cast<size_t>(item.group)].push_back(i);
        }
        if (rule.enabled && rule.on_events()) {
            std::shared_ptr<const AgeWeights> &faded = weights[fading_of(rule)];
            if (!faded) {
                faded = std::make_shared<AgeWeights>(rule.decay, rule.hour_ticks(), std::min<size_t>(most_weights, 65536));
            }
            item.event = std::make_unique<EventRule>(rule, faded);
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
            if (item.attribute->looks_at_clock()) {
                clock_rules_.push_back(i);
            }
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

void ScoreProgram::count_rule(size_t index, int64_t day, int64_t hour, Workings *workings) {
    Item &item = items_[index];
    const int64_t now = item.event->hour_ticks() ? hour : day;
    int128 points = 0;
    if (workings != nullptr) {
        const Cells cells = cells_of(index);
        workings->rules[index] = item.event->outcome(cells.main, cells.divisor, now, hits_);
        points = workings->rules[index]->points;
    } else if (item.event->is_plain() && restarts_.empty()) {
        points = item.event->plain_points(cells_[static_cast<size_t>(evidence_.uses[index].main)], now);
    } else {
        const Cells cells = cells_of(index);
        points = item.event->points(cells.main, cells.divisor, now, hits_);
    }
    add(totals_, item, points - points_[index], 1);
    points_[index] = points;
}

void ScoreProgram::ask_sometimes(const Given &given, size_t rule) {
    const CellRange &cells = cells_[static_cast<size_t>(evidence_.uses[rule].main)];
    unasked_ += 64 + cells.count_size + cells.sum_size + cells.value_size;
    if (unasked_ > most_unasked) {
        unasked_ = 0;
        ask(given.around.go_on);
    }
}

void ScoreProgram::count_attributes(const Given &given, Workings *workings) {
    const Value *values = given.values;
    const Surroundings &around = given.around;
    for (const size_t i : attribute_rules_) {
        const Item &item = items_[i];
        if (given.same_attributes && !item.attribute->looks_at_clock()) {
            add(totals_, item, points_[i], 1);
            continue;
        }
        const Outcome outcome = values != nullptr ? item.attribute->outcome(values, around) : item.without_input;
        add(totals_, item, outcome.points, 1);
        points_[i] = outcome.points;
        if (workings != nullptr) {
            workings->rules[i] = outcome;
        }
    }
}

const Scored &ScoreProgram::run(const Given &given, Workings *workings) {
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
    adjust(given, workings);
    if (given.tally != nullptr && !given.tally->unset) {
        find_cells(*given.tally);
        const int64_t day = zone_.day_of(given.around.as_of);
        const int64_t hour = floor_divide(given.around.as_of, micro_per_hour);
        const auto count = [&](size_t rule) {
            if (items_[rule].seen != call_) {
                ask_sometimes(given, rule);
                items_[rule].seen = call_;
                count_rule(rule, day, hour, workings);
            }
        };
        if (given.known != nullptr) {
            for (const uint32_t rule : given.anew->rules) {
                count(rule);
            }
            carry_over(*given.known, *given.anew);
        } else {
            for (const size_t e : found_) {
                for (const size_t rule : rules_of_evidence_[e]) {
                    count(rule);
                }
            }
        }
    }
    count_attributes(given, workings);
    finish(given, workings);
    return scored_;
}

const Scored &ScoreProgram::score(const Value *values, const Tally *tally, const Surroundings &around,
                                  const std::string_view *previous, const Adjustments *adjustments) {
    return run({values, tally, around, previous, adjustments}, nullptr);
}

const Scored &ScoreProgram::score_again(const Value *values, const Tally *tally, const Surroundings &around,
                                        const std::string_view *previous) {
    Given given{values, tally, around, previous, nullptr};
    given.same_attributes = true;
    return run(given, nullptr);
}

const Scored &ScoreProgram::score(const Value *values, const Tally *tally, const Surroundings &around,
                                  const std::string_view *previous, Workings &workings, const Adjustments *adjustments) {
    return run({values, tally, around, previous, adjustments}, &workings);
}

} // namespace leadscore
