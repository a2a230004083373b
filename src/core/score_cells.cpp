// The scoring side of a document made ready: which cells of a tally count for which rule.
#include "score_program.hpp"

#include "problem.hpp"

#include <algorithm>

namespace leadscore {

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
    for (const size_t rule : carried_) {
        points_[rule] = items_[rule].without_input.points;
    }
    carried_.clear();
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

// What adjustments do to the dimensions: the latest `set` restarts one, `add` rows behind it go on top.
void ScoreProgram::adjust(const Given &given, Workings *workings) {
    restarts_.clear();
    if (given.adjustments == nullptr || given.adjustments->empty()) {
        return;
    }
    restarts_.resize(rules_.dimensions.size());
    std::vector<Adjusted> counted;
    for (const Adjustment &adjustment : *given.adjustments) {
        if (adjustment.at > given.around.as_of) {
            break;
        }
        size_t d = 0;
        while (d < restarts_.size() && rules_.dimensions[d].name != adjustment.dimension) {
            ++d;
        }
        if (d == restarts_.size()) {
            continue;
        }
        if (adjustment.set) {
            restarts_[d] = {true, zone_.day_of(adjustment.at), floor_divide(adjustment.at, micro_per_hour), 0};
            const auto of_it = [d](const Adjusted &earlier) { return earlier.dimension == d; };
            counted.erase(std::remove_if(counted.begin(), counted.end(), of_it), counted.end());
        }
        restarts_[d].points += adjustment.points;
        if (workings != nullptr) {
            counted.push_back({d, adjustment.set, adjustment.points, adjustment.reason});
        }
    }
    for (size_t d = 0; d < restarts_.size(); ++d) {
        totals_.dimensions[d] += restarts_[d].points;
    }
    if (workings != nullptr) {
        workings->adjustments = std::move(counted);
    }
}

ScoreProgram::Cells ScoreProgram::cells_of(size_t rule) const {
    const Item &item = items_[rule];
    const EvidenceUse &use = evidence_.uses[rule];
    Cells cells{cells_[static_cast<size_t>(use.main)], {}};
    if (use.divisor >= 0) {
        cells.divisor = cells_[static_cast<size_t>(use.divisor)];
    }
    if (!restarts_.empty() && restarts_[item.dimension].is_set) {
        const Restart &restart = restarts_[item.dimension];
        const int64_t tick = item.event->hour_ticks() ? restart.hour : restart.day;
        cells.main = cells_after(cells.main, tick);
        cells.divisor = cells_after(cells.divisor, tick);
    }
    return cells;
}

} // namespace leadscore
