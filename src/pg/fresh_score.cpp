// One lead scored anew.
#include "../core/adjustment.hpp"
#include "../core/packed_tally.hpp"
#include "../core/tally_days.hpp"
#include "../core/tally_bytes.hpp"

#include "fresh_score.hpp"

#include <cmath>

namespace leadscore {

namespace {

// Which evidence set a row is kept for.
struct Target {
    int number;
    EvidenceIds ids;
    SetDigest digest;
};

struct Parts {
    Tally base;
    Tally recent;
};

bool has_cells(const Tally &tally) {
    return !tally.counts.empty() || !tally.sums.empty() || !tally.values.empty();
}

// What stays in `recent`. Each event rewrites it, and each time it is full the whole tally is written: so it grows with the root of
// the tally's size, which makes the sum of both least. A small tally has no other part.
size_t most_recent_bytes(size_t tally_size) {
    if (tally_size == 0) {
        return 900;
    }
    const auto best = static_cast<size_t>(std::sqrt(6.0 * static_cast<double>(tally_size)));
    return std::min<size_t>(1800, std::max<size_t>(300, best));
}

class Judge {
public:
    Judge(Model *model, const ScoreInput &input, FreshScore *fresh)
        : model_(model), input_(input), fresh_(fresh), collected_(model->collecting->evidence),
          active_(model->program->evidence) {
    }

    void run() {
        if (!choose_target()) {
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

private:
    // The row's own evidence if that is enough for the active rules, else what is collected now. Rows that lack what a coming version
    // needs stay as they are until they are recounted: their lead's events are not all known here.
    bool choose_target() {
        target_ = {model_->evidence, collected_.ids, collected_.digest};
        const KnownEvidence *stored = input_.counted_for;
        if (stored == nullptr || input_.recounted || stored->number == model_->evidence) {
            return true;
        }
        const EvidenceIds ids(stored->ids, stored->count);
        if (covers(ids, collected_.ids)) {
            return true;
        }
        target_ = {stored->number, ids, stored->digest};
        return covers(ids, active_.ids);
    }

    Tally fit(Tally tally) const {
        return tally.digest == target_.digest ? std::move(tally) : project_tally(tally, target_.ids, target_.digest);
    }

    // Ids are needed only to fit a tally of another set, or to score by rules that use just some of them: all parts have them, or none.
    Tally read(std::string_view bytes, const KnownEvidence &counted_for) const {
        Tally tally;
        const SetDigest *known = counted_for.digest == target_.digest && target_.digest == active_.digest ? &target_.digest : nullptr;
        read_packed_tally(bytes, EvidenceIds(counted_for.ids, counted_for.count), counted_for.digest, tally, known);
        tally = fit(std::move(tally));
        if (target_.digest == active_.digest) {
            tally.ids.clear();
        }
        return tally;
    }

    Tally nothing() const {
        Tally tally;
        tally.digest = target_.digest;
        if (target_.digest != active_.digest) {
            tally.ids.assign(target_.ids.begin(), target_.ids.end());
        }
        return tally;
    }

    void add(const Tally &part, bool *changed) {
        if (has_cells(part)) {
            parts_.recent = add_tallies(parts_.recent, part, 1);
            *changed = true;
        }
    }

    void gather() {
        const KnownEvidence *stored = input_.counted_for;
        const bool same_set = stored != nullptr && stored->digest == target_.digest;
        bool changed = false;
        parts_ = {nothing(), nothing()};
        if (input_.recounted) {
            if (!input_.recount.empty()) {
                Tally counted;
                read_tally_bytes(input_.recount, counted);
                if (target_.digest == active_.digest) {
                    counted.ids.clear();
                }
                parts_.base = std::move(counted);
            }
        } else if (stored != nullptr) {
            if (!input_.tally.empty()) {
                parts_.base = read(input_.tally, *stored);
            }
            if (!input_.recent.empty()) {
                parts_.recent = read(input_.recent, *stored);
            }
        }
        if (input_.delta != nullptr) {
            Tally delta;
            delta.digest = collected_.digest;
            delta.ids = collected_.ids;
            read_logs(*input_.delta, delta);
            delta = fit(std::move(delta));
            if (target_.digest == active_.digest) {
                delta.ids.clear();
            }
            add(delta, &changed);
        }
        for (size_t i = 0; i < input_.pending_count; ++i) {
            if (!input_.pending[i].bytes.empty()) {
                add(read(input_.pending[i].bytes, *input_.pending[i].counted_for), &changed);
            }
        }
        fresh_->evidence = target_.number;
        fresh_->evidence_changed = changed || input_.recounted || !same_set;
        fresh_->keeps_tally = same_set && !input_.recounted && !input_.tally.empty();
        fresh_->keeps_recent = same_set && !input_.recounted && !input_.recent.empty() && !changed;
    }

    void pack() {
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
        if (fresh_->keeps_recent) {
            if (!fresh_->keeps_tally) {
                keep(parts_.base, &fresh_->tally, &fresh_->tally_size);
            }
            return;
        }
        const std::string recent = write_packed_tally(parts_.recent);
        if (recent.size() <= most_recent_bytes(input_.tally.size()) && (fresh_->keeps_tally || !has_cells(parts_.base))) {
            copy(recent, &fresh_->recent, &fresh_->recent_size);
        } else {
            fresh_->keeps_tally = false;
            keep(total_, &fresh_->tally, &fresh_->tally_size);
        }
    }

    static void copy(const std::string &bytes, const char **out, size_t *size) {
        *size = bytes.size();
        *out = copy_out(bytes, 0);
    }

    static void keep(const Tally &tally, const char **out, size_t *size) {
        copy(write_packed_tally(tally), out, size);
    }

    void score() {
        Program &program = *model_->program;
        const Rules &rules = program.rules;
        Adjustments adjustments;
        if (!input_.adjustments.empty()) {
            adjustments = read_adjustments(input_.adjustments);
        }
        const Surroundings around = program.attribute_surroundings(input_.as_of);
        const Value *values = program.attribute_values.data();
        if (total_.digest != active_.digest) {
            total_ = project_tally(total_, active_.ids, active_.digest);
        }
        const Scored &scored = program.scores->score(values, &total_, around, input_.has_previous ? &input_.previous : nullptr,
                                                     adjustments.empty() ? nullptr : &adjustments, fresh_->next_change);
        fresh_->scored = true;
        fresh_->excluded = scored.excluded;
        fresh_->score = scored.score;
        fresh_->has_stage = scored.excluded || scored.stage >= 0;
        fresh_->stage = scored.excluded     ? std::string_view("excluded")
                        : scored.stage >= 0 ? std::string_view(rules.stages[static_cast<size_t>(scored.stage)].name)
                                            : std::string_view();
        fresh_->has_probability = scored.has_probability;
        fresh_->probability = scored.probability;
        auto *dimensions = reinterpret_cast<::int128 *>(allocate(scored.dimensions.size() * sizeof(::int128)));
        std::copy(scored.dimensions.begin(), scored.dimensions.end(), dimensions);
        fresh_->dimensions = dimensions;
        auto *labels = reinterpret_cast<std::string_view *>(allocate(rules.labels.size() * sizeof(std::string_view)));
        for (size_t l = 0; l < rules.labels.size(); ++l) {
            const int level = scored.levels[l];
            labels[l] = level >= 0 ? std::string_view(rules.labels[l].levels[static_cast<size_t>(level)].name) : std::string_view();
        }
        fresh_->labels = labels;
        const std::optional<int64_t> day = newest_day(total_, program.evidence, program.events->zone());
        fresh_->has_last_event = day.has_value();
        fresh_->last_event = day.value_or(0);
    }

    Model *model_;
    const ScoreInput &input_;
    FreshScore *fresh_;
    const EvidenceSet &collected_;
    const EvidenceSet &active_;
    Target target_{0, {nullptr, 0}, {}};
    Parts parts_;
    Tally total_;
};

} // namespace

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
    memset(static_cast<void *>(fresh), 0, sizeof *fresh);
    Failure failure;
    return try_core([model, &input, fresh] { Judge(model, input, fresh).run(); }, failure);
}

} // namespace leadscore
