// stability_index(): leads of then and now, compared by their scores.
#include "../core/stability.hpp"

#include "guard.hpp"
#include "outcome_state.hpp"

#include <cmath>

namespace leadscore {

namespace {

constexpr int usual_bands = 10;

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_stability_final);

// An index that cannot be told is NULL.
Datum leadscore_stability_final(PG_FUNCTION_ARGS) {
    aggregate_context_of(fcinfo);
    const OutcomeState *state = outcomes_argument(fcinfo, 0);
    double index = 0;
    call_core([state, &index] {
        index = stability_index(outcomes_of(state), state != nullptr && state->bands != 0 ? state->bands : usual_bands);
    });
    if (std::isnan(index)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_FLOAT8(index);
}
}
