// What fitting found, as JSON.
#pragma once

#include "no_postgres.hpp"
#include "fit_document.hpp"
#include "fit_measure.hpp"

namespace leadscore {

struct FitSkill {
    bool found = false;
    std::string why;
};

// Skill is found if leads that had no part in the rules show it: the 99 % limits of the AUC stay above a half, and the
// probabilities lose at least half a percent less than the rate alone. These leads are the test part, or, if fewer than 20 of it
// converted or did not, those of inner validation.
FitSkill skill_of(const FitMeasures &test, const FitMeasures &validation);

// As a JSON object.
void write_skill(std::string &text, const FitSkill &skill);

struct FitFindings {
    const FitModel &model;
    const FitDocument &document;
    const FitTotals &training;
    const FitMeasures &training_measures;
    const FitMeasures &test_measures;
    const std::vector<FitLeftOut> &left_out;
    const std::vector<uint8_t> &converted; // of the training part
};

std::string report_of(const FitFindings &findings, const FitSettings &settings);

} // namespace leadscore
