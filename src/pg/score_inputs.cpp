// The arguments of functions that score.
#include "score_inputs.hpp"

#include "score_result.hpp"
#include "tally_value.hpp"

namespace leadscore {

namespace {

bool is_given(FunctionCallInfo fcinfo, int argument) {
    return argument >= 0 && PG_NARGS() > argument && !PG_ARGISNULL(argument);
}

} // namespace

ScoreInputs read_score_inputs(FunctionCallInfo fcinfo, CallSite *site, const ScoreArguments &places) {
    CompiledRules *rules = site->rules(PG_GETARG_DATUM(rules_argument));
    ScoreInputs inputs = {rules->program, nullptr, nullptr, moment_argument(fcinfo, places.as_of), false, {}, {}};
    if (is_given(fcinfo, attributes_argument)) {
        fetch_all_fields(rules->attribute_fields, site->fields_type, PG_GETARG_DATUM(attributes_argument),
                         rules->program->attribute_values.data());
        inputs.values = rules->program->attribute_values.data();
    }
    if (is_given(fcinfo, tally_argument)) {
        read_tally(PG_GETARG_DATUM(tally_argument), *site->tally, &rules->program->evidence.digest);
        inputs.tally = site->tally;
    }
    if (is_given(fcinfo, places.adjustments)) {
        Jsonb *json = PG_GETARG_JSONB_P(places.adjustments);
        inputs.adjustments = JsonbToCString(nullptr, &json->root, VARSIZE(json));
    }
    if (is_given(fcinfo, places.previous)) {
        const text *previous = PG_GETARG_TEXT_PP(places.previous);
        inputs.previous = {VARDATA_ANY(previous), VARSIZE_ANY_EXHDR(previous)};
        inputs.has_previous = true;
    }
    return inputs;
}

} // namespace leadscore
