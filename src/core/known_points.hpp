// What is known of a lead's event rules from the last time they were counted: so that an event looks only at the rules it
// touches.
#pragma once

#include "no_postgres.hpp"
#include "decimal.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadscore {

// Points of an event rule that found cells. A rule that is not listed gives what it gives without any evidence, at every moment.
struct KnownRule {
    uint32_t rule;
    int128 points; // micro units
    bool hours;    // its unit of time
    int64_t next;  // before this tick the points stay the same; INT64_MAX: they always do
};

// A dimension that an adjustment has started again: which cells counted.
struct KnownRestart {
    uint32_t dimension;
    int64_t day;
    int64_t hour;
};
bool operator==(const KnownRestart &a, const KnownRestart &b) noexcept;

// How many bytes an evidence takes in a packed tally.
struct SectionSize {
    uint32_t evidence;
    size_t bytes;
};

// Lists ascend by their first field.
struct KnownPoints {
    int64_t day = 0; // ticks of the moment it is of
    int64_t hour = 0;
    std::vector<KnownRestart> restarts;
    std::vector<KnownRule> rules;
    std::vector<SectionSize> sections; // of the packed tally beside it

    int64_t tick(bool hours) const noexcept {
        return hours ? hour : day;
    }
};

// Canonical: one value has one sequence of bytes. Reading throws Problem(Trouble::bytes).
std::string write_known_points(const KnownPoints &known);
void read_known_points(std::string_view bytes, KnownPoints &known);

} // namespace leadscore
