// One row into the counts of the aggregates that judge scores.
#include "../core/score_bands.hpp"

#include "outcome_state.hpp"

#include <cmath>

namespace leadscore {

namespace {

// Arguments of a step, behind the state.
constexpr int score_argument = 1;
constexpr int converted_argument = 2;
constexpr int third_argument = 3;

void check_probability(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("a probability must lie between 0 and 1"),
                        errhint("A score is no probability: score() tells one if the rules have a \"probability\", which "
                                "calibrate() can give them.")));
    }
}

// A lead without a score or an outcome cannot be judged.
void count_lead(FunctionCallInfo fcinfo, OutcomeState *state, double other) {
    if (PG_ARGISNULL(score_argument) || PG_ARGISNULL(converted_argument)) {
        leave_out(state);
    } else {
        count_outcome(state, PG_GETARG_FLOAT8(score_argument), other, PG_GETARG_BOOL(converted_argument));
    }
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_outcomes_step);
LEADSCORE_FUNCTION(leadscore_outcomes_probability_step);
LEADSCORE_FUNCTION(leadscore_outcomes_reliability_step);
LEADSCORE_FUNCTION(leadscore_outcomes_bands_step);
LEADSCORE_FUNCTION(leadscore_outcomes_compare_step);

// score, converted
Datum leadscore_outcomes_step(PG_FUNCTION_ARGS) {
    OutcomeState *state = open_outcomes(fcinfo);
    count_lead(fcinfo, state, unknown);
    PG_RETURN_POINTER(state);
}

// score, converted, probability
Datum leadscore_outcomes_probability_step(PG_FUNCTION_ARGS) {
    OutcomeState *state = open_outcomes(fcinfo);
    double probability = unknown;
    if (!PG_ARGISNULL(third_argument)) {
        probability = PG_GETARG_FLOAT8(third_argument);
        check_probability(probability);
    }
    count_lead(fcinfo, state, probability);
    PG_RETURN_POINTER(state);
}

// probability, converted
Datum leadscore_outcomes_reliability_step(PG_FUNCTION_ARGS) {
    OutcomeState *state = open_outcomes(fcinfo);
    if (!PG_ARGISNULL(score_argument)) {
        check_probability(PG_GETARG_FLOAT8(score_argument));
    }
    count_lead(fcinfo, state, unknown);
    PG_RETURN_POINTER(state);
}

// score, converted, bands
Datum leadscore_outcomes_bands_step(PG_FUNCTION_ARGS) {
    OutcomeState *state = open_outcomes(fcinfo);
    if (PG_ARGISNULL(third_argument)) {
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("bands must not be null")));
    }
    const int32 bands = PG_GETARG_INT32(third_argument);
    if (bands < 1 || bands > most_bands) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("bands must be a number from 1 to %d", most_bands)));
    }
    set_bands(state, bands);
    count_lead(fcinfo, state, unknown);
    PG_RETURN_POINTER(state);
}

// a, b, converted
Datum leadscore_outcomes_compare_step(PG_FUNCTION_ARGS) {
    OutcomeState *state = open_outcomes(fcinfo);
    if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3) || !std::isfinite(PG_GETARG_FLOAT8(2))) {
        leave_out(state);
    } else {
        count_outcome(state, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), PG_GETARG_BOOL(3));
    }
    PG_RETURN_POINTER(state);
}
}
