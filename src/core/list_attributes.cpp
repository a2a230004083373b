// The attributes of leads that a document asks for, and where.
#include "study.hpp"

#include "attribute_uses.hpp"
#include "lint.hpp"
#include "study_rows.hpp"

#include <set>

namespace leadscore {

std::string list_attributes(const Rules &rules) {
    std::set<std::string> seen;
    StudyRows rows;
    const auto add = [&](const std::string &place, const std::string &field) {
        if (seen.insert(field).second) {
            rows.row().text("place", place).text("field", field).text("owner", owner_behind(rules, place));
        }
    };
    each_attribute(
        rules,
        [&](const std::string &place, const std::string &field, const std::vector<Test> & /*tests*/) { add(place, field); },
        [&](const std::string &place, const Rule &rule) { add(place, rule.attribute); });
    return rows.finish();
}

} // namespace leadscore
