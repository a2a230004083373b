// How one lead is scored anew. Inside core.
#pragma once

#include "../core/known_points.hpp"
#include "../core/packed_tally.hpp"
#include "fresh_score.hpp"

namespace leadscore {

class Judge {
public:
    Judge(Model *model, const ScoreInput &input, FreshScore *fresh)
        : model_(model), input_(input), fresh_(fresh), collected_(model->collecting->evidence),
          active_(model->program->evidence) {
    }

    // From all evidence.
    void run();

    // From what was known of the lead, reading the evidence that changed and no other. False if that is not enough: run() is
    // then.
    bool go_on();

private:
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

    bool choose_target();
    bool does_pending_cover() const;
    Tally fit(Tally tally) const;
    Tally read(std::string_view bytes, const KnownEvidence &counted_for, std::vector<SectionSize> *sections = nullptr) const;
    Tally nothing() const;
    Tally difference() const;
    void gather();
    void pack();
    bool is_worth_points() const;
    void score();
    void show(const Scored &scored);
    void keep_points(const KnownPoints &known);

    bool keep_recent(const Tally &change, Tally &recent);
    Tally cells_of(const std::vector<uint32_t> &evidence, const Tally &recent, const std::vector<SectionSize> &sections,
                   const Surroundings &around);
    bool find_last_event(const Tally &part, const Tally &change);

    Model *model_;
    const ScoreInput &input_;
    FreshScore *fresh_;
    const EvidenceSet &collected_;
    const EvidenceSet &active_;
    Target target_{0, {nullptr, 0}, {}};
    Parts parts_;
    Tally total_;
    std::vector<SectionSize> sections_; // of the packed tally that is or will be stored
};

inline bool has_cells(const Tally &tally) noexcept {
    return !tally.counts.empty() || !tally.sums.empty() || !tally.values.empty();
}

// How large `recent` may grow beside a tally and points of these sizes.
size_t most_recent_bytes(size_t tally_size, size_t points_size) noexcept;

} // namespace leadscore
