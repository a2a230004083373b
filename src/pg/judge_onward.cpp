// One lead scored anew, going on from what was known of it: only the evidence that changed is read.
#include "../core/adjustment.hpp"
#include "../core/tally_days.hpp"

#include "judge.hpp"

#include <algorithm>
#include <type_traits>

namespace leadscore {

namespace {

// Ascending, each once.
std::vector<uint32_t> evidence_in(const Tally &tally) {
    std::vector<uint32_t> list;
    const auto add = [&list](const auto &cells) {
        for (const auto &cell : cells) {
            if (list.empty() || list.back() != cell.evidence) {
                list.push_back(cell.evidence);
            }
        }
    };
    add(tally.counts);
    add(tally.sums);
    add(tally.values);
    std::sort(list.begin(), list.end()); // an evidence is in one of the three only
    return list;
}

// Of evidence the cells from a tick on, each its own; all values.
template <typename Cell> void pick(const std::vector<Cell> &from, const std::vector<uint32_t> &evidence,
                                   const std::vector<int64_t> &first, std::vector<Cell> &to) {
    for (const Cell &cell : from) {
        const auto found = std::lower_bound(evidence.begin(), evidence.end(), cell.evidence);
        if (found != evidence.end() && *found == cell.evidence &&
            (std::is_same_v<Cell, ValueCell> || cell.tick >= first[static_cast<size_t>(found - evidence.begin())])) {
            to.push_back(cell);
        }
    }
}

} // namespace

bool Judge::keep_recent(const Tally &change, Tally &recent) {
    recent = add_tallies(read(input_.recent, *input_.counted_for), change, 1);
    const std::string bytes = write_packed_tally(recent);
    if (bytes.size() > most_recent_bytes(input_.tally.size, input_.points.size())) {
        return false; // the time has come to write the tally
    }
    fresh_->recent_size = bytes.size();
    fresh_->recent = copy_out(bytes, 0);
    return true;
}

// Those that may give points.
Tally Judge::cells_of(const std::vector<uint32_t> &evidence, const Tally &recent, const std::vector<SectionSize> &sections,
                      const Surroundings &around) {
    Tally old = nothing();
    std::vector<SectionPlace> places;
    std::vector<int64_t> first;
    size_t bytes = 0;
    for (const uint32_t e : evidence) {
        places.push_back(place_of_section(sections, e));
        first.push_back(model_->program->scores->first_tick_with_points(e, around));
        bytes += places.back().bytes;
    }
    if (bytes > input_.tally.size / 2) {
        all_of(&input_.tally); // in one go
    }
    for (size_t i = 0; i < evidence.size(); ++i) {
        if (places[i].bytes > 0) {
            read_packed_section(part_of(&input_.tally, places[i].from, places[i].bytes), places[i].before, evidence[i],
                                kept_by(active_.ids[evidence[i]]), old, first[i]);
        }
    }
    check_amounts(old);
    Tally came = nothing();
    pick(recent.counts, evidence, first, came.counts);
    pick(recent.sums, evidence, first, came.sums);
    pick(recent.values, evidence, first, came.values);
    return has_cells(came) ? add_tallies(old, came, 1) : old;
}

// Evidence that was not read has nothing newer than what was stored; and still has that, unless it was taken away just now.
bool Judge::find_last_event(const Tally &part, const Tally &change) {
    const Zone &zone = model_->program->events->zone();
    const std::optional<int64_t> day = newest_day(part, active_, zone);
    fresh_->has_last_event = day.has_value() || input_.has_last_event;
    fresh_->last_event = day.value_or(input_.last_event);
    if (!input_.has_last_event || (day && *day >= input_.last_event)) {
        return true;
    }
    fresh_->last_event = input_.last_event;
    return !has_day(change, active_, zone, input_.last_event);
}

bool Judge::go_on() {
    if (!choose_target() || !does_pending_cover() || target_.digest != active_.digest ||
        input_.counted_for->digest != target_.digest || input_.tally.size == 0) {
        return false;
    }
    const Tally change = difference();
    const std::vector<uint32_t> changed = evidence_in(change);
    if (changed.empty()) {
        return false;
    }
    KnownPoints known;
    read_known_points(input_.points, known);
    Adjustments adjustments;
    if (!input_.adjustments.empty()) {
        adjustments = read_adjustments(input_.adjustments);
    }
    const Adjustments *given = adjustments.empty() ? nullptr : &adjustments;
    Program &program = *model_->program;
    const Surroundings around = program.attribute_surroundings(input_.as_of);
    ScoreProgram::Anew anew;
    Tally recent;
    if (!program.scores->find_anew(known, changed, around, given, anew) || !keep_recent(change, recent)) {
        return false;
    }
    const Tally part = cells_of(anew.evidence, recent, known.sections, around);
    if (!find_last_event(part, change)) {
        return false;
    }
    fresh_->evidence = target_.number;
    fresh_->evidence_changed = true;
    fresh_->keeps_tally = true;
    show(program.scores->score_onward(program.attribute_values.data(), part, around,
                                      input_.has_previous ? &input_.previous : nullptr, given, anew, known, fresh_->next_change));
    keep_points(known);
    return true;
}

} // namespace leadscore
