// calibrate(): rules and the outcomes of leads they scored into rules with a probability.
#include "../core/calibration.hpp"

#include "call_site.hpp"
#include "guard.hpp"
#include "outcome_state.hpp"

namespace leadscore {

namespace {

// Arguments of a step, behind the state.
constexpr int rules_argument = 1;
constexpr int lead_argument = 2; // a score, or a scored_lead
constexpr int converted_argument = 3;

// Columns of scored_lead, from 1.
constexpr AttrNumber score_column = 1;
constexpr AttrNumber dimensions_column = 5;

CompiledRules *take_rules(FunctionCallInfo fcinfo, OutcomeState *state) {
    if (PG_ARGISNULL(rules_argument)) {
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("rules must not be null")));
    }
    CallSite *site = CallSite::of(fcinfo, rules_argument);
    CompiledRules *rules = site->rules(PG_GETARG_DATUM(rules_argument));
    set_rules(state, site->share_rules(rules, PG_GETARG_DATUM(rules_argument))->value);
    return rules;
}

// The score before it is rounded and bounded, of which documents tell the probability: dimensions times weights.
double whole_score(const Rules &rules, Jsonb *dimensions) {
    double score = 0;
    for (const Dimension &dimension : rules.dimensions) {
        JsonbValue points;
        if (!JB_ROOT_IS_OBJECT(dimensions) ||
            getKeyJsonValueFromContainer(&dimensions->root, dimension.name.data(), static_cast<int>(dimension.name.size()),
                                         &points) == nullptr ||
            points.type != jbvNumeric) {
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("the lead has no points of dimension \"%s\"", dimension.name.c_str()),
                            errhint("Calibrate the rules by which the leads were scored.")));
        }
        const Datum number = DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(points.val.numeric));
        score += DatumGetFloat8(number) * static_cast<double>(dimension.weight) / micro_per_unit;
    }
    return score;
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_calibrate_step);
LEADSCORE_FUNCTION(leadscore_calibrate_lead_step);
LEADSCORE_FUNCTION(leadscore_calibrate_final);

// rules, score, converted
Datum leadscore_calibrate_step(PG_FUNCTION_ARGS) {
    OutcomeState *state = open_outcomes(fcinfo);
    take_rules(fcinfo, state);
    if (PG_ARGISNULL(lead_argument) || PG_ARGISNULL(converted_argument)) {
        leave_out(state);
    } else {
        count_outcome(state, PG_GETARG_FLOAT8(lead_argument), unknown, PG_GETARG_BOOL(converted_argument));
    }
    PG_RETURN_POINTER(state);
}

// rules, lead, converted
Datum leadscore_calibrate_lead_step(PG_FUNCTION_ARGS) {
    OutcomeState *state = open_outcomes(fcinfo);
    const CompiledRules *rules = take_rules(fcinfo, state);
    if (PG_ARGISNULL(lead_argument) || PG_ARGISNULL(converted_argument)) {
        leave_out(state);
        PG_RETURN_POINTER(state);
    }
    HeapTupleHeader lead = PG_GETARG_HEAPTUPLEHEADER(lead_argument);
    bool excluded = false;
    bool no_dimensions = false;
    GetAttributeByNum(lead, score_column, &excluded);
    const Datum dimensions = GetAttributeByNum(lead, dimensions_column, &no_dimensions);
    if (excluded || no_dimensions) {
        leave_out(state);
    } else {
        count_outcome(state, whole_score(rules->program->rules, DatumGetJsonbP(dimensions)), unknown,
                      PG_GETARG_BOOL(converted_argument));
    }
    PG_RETURN_POINTER(state);
}

Datum leadscore_calibrate_final(PG_FUNCTION_ARGS) {
    aggregate_context_of(fcinfo);
    const OutcomeState *state = outcomes_argument(fcinfo, 0);
    if (state == nullptr) {
        PG_RETURN_NULL();
    }
    const std::string_view text = rules_text(state->rules);
    int64 leads = 0;
    int64 conversions = 0;
    bool rises = false;
    struct varlena *result = nullptr;
    call_core([state, &text, &leads, &conversions, &rises, &result] {
        const std::vector<OutcomeCell> cells = outcomes_of(state);
        for (const OutcomeCell &cell : cells) {
            leads += cell.leads;
            conversions += cell.conversions;
        }
        const CalibrationLine line = calibrate(cells);
        rises = line.slope > 0;
        Rules rules = read_stored_rules(text);
        Probability probability = probability_of(line);
        if (rules.probability) {
            probability.horizon = rules.probability->horizon;
        }
        rules.probability = probability;
        const std::string written = write_rules(rules);
        read_stored_rules(written); // a document that has become too long is refused
        result = make_rules_value(written);
    });
    if (conversions == 0 || conversions == leads) {
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("calibrate() needs leads that converted and leads that did not"),
                 errdetail("%lld of %lld leads converted.", static_cast<long long>(conversions), static_cast<long long>(leads))));
    }
    if (!rises) {
        ereport(WARNING, (errmsg("higher scores did not convert more often: the probability is the same for every lead")));
    }
    PG_RETURN_POINTER(result);
}
}
