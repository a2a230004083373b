// reliability_plot(), lift_plot(), evaluation_svg(): counts as pictures.
#include "../core/svg_plot.hpp"
#include "../core/text_plot.hpp"

#include "guard.hpp"
#include "outcome_state.hpp"

namespace leadscore {

namespace {

Datum picture(FunctionCallInfo fcinfo, std::string (*draw)(const std::vector<OutcomeCell> &)) {
    aggregate_context_of(fcinfo);
    const OutcomeState *state = outcomes_argument(fcinfo, 0);
    char *drawn = nullptr;
    size_t size = 0;
    call_core([state, draw, &drawn, &size] {
        const std::string text = draw(outcomes_of(state));
        size = text.size() + VARHDRSZ;
        drawn = copy_out(text, VARHDRSZ);
    });
    SET_VARSIZE(drawn, size);
    PG_RETURN_POINTER(drawn);
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_reliability_final);
LEADSCORE_FUNCTION(leadscore_lift_final);
LEADSCORE_FUNCTION(leadscore_svg_final);

Datum leadscore_reliability_final(PG_FUNCTION_ARGS) {
    return picture(fcinfo, reliability_text);
}

Datum leadscore_lift_final(PG_FUNCTION_ARGS) {
    return picture(fcinfo, lift_text);
}

Datum leadscore_svg_final(PG_FUNCTION_ARGS) {
    return picture(fcinfo, evaluation_svg);
}
}
