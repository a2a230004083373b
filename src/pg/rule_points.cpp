// rule_points(): what each rule gives a lead, for sums over many leads: an explanation without its words.
#include "score_inputs.hpp"
#include "score_result.hpp"

namespace leadscore {

namespace {

constexpr ScoreArguments arguments = {3, 4, 5};

// Plain data. `points` in micro units.
struct RulePoints {
    bool excluded;
    int count;
    int128 *points;
    bool *missing; // of disabled rules
};

RulePoints count_points(const ScoreInputs &inputs) {
    RulePoints result = {};
    const size_t most = inputs.program->rules.rules.size() + 1;
    // palloc aligns to 8 bytes only.
    result.points = reinterpret_cast<int128 *>(TYPEALIGN(alignof(int128), palloc0(sizeof(int128) * (most + 1))));
    result.missing = static_cast<bool *>(palloc0(sizeof(bool) * most));
    call_core([&inputs, &result] {
        Workings workings;
        const Adjustments adjustments = inputs.read_adjustments();
        const Scored &scored =
            inputs.program->scores->score(inputs.values, inputs.tally, inputs.program->attribute_surroundings(inputs.as_of),
                                          inputs.stage_before(), workings, &adjustments);
        result.excluded = scored.excluded;
        result.count = static_cast<int>(workings.rules.size());
        for (size_t i = 0; i < workings.rules.size(); ++i) {
            result.missing[i] = !workings.rules[i].has_value();
            result.points[i] = workings.rules[i] ? workings.rules[i]->points : 0;
        }
    });
    return result;
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_rule_points);

Datum leadscore_rule_points(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(rules_argument)) {
        PG_RETURN_NULL();
    }
    CallSite *site = CallSite::of(fcinfo, rules_argument, attributes_argument);
    const RulePoints given = count_points(read_score_inputs(fcinfo, site, arguments));
    if (given.excluded) {
        PG_RETURN_NULL();
    }
    auto *values = static_cast<Datum *>(palloc0(sizeof(Datum) * static_cast<size_t>(given.count + 1)));
    for (int i = 0; i < given.count; ++i) {
        values[i] = micro_numeric(given.points[i]);
    }
    int dimension = given.count;
    int lowest = 1;
    PG_RETURN_ARRAYTYPE_P(construct_md_array(values, given.missing, given.count > 0 ? 1 : 0, &dimension, &lowest, NUMERICOID, -1,
                                             false, TYPALIGN_INT));
}
}
