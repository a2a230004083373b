// score() and explain_score(): attributes and a tally at a moment.
#include "../core/explain.hpp"

#include "score_inputs.hpp"
#include "score_result.hpp"

namespace leadscore {

namespace {

constexpr ScoreArguments arguments = {-1, 3, 4};

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_score);
LEADSCORE_FUNCTION(leadscore_explain_rows);
LEADSCORE_FUNCTION(leadscore_explain_tree);

Datum leadscore_score(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(rules_argument)) {
        PG_RETURN_NULL();
    }
    CallSite *site = CallSite::of(fcinfo, rules_argument, attributes_argument);
    const ScoreInputs inputs = read_score_inputs(fcinfo, site, arguments);
    const Scored *scored = nullptr;
    call_core([&inputs, &scored] {
        scored = &inputs.program->scores->score(inputs.values, inputs.tally, inputs.program->attribute_surroundings(inputs.as_of),
                                                inputs.stage_before());
    });
    return scored_lead(*inputs.program, *scored, result_type(fcinfo, site->result, site->context));
}

Datum leadscore_explain_rows(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(rules_argument)) {
        PG_RETURN_NULL();
    }
    return DirectFunctionCall1(jsonb_in, CStringGetDatum(explain_score(fcinfo, arguments, explain_rows)));
}

Datum leadscore_explain_tree(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(rules_argument)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_TEXT_P(cstring_to_text(explain_score(fcinfo, arguments, explain_tree)));
}
}
