// What can be said of a condition without looking at any lead: that it always holds, never holds, or contradicts itself.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"

#include <string>
#include <vector>

namespace leadscore {

enum class Verdict { depends, always, never };

// `always` and `never` are certain; `depends` may also be a riddle too hard to solve here.
Verdict verdict(const Condition &condition);

// Tests that cannot hold together. With `arrays_may` an array can still meet them, each test by another element.
struct Contradiction {
    std::string place;
    std::string message;
    bool arrays_may = false;
};
std::vector<Contradiction> contradictions(const Condition &condition, const std::string &place);

} // namespace leadscore
