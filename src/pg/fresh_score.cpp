// One lead scored anew, from all of its evidence.
#include "../core/adjustment.hpp"
#include "../core/packed_tally.hpp"
#include "../core/tally_days.hpp"
#include "../core/tally_bytes.hpp"

#include "judge.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace leadscore {

namespace {

// Points are kept where to count all rules takes longer than to read and write them.
constexpr size_t least_tally_for_points = 1000;

void copy(const std::string &bytes, const char **out, size_t *size) {
    *size = bytes.size();
    *out = copy_out(bytes, 0);
}

} // namespace

// Each event rewrites it, and each time it is full the whole tally is written: so it grows with the root of the tally's size,
// which makes the sum of both least. A small tally has no other part. Beside points there is less room: a row over 2 kB is stored
// in pieces.
size_t most_recent_bytes(size_t tally_size, size_t points_size) noexcept {
    if (tally_size == 0) {
        return 900;
    }
    const size_t room = std::max<size_t>(500, 1800 - std::min<size_t>(1300, points_size));
    const auto best = static_cast<size_t>(std::sqrt(6.0 * static_cast<double>(tally_size)));
    return std::min(room, std::max<size_t>(300, best));
}

void Judge::run() {
    if (!choose_target() || !does_pending_cover()) {
        fresh_->recount_needed = true;
        return;
    }
    gather();
    pack();
    fresh_->empty = !input_.present && fresh_->tally_size == 0 && fresh_->recent_size == 0 && !fresh_->keeps_tally &&
                    !fresh_->keeps_recent && input_.adjustments.empty();
    fresh_->next_change = PG_INT64_MAX;
    if (input_.present) {
        score();
    }
}

// The row's own evidence if that is enough for the active rules, else what is collected now. Rows that lack what a coming version
// needs stay as they are until they are recounted: their lead's events are not all known here. So it is with a row that comes: events that are there
// already may be such as the active rules do not count. While somebody may yet commit events that he did not collect, counting them now would not do.
bool Judge::choose_target() {
    const Target all = {model_->evidence, collected_.ids, collected_.digest};
    const Target active = {model_->active_evidence, active_.ids, active_.digest};
    const KnownEvidence *stored = input_.counted_for;
    if (stored == nullptr || input_.recounted) {
        target_ = model_->collects_all ? all : active;
        return input_.recounted || !must_count_new(model_);
    }
    target_ = all;
    if (stored->number == model_->evidence) {
        return true;
    }
    const EvidenceIds ids(stored->ids, stored->count);
    if (stored->lapsed && !covers(active_.ids, collected_.ids)) {
        target_ = active; // beyond that it lacks events, whatever it is called
        return covers(ids, active_.ids);
    }
    if (covers(ids, collected_.ids)) {
        return true;
    }
    target_ = {stored->number, ids, stored->digest};
    return covers(ids, active_.ids);
}

// What waits in the queue may have been counted for less than the row: before a coming version was told of.
bool Judge::does_pending_cover() const {
    for (size_t i = 0; i < input_.pending_count; ++i) {
        const KnownEvidence &pending = *input_.pending[i].counted_for;
        if (pending.number != target_.number && !covers(EvidenceIds(pending.ids, pending.count), target_.ids)) {
            return false;
        }
    }
    return true;
}

Tally Judge::fit(Tally tally) const {
    return tally.digest == target_.digest ? std::move(tally) : project_tally(tally, target_.ids, target_.digest);
}

// Ids are needed only to fit a tally of another set, or to score by rules that use just some of them: all parts have them, or
// none.
Tally Judge::read(std::string_view bytes, const KnownEvidence &counted_for, std::vector<SectionSize> *sections) const {
    Tally tally;
    const SetDigest *known = counted_for.digest == target_.digest && target_.digest == active_.digest ? &target_.digest : nullptr;
    read_packed_tally(bytes, EvidenceIds(counted_for.ids, counted_for.count), counted_for.digest, tally, known, sections);
    tally = fit(std::move(tally));
    if (target_.digest == active_.digest) {
        tally.ids.clear();
    }
    return tally;
}

Tally Judge::nothing() const {
    Tally tally;
    tally.digest = target_.digest;
    if (target_.digest != active_.digest) {
        tally.ids.assign(target_.ids.begin(), target_.ids.end());
    }
    return tally;
}

// What this statement and the queue change.
Tally Judge::difference() const {
    Tally change = nothing();
    if (input_.delta != nullptr) {
        Tally delta;
        delta.digest = collected_.digest;
        delta.ids = collected_.ids;
        read_logs(*input_.delta, delta);
        delta = fit(std::move(delta));
        if (target_.digest == active_.digest) {
            delta.ids.clear();
        }
        change = std::move(delta);
    }
    for (size_t i = 0; i < input_.pending_count; ++i) {
        if (!input_.pending[i].bytes.empty()) {
            change = add_tallies(change, read(input_.pending[i].bytes, *input_.pending[i].counted_for), 1);
        }
    }
    return change;
}

void Judge::gather() {
    const KnownEvidence *stored = input_.counted_for;
    const bool same_set = stored != nullptr && stored->digest == target_.digest;
    parts_ = {nothing(), nothing()};
    if (input_.recounted) {
        if (!input_.recount.empty()) {
            Tally counted;
            read_tally_bytes(input_.recount, counted);
            counted = fit(std::move(counted));
            if (target_.digest == active_.digest) {
                counted.ids.clear();
            }
            parts_.base = std::move(counted);
        }
    } else if (stored != nullptr) {
        if (input_.tally.size > 0) {
            parts_.base = read(all_of(&input_.tally), *stored, &sections_);
        }
        if (!input_.recent.empty()) {
            parts_.recent = read(input_.recent, *stored);
        }
    }
    const Tally change = difference();
    const bool changed = has_cells(change);
    if (changed) {
        parts_.recent = add_tallies(parts_.recent, change, 1);
    }
    fresh_->evidence = target_.number;
    fresh_->evidence_changed = changed || input_.recounted || !same_set;
    fresh_->keeps_tally = same_set && !input_.recounted && input_.tally.size > 0;
    fresh_->keeps_recent = same_set && !input_.recounted && !input_.recent.empty() && !changed;
}

void Judge::pack() {
    total_ = !has_cells(parts_.base)     ? parts_.recent
             : !has_cells(parts_.recent) ? parts_.base
                                         : add_tallies(parts_.base, parts_.recent, 1);
    fresh_->tally_size = 0;
    fresh_->recent_size = 0;
    if (!has_cells(total_)) {
        fresh_->keeps_tally = false; // the parts may be there and cancel each other
        fresh_->keeps_recent = false;
        return;
    }
    const auto keep = [this](const Tally &tally) {
        sections_.clear();
        copy(write_packed_tally(tally, &sections_), &fresh_->tally, &fresh_->tally_size);
    };
    if (fresh_->keeps_recent) {
        if (!fresh_->keeps_tally) {
            keep(parts_.base);
        }
        return;
    }
    const std::string recent = write_packed_tally(parts_.recent);
    const bool fits = recent.size() <= most_recent_bytes(input_.tally.size, input_.points.size());
    if (fits && (fresh_->keeps_tally || !has_cells(parts_.base))) {
        copy(recent, &fresh_->recent, &fresh_->recent_size);
    } else {
        fresh_->keeps_tally = false;
        keep(total_);
    }
}

bool Judge::is_worth_points() const {
    const size_t size = fresh_->keeps_tally ? input_.tally.size : fresh_->tally_size;
    return size >= least_tally_for_points && target_.digest == active_.digest;
}

void Judge::score() {
    Program &program = *model_->program;
    Adjustments adjustments;
    if (!input_.adjustments.empty()) {
        adjustments = read_adjustments(input_.adjustments);
    }
    const Surroundings around = program.attribute_surroundings(input_.as_of);
    const Value *values = program.attribute_values.data();
    if (total_.digest != active_.digest) {
        total_ = project_tally(total_, active_.ids, active_.digest);
    }
    const std::string_view *previous = input_.has_previous ? &input_.previous : nullptr;
    const Adjustments *given = adjustments.empty() ? nullptr : &adjustments;
    if (is_worth_points()) {
        KnownPoints known;
        show(program.scores->score(values, &total_, around, previous, given, fresh_->next_change, known));
        known.sections = std::move(sections_);
        keep_points(known);
    } else {
        show(program.scores->score(values, &total_, around, previous, given, fresh_->next_change));
    }
    const std::optional<int64_t> day = newest_day(total_, program.evidence, program.events->zone());
    fresh_->has_last_event = day.has_value();
    fresh_->last_event = day.value_or(0);
}

void Judge::keep_points(const KnownPoints &known) {
    copy(write_known_points(known), &fresh_->points, &fresh_->points_size);
}

void Judge::show(const Scored &scored) {
    const Rules &rules = model_->program->rules;
    fresh_->scored = true;
    fresh_->excluded = scored.excluded;
    fresh_->score = scored.score;
    fresh_->has_stage = scored.excluded || scored.stage >= 0;
    fresh_->stage = scored.excluded     ? std::string_view("excluded")
                    : scored.stage >= 0 ? std::string_view(rules.stages[static_cast<size_t>(scored.stage)].name)
                                        : std::string_view();
    fresh_->has_probability = scored.has_probability;
    fresh_->probability = scored.probability;
    // The server's memory is aligned to 8 bytes, which its type knows and a template does not: std::copy() of newer compilers crashed.
    auto *dimensions = reinterpret_cast<::int128 *>(allocate(scored.dimensions.size() * sizeof(::int128)));
    if (!scored.dimensions.empty()) {
        memcpy(static_cast<void *>(dimensions), scored.dimensions.data(), scored.dimensions.size() * sizeof(::int128));
    }
    fresh_->dimensions = dimensions;
    auto *labels = reinterpret_cast<std::string_view *>(allocate(rules.labels.size() * sizeof(std::string_view)));
    for (size_t l = 0; l < rules.labels.size(); ++l) {
        const int level = scored.levels[l];
        labels[l] = level >= 0 ? std::string_view(rules.labels[l].levels[static_cast<size_t>(level)].name) : std::string_view();
    }
    fresh_->labels = labels;
}

Datum packed_delta(Model *model, TallyLogs *logs, bool *is_null) {
    char *bytes = nullptr;
    size_t size = 0;
    call_core([model, logs, &bytes, &size] {
        Tally delta;
        delta.digest = model->collecting->evidence.digest;
        delta.ids = model->collecting->evidence.ids; // what is kept of each tells how its cells are written
        read_logs(*logs, delta);
        const std::string packed = write_packed_tally(delta);
        size = packed.size();
        bytes = copy_out(packed, VARHDRSZ);
    });
    *is_null = size == 0;
    SET_VARSIZE(bytes, size + VARHDRSZ);
    return PointerGetDatum(bytes);
}

bool score_anew(Model *model, const ScoreInput &input, FreshScore *fresh) {
    Failure failure;
    const auto nothing_yet = [fresh] { memset(static_cast<void *>(fresh), 0, sizeof *fresh); };
    nothing_yet();
    if (input.points_hold) {
        // What was known only saves time: where it is spoilt, all is counted.
        bool enough = false;
        if (try_core([model, &input, fresh, &enough] { enough = Judge(model, input, fresh).go_on(); }, failure) && enough) {
            return true;
        }
        nothing_yet();
    }
    return try_core([model, &input, fresh] { Judge(model, input, fresh).run(); }, failure);
}

} // namespace leadscore
