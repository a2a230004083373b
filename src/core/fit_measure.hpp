// How well points told who would convert.
#pragma once

#include "no_postgres.hpp"
#include "fit_points.hpp"

namespace leadscore {

struct FitMeasures {
    int64_t leads = 0;
    int64_t conversions = 0;
    double auc = 0.5; // ties count half
    double auc_low = 0;
    double auc_high = 1;
    double auc_error = 0; // standard error (DeLong)
    double log_loss = 0;
    double base_log_loss = 0; // of the rate alone, the same for every lead
    double calibration_error = 0;
    double lift_10 = 0;
    double lift_20 = 0;
};

FitMeasures measures_of(const FitTotals &totals, const FitLine &line);

} // namespace leadscore
