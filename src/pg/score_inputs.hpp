// The arguments of functions that score, ready for core.
#pragma once

#include "../core/adjustment.hpp"
#include "call_site.hpp"
#include "guard.hpp"

namespace leadscore {

// Where the arguments stand behind rules, attributes and tally, which always come first; -1: there is none.
struct ScoreArguments {
    int adjustments;
    int as_of;
    int previous;
};
constexpr int rules_argument = 0;
constexpr int attributes_argument = 1;
constexpr int tally_argument = 2;

// Plain data.
struct ScoreInputs {
    Program *program;
    const Value *values; // null: no attributes
    const Tally *tally;  // null: no events
    int64_t as_of;
    bool has_previous;
    std::string_view previous;
    std::string_view adjustments; // JSON; empty for none

    const std::string_view *stage_before() const {
        return has_previous ? &previous : nullptr;
    }
    // Inside core calls only.
    Adjustments read_adjustments() const {
        return adjustments.empty() ? Adjustments() : leadscore::read_adjustments(adjustments);
    }
};

ScoreInputs read_score_inputs(FunctionCallInfo fcinfo, CallSite *site, const ScoreArguments &places);

// The text that `tell` (explain_rows() or explain_tree()) makes of the score.
template <typename Tell> char *explain_score(FunctionCallInfo fcinfo, const ScoreArguments &places, Tell tell) {
    CallSite *site = CallSite::of(fcinfo, rules_argument, attributes_argument);
    const ScoreInputs inputs = read_score_inputs(fcinfo, site, places);
    char *text = nullptr;
    call_core([&inputs, &text, tell] {
        Workings workings;
        const Adjustments adjustments = inputs.read_adjustments();
        const Scored &scored =
            inputs.program->scores->score(inputs.values, inputs.tally, inputs.program->attribute_surroundings(inputs.as_of),
                                          inputs.stage_before(), workings, &adjustments);
        text = copy_out(tell(inputs.program->rules, scored, workings), 0);
    });
    return text;
}

} // namespace leadscore
