// The scoring side of a document made ready: attributes and a tally in; score, stage and labels out.
#pragma once

#include "no_postgres.hpp"
#include "adjustment.hpp"
#include "attribute_rule.hpp"
#include "event_rule.hpp"
#include "evidence.hpp"
#include "known_points.hpp"
#include "rules.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace leadscore {

// What a lead scores at one moment. Indexes point into the document.
struct Scored {
    bool excluded = false;
    size_t exclusion = 0;
    int128 score = 0; // in units of 10^-decimals
    int stage = -1;   // -1: the document has no stages
    bool has_probability = false;
    double probability = 0;
    std::vector<int128> dimensions; // micro units, clamped
    std::vector<int> levels;        // by label; -1: none
};

// Whether both show the same to whoever asks for the score.
bool show_the_same(const Scored &a, const Scored &b);

// The server's timestamps end here, in the year 294277.
constexpr int64_t end_of_time = 9223371331200000000;

// An adjustment of a dimension of the document.
struct Adjusted {
    size_t dimension;
    bool set;
    int64_t points; // micro units
    std::string reason;
};

// Every number on the way, for explanations.
struct Workings {
    std::vector<std::optional<Outcome>> rules; // nothing for disabled rules
    std::vector<int128> group_sums;            // of the points of the group's rules
    std::vector<int128> group_taken;           // sum, max or min
    std::vector<int128> groups;                // clamped
    std::vector<Adjusted> adjustments;         // of those that count
    std::vector<int128> dimension_sums;
    std::vector<int128> weighted;
    int128 total = 0;   // sum of weighted
    int128 clamped = 0; // after the score's min and max
    int128 score = 0;   // rounded, in micro units
    int own_stage = -1; // by score and dimensions alone
};

class ScoreProgram {
public:
    // `rules` and `evidence` must outlive it.
    ScoreProgram(const Rules &rules, const EvidenceSet &evidence, const Zone &zone);
    ScoreProgram(const ScoreProgram &) = delete; // items point into it
    ScoreProgram &operator=(const ScoreProgram &) = delete;

    const std::vector<std::string> &field_names() const noexcept {
        return fields_.names();
    }
    const std::vector<std::string> &patterns() const noexcept {
        return patterns_;
    }

    // `values` by field number, null when the lead has no attributes at all; `tally` null is an empty one. `previous` is the
    // stage before, or null; `adjustments` null: none. Throws no_evidence if the tally was not counted for what an enabled rule
    // needs. The result lives until the next call.
    const Scored &score(const Value *values, const Tally *tally, const Surroundings &around, const std::string_view *previous,
                        const Adjustments *adjustments = nullptr);

    // The lead of the last call, which was without adjustments, at another moment.
    const Scored &score_again(const Value *values, const Tally *tally, const Surroundings &around, const std::string_view *previous);

    // The same, and every number on the way.
    const Scored &score(const Value *values, const Tally *tally, const Surroundings &around, const std::string_view *previous,
                        Workings &workings, const Adjustments *adjustments = nullptr);

    // The same, and the first moment after `around.as_of` (microseconds of UTC) at which time alone may change what is returned,
    // its stage being the stage before; INT64_MAX: never. Nothing changes before it; at it, something nearly always does.
    const Scored &score(const Value *values, const Tally *tally, const Surroundings &around, const std::string_view *previous,
                        const Adjustments *adjustments, int64_t &next_change);

    int64_t next_change(const Value *values, const Tally *tally, const Surroundings &around,
                        const Adjustments *adjustments = nullptr);

    // The same, and into `known` what need not be counted again next time; not its sections.
    const Scored &score(const Value *values, const Tally *tally, const Surroundings &around, const std::string_view *previous,
                        const Adjustments *adjustments, int64_t &next_change, KnownPoints &known);

    // What to count anew from `known` on, when the cells of some evidence changed.
    struct Anew {
        std::vector<uint32_t> rules;
        std::vector<uint32_t> evidence; // all that these rules look at, ascending
    };
    // False if everything is to be counted anew: the clock went back, or adjustments start other dimensions again.
    bool find_anew(const KnownPoints &known, const std::vector<uint32_t> &changed, const Surroundings &around,
                   const Adjustments *adjustments, Anew &anew);

    // Cells of an evidence before this tick give no points at this moment or later.
    int64_t first_tick_with_points(uint32_t evidence, const Surroundings &around) const;

    // What should be known instead, at this moment of this tally, of the same rules' futures: the same if it is right. Sections
    // stay.
    void correct(KnownPoints &known, const Tally &tally, const Surroundings &around, const Adjustments *adjustments);

    // The same score as with all of the tally, from the cells of anew.evidence alone (those that may give points) and what was
    // known of the others; `known` goes on to this moment. `next_change` may come sooner: a change that does not show is not
    // looked behind.
    const Scored &score_onward(const Value *values, const Tally &part, const Surroundings &around,
                               const std::string_view *previous, const Adjustments *adjustments, const Anew &anew,
                               KnownPoints &known, int64_t &next_change);

private:
    struct Move {
        size_t rule;
        int64_t tick;
    };
    // Where a rule's points go: a group, or a dimension directly.
    struct Item {
        int group;
        uint32_t seen = 0; // the call that has evaluated it
        size_t dimension;
        std::unique_ptr<EventRule> event;
        std::unique_ptr<AttributeRule> attribute;
        Outcome without_input; // of no evidence, or of no attributes: the same at every moment
    };
    // Totals of groups and dimensions.
    struct Totals {
        std::vector<int128> groups;
        std::vector<int128> dimensions;
    };

    // The arguments of a call.
    struct Given {
        const Value *values;
        const Tally *tally;
        Surroundings around;
        const std::string_view *previous;
        const Adjustments *adjustments;
        const KnownPoints *known = nullptr; // points of the rules but those of `anew`
        const Anew *anew = nullptr;
        bool same_attributes = false; // as in the last call: only time went on
    };
    // What adjustments do to a dimension at the moment of scoring.
    struct Restart {
        bool is_set = false;
        int64_t day = 0; // events of ticks after these count
        int64_t hour = 0;
        int128 points = 0;
    };
    struct Cells {
        CellRange main;
        CellRange divisor;
    };

    void forget_last_call();
    void adjust(const Given &given, Workings *workings);
    Cells cells_of(size_t rule) const;
    const Scored &score_ahead(Given given, int64_t &next_change, KnownPoints *known);
    int64_t next_moment(const Given &given, KnownPoints *known = nullptr);
    int64_t next_moment_of_clock(const Given &given);
    int64_t next_moment_of_events(const Surroundings &around, int64_t until, KnownPoints *known);
    bool does_first_move_show();
    int64_t correct_next(size_t rule, int64_t tick, int64_t next);
    int64_t next_tick(size_t rule, int64_t tick, int64_t until, const Surroundings &around);
    int64_t moment_of(int64_t tick, bool hours, int64_t after) const;
    void carry_over(const KnownPoints &known, const Anew &anew);
    std::vector<KnownRestart> restarts_now() const;
    void map_evidence(const Tally &tally);
    void find_cells(const Tally &tally);
    void add(Totals &totals, const Item &item, int128 points, int sign) const;
    void count_rule(size_t index, int64_t day, int64_t hour, Workings *workings);
    void ask_sometimes(const Given &given, size_t rule);
    void count_attributes(const Given &given, Workings *workings);
    void finish(const Given &given, Workings *workings);
    int128 take_of_group(size_t group) const;
    int stage_of(int128 score_micro, const std::string_view *previous) const;
    bool needs_hold(const Stage &stage) const;
    void set_levels(int128 score_micro);
    const Scored &run(const Given &given, Workings *workings);

    const Rules &rules_;
    const EvidenceSet &evidence_;
    const Zone &zone_;
    FieldNames fields_;
    std::vector<std::string> patterns_;
    std::vector<ConditionProgram> exclusions_;
    std::vector<Item> items_; // by rule
    std::vector<std::vector<size_t>> rules_of_evidence_;
    std::vector<std::vector<size_t>> rules_of_group_; // enabled ones
    std::vector<size_t> dimension_of_group_;
    std::vector<size_t> attribute_rules_;
    std::vector<size_t> clock_rules_;                            // attribute rules that look at the moment of scoring
    std::vector<size_t> clock_exclusions_;                       // and exclusions
    std::vector<std::vector<std::pair<size_t, int64_t>>> needs_; // by stage: dimension, least
    std::vector<int> of_label_;                                  // dimension, or one of the two below
    static constexpr int of_score = -1;
    static constexpr int of_probability = -2;
    double intercept_ = 0;
    double slope_ = 0;

    Totals without_events_; // what event rules give without any evidence
    // Scratch of one call.
    uint32_t call_ = 0;
    size_t unasked_ = 0; // cells and rules looked at since an interrupt was asked for
    Totals totals_;
    std::vector<TickHits> hits_;
    std::vector<int128> points_;    // by rule
    std::vector<CellRange> cells_;  // by evidence
    std::vector<Restart> restarts_; // by dimension; empty without adjustments
    std::vector<size_t> found_;     // evidence with cells
    std::vector<size_t> carried_;   // rules whose points were known
    std::optional<Move> first_to_move_; // of the moment that next_moment_of_events() found
    SetDigest mapped_digest_{};     // the set that map_ is for
    bool mapped_ = false;
    std::vector<int> map_; // index in the tally's set -> index in ours, -1: not needed
    Scored scored_;
};

} // namespace leadscore
