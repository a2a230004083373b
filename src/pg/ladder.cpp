// leads_up_to(): ranks from a ladder, numbers in ascending order and behind them how many leads stand on each step and those
// before it.
#include "server.hpp"

#include <algorithm>

namespace leadscore {

namespace {

// Plain data: both halves of the array.
struct Ladder {
    const float8 *steps;
    const float8 *leads;
    int64 count;
};

Ladder ladder_of(ArrayType *array) {
    const int count = ARR_NDIM(array) == 0 ? 0 : ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
    if (ARR_NDIM(array) > 1 || ARR_HASNULL(array) || count % 2 != 0) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("a ladder has one dimension, an even number of elements and no nulls")));
    }
    const auto *values = reinterpret_cast<const float8 *>(ARR_DATA_PTR(array));
    return {values, values + count / 2, count / 2};
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_leads_up_to);

Datum leadscore_leads_up_to(PG_FUNCTION_ARGS) {
    const Ladder ladder = ladder_of(PG_GETARG_ARRAYTYPE_P(0));
    const int64 steps = std::upper_bound(ladder.steps, ladder.steps + ladder.count, PG_GETARG_FLOAT8(1)) - ladder.steps;
    const float8 leads = steps == 0 ? 0 : ladder.leads[steps - 1];
    if (!(leads >= 0 && leads < 9e18)) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a ladder counts leads")));
    }
    PG_RETURN_INT64(static_cast<int64>(leads));
}
}
