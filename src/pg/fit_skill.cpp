// fit_skill(): whether leads that had no part in rules show that these can tell.
#include "../core/fit_report.hpp"
#include "../core/json_writer.hpp"

#include "guard.hpp"

#include <cmath>

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"
}

namespace leadscore {

namespace {

enum Part { part_leads, part_conversions, part_auc, part_auc_low, part_log_loss, part_base_log_loss, part_count };

double logit(double share) {
    return std::log(share / (1 - share));
}

FitMeasures part_of(ArrayType *given) {
    FitMeasures measures;
    if (ARR_NDIM(given) != 1 || ARR_DIMS(given)[0] != part_count || ARR_HASNULL(given) || ARR_ELEMTYPE(given) != FLOAT8OID) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("expected six measures of a part")));
    }
    const auto *part = reinterpret_cast<const float8 *>(ARR_DATA_PTR(given));
    measures.leads = static_cast<int64_t>(part[part_leads]);
    measures.conversions = static_cast<int64_t>(part[part_conversions]);
    measures.auc = part[part_auc];
    // The limit lies where the logit of the AUC less 1.96 of its errors is.
    if (part[part_auc] > 0 && part[part_auc] < 1 && part[part_auc_low] > 0 && part[part_auc_low] < part[part_auc]) {
        measures.auc_error = (logit(part[part_auc]) - logit(part[part_auc_low])) * part[part_auc] * (1 - part[part_auc]) / 1.959963984540054;
    }
    measures.log_loss = part[part_log_loss];
    measures.base_log_loss = part[part_base_log_loss];
    return measures;
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_fit_skill);

Datum leadscore_fit_skill(PG_FUNCTION_ARGS) {
    const FitMeasures test = part_of(PG_GETARG_ARRAYTYPE_P(0));
    const FitMeasures validation = part_of(PG_GETARG_ARRAYTYPE_P(1));
    char *skill = nullptr;
    call_core([&test, &validation, &skill] {
        std::string text;
        write_skill(text, skill_of(test, validation));
        skill = copy_out(text, 0);
    });
    PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(skill)));
}

} // extern "C"
