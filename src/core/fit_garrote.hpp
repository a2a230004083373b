// Factors of columns, none below zero: a logistic regression on what columns tell alone.
#pragma once

#include "no_postgres.hpp"
#include "text_match.hpp"

#include <Eigen/Dense>

#include <cstdint>
#include <vector>

namespace leadscore {

struct FitFactors {
    double intercept = 0;
    Eigen::VectorXd of;
};

// One row a lead, one column of `alone` a column. The square of a factor costs half of `ridge`, a factor some of it, too. Begins
// at `factors`, which has its size.
void fit_factors(const Eigen::MatrixXd &alone, const std::vector<uint8_t> &converted, double ridge, GoOn go_on,
                 FitFactors &factors);

} // namespace leadscore
