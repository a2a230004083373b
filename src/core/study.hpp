// What can be said of a document without any lead. Each function returns a JSON array of row objects, for jsonb_to_recordset.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"

#include <string>

namespace leadscore {

// One row a rule: position, name, enabled, dimension, group, on, form, measure, points, lowest, highest, description, rule.
std::string list_rules(const Rules &rules);

// Rows of scope ("rule", "group", "dimension", "score"), name, lowest, highest: attainable through all caps; "-Infinity" and
// "Infinity" as text.
std::string list_ranges(const Rules &rules);

// Rows of severity ("error", "warning", "note"), topic, place, message.
std::string list_findings(const Rules &rules);

// Rows of change ("added", "removed", "changed", "moved"), part, name, before, after.
std::string list_differences(const Rules &before, const Rules &after);

// Rows of place, field: each attribute of leads the document asks for, at the first place that does.
std::string list_attributes(const Rules &rules);

// Rows of place, field, kind: for each attribute of leads the kinds of values that tests of it can be met by, each at the first
// place that does so: "number", "boolean", "text" (as dates and times are compared, too), "pattern" (of texts alone), "moment"
// (of dates, times and texts that are some).
std::string list_comparisons(const Rules &rules);

} // namespace leadscore
