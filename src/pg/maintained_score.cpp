// maintained_score() and explain_maintained(): what upkeep stores of a lead, and why.
#include "../core/explain.hpp"
#include "../core/tally_days.hpp"

#include "score_inputs.hpp"
#include "score_result.hpp"

namespace leadscore {

namespace {

constexpr ScoreArguments arguments = {3, 4, 5};

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_maintained_score);
LEADSCORE_FUNCTION(leadscore_explain_maintained_rows);
LEADSCORE_FUNCTION(leadscore_explain_maintained_tree);

Datum leadscore_maintained_score(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(rules_argument)) {
        PG_RETURN_NULL();
    }
    CallSite *site = CallSite::of(fcinfo, rules_argument, attributes_argument);
    const ScoreInputs inputs = read_score_inputs(fcinfo, site, arguments);
    const Scored *scored = nullptr;
    Calendar calendar = {};
    call_core([&inputs, &scored, &calendar] {
        const Program &program = *inputs.program;
        const Adjustments adjustments = inputs.read_adjustments();
        scored = &program.scores->score(inputs.values, inputs.tally, inputs.program->attribute_surroundings(inputs.as_of),
                                        inputs.stage_before(), &adjustments, calendar.next_change);
        if (inputs.tally != nullptr) {
            const std::optional<int64_t> day = newest_day(*inputs.tally, program.evidence, program.events->zone());
            calendar.has_last_event = day.has_value();
            calendar.last_event = day.value_or(0);
        }
    });
    return maintained_lead(*inputs.program, *scored, calendar, result_type(fcinfo, site->result, site->context));
}

Datum leadscore_explain_maintained_rows(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(rules_argument)) {
        PG_RETURN_NULL();
    }
    return DirectFunctionCall1(jsonb_in, CStringGetDatum(explain_score(fcinfo, arguments, explain_rows)));
}

Datum leadscore_explain_maintained_tree(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(rules_argument)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_TEXT_P(cstring_to_text(explain_score(fcinfo, arguments, explain_tree)));
}
}
