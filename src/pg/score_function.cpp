// score() and explain_score(): attributes and a tally at a moment.
#include "../core/explain.hpp"

#include "call_site.hpp"
#include "guard.hpp"
#include "score_result.hpp"
#include "tally_value.hpp"

namespace leadscore {

namespace {

constexpr int rules_argument = 0;
constexpr int attributes_argument = 1;
constexpr int tally_argument = 2;
constexpr int as_of_argument = 3;
constexpr int previous_argument = 4;

// The arguments of one call, ready for core.
struct Inputs {
    Program *program;
    const Value *values; // null: no attributes
    const Tally *tally;  // null: no events
    int64_t as_of;
    bool has_previous;
    std::string_view previous;
};

Inputs read_inputs(FunctionCallInfo fcinfo, CallSite *site) {
    CompiledRules *rules = site->rules(PG_GETARG_DATUM(rules_argument));
    Inputs inputs = {rules->program, nullptr, nullptr, moment_argument(fcinfo, as_of_argument), false, {}};
    if (!PG_ARGISNULL(attributes_argument)) {
        fetch_all_fields(rules->attribute_fields, site->fields_type, PG_GETARG_DATUM(attributes_argument),
                         rules->program->attribute_values.data());
        inputs.values = rules->program->attribute_values.data();
    }
    if (!PG_ARGISNULL(tally_argument)) {
        read_tally(PG_GETARG_DATUM(tally_argument), *site->tally, &rules->program->evidence.digest);
        inputs.tally = site->tally;
    }
    if (PG_NARGS() > previous_argument && !PG_ARGISNULL(previous_argument)) {
        const text *previous = PG_GETARG_TEXT_PP(previous_argument);
        inputs.previous = {VARDATA_ANY(previous), VARSIZE_ANY_EXHDR(previous)};
        inputs.has_previous = true;
    }
    return inputs;
}

// Runs `tell` on the workings of the score and returns its text.
template <typename Tell> char *explain(FunctionCallInfo fcinfo, Tell tell) {
    CallSite *site = CallSite::of(fcinfo, rules_argument, attributes_argument);
    const Inputs inputs = read_inputs(fcinfo, site);
    char *text = nullptr;
    call_core([&inputs, &text, tell] {
        Workings workings;
        const Scored &scored =
            inputs.program->scores->score(inputs.values, inputs.tally, inputs.program->attribute_surroundings(inputs.as_of),
                                          inputs.has_previous ? &inputs.previous : nullptr, workings);
        text = copy_out(tell(inputs.program->rules, scored, workings), 0);
    });
    return text;
}

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
    const Inputs inputs = read_inputs(fcinfo, site);
    const Scored *scored = nullptr;
    call_core([&inputs, &scored] {
        scored = &inputs.program->scores->score(inputs.values, inputs.tally, inputs.program->attribute_surroundings(inputs.as_of),
                                                inputs.has_previous ? &inputs.previous : nullptr);
    });
    if (site->result == nullptr) {
        TupleDesc descriptor = nullptr;
        if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE) {
            ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("score() returns a row")));
        }
        MemoryContext old = MemoryContextSwitchTo(site->context);
        site->result = BlessTupleDesc(CreateTupleDescCopy(descriptor));
        MemoryContextSwitchTo(old);
    }
    return scored_lead(*inputs.program, *scored, site->result);
}

Datum leadscore_explain_rows(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(rules_argument)) {
        PG_RETURN_NULL();
    }
    return DirectFunctionCall1(jsonb_in, CStringGetDatum(explain(fcinfo, explain_rows)));
}

Datum leadscore_explain_tree(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(rules_argument)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_TEXT_P(cstring_to_text(explain(fcinfo, explain_tree)));
}
}
