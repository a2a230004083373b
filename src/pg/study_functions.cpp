// Functions that look at documents alone: rules_of(), score_range(), lint_rules(), diff_rules(), evidence_of(). The core returns
// rows as JSON text; SQL turns them into columns.
#include "../core/evidence.hpp"
#include "../core/study.hpp"

#include "guard.hpp"
#include "program.hpp"
#include "rules_value.hpp"

namespace leadscore {

namespace {

Datum rows(FunctionCallInfo fcinfo, std::string (*list)(const Rules &)) {
    const auto *value = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0)));
    const std::string_view text = rules_text(value);
    char *json = nullptr;
    call_core([&text, &json, list] { json = copy_out(list(read_stored_rules(text)), 0); });
    return DirectFunctionCall1(jsonb_in, CStringGetDatum(json));
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_rules_rows);
LEADSCORE_FUNCTION(leadscore_range_rows);
LEADSCORE_FUNCTION(leadscore_lint_rows);
LEADSCORE_FUNCTION(leadscore_evidence_rows);
LEADSCORE_FUNCTION(leadscore_attribute_rows);
LEADSCORE_FUNCTION(leadscore_comparison_rows);
LEADSCORE_FUNCTION(leadscore_diff_rows);

Datum leadscore_rules_rows(PG_FUNCTION_ARGS) {
    return rows(fcinfo, list_rules);
}

Datum leadscore_range_rows(PG_FUNCTION_ARGS) {
    return rows(fcinfo, list_ranges);
}

Datum leadscore_lint_rows(PG_FUNCTION_ARGS) {
    return rows(fcinfo, list_findings);
}

Datum leadscore_evidence_rows(PG_FUNCTION_ARGS) {
    return rows(fcinfo, list_evidence);
}

Datum leadscore_attribute_rows(PG_FUNCTION_ARGS) {
    return rows(fcinfo, list_attributes);
}

Datum leadscore_comparison_rows(PG_FUNCTION_ARGS) {
    return rows(fcinfo, list_comparisons);
}

Datum leadscore_diff_rows(PG_FUNCTION_ARGS) {
    const auto *before = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0)));
    const auto *after = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1)));
    const std::string_view before_text = rules_text(before);
    const std::string_view after_text = rules_text(after);
    char *json = nullptr;
    call_core([&before_text, &after_text, &json] {
        json = copy_out(list_differences(read_stored_rules(before_text), read_stored_rules(after_text)), 0);
    });
    return DirectFunctionCall1(jsonb_in, CStringGetDatum(json));
}
}
