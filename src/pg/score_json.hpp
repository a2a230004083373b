// Dimensions and labels of a score as jsonb.
#pragma once

#include "../core/rules.hpp"
#include "../core/score_program.hpp"
#include "server.hpp"

namespace leadscore {

// The objects made for the last lead: those of the next one mostly differ in a few bytes. Plain data.
struct ScoreJson {
    MemoryContext memory; // of the rules
    Jsonb *dimensions;    // null: none yet
    size_t *places;       // by dimension: of its number in that
    Jsonb *labels;
    int *levels; // that those say
};

// Good until the next call with the same `last`.
Datum dimensions_jsonb(ScoreJson &last, const Rules &rules, const Scored &scored);
Datum labels_jsonb(ScoreJson &last, const Rules &rules, const Scored &scored);

} // namespace leadscore
