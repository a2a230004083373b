// The parts of lint_rules: each looks at one section of a document and adds what it finds.
#pragma once

#include "no_postgres.hpp"
#include "range.hpp"
#include "rules.hpp"
#include "study_rows.hpp"

#include <string>
#include <vector>

namespace leadscore {

class Findings {
public:
    explicit Findings(const Rules &rules) : rules_(rules) {
    }
    // Surely a mistake.
    void error(const char *topic, const std::string &place, const std::string &message) {
        add("error", topic, place, message);
    }
    // Probably not what was meant.
    void warn(const char *topic, const std::string &place, const std::string &message) {
        add("warning", topic, place, message);
    }
    // Good to know.
    void note(const char *topic, const std::string &place, const std::string &message) {
        add("note", topic, place, message);
    }
    std::string finish() {
        return rows_.finish();
    }

private:
    void add(const char *severity, const char *topic, const std::string &place, const std::string &message);

    const Rules &rules_;
    StudyRows rows_;
};

// (rule "pricing page") for a place such as rules[17].points, to stand behind a message; of exclusions, too; empty for other places.
std::string owner_behind(const Rules &rules, const std::string &place);

// "35", "without limit"
std::string amount(const Bound &bound);
std::string points_text(const Bound &bound);                         // "1 point", "35 points"
std::string indexed(const std::string &list, size_t index);          // rules[3]
std::string keyed(const std::string &place, const std::string &key); // groups.email

// What `min` and `max` at `place` do to `what`, e.g. `group "email"`.
void lint_caps(const std::string &place, const std::string &what, const std::optional<int64_t> &min,
               const std::optional<int64_t> &max, const CapRange &range, Findings &findings);

// Patterns in a condition, with signs that stand for themselves there.
void lint_patterns(const Condition &condition, const std::string &place, Findings &findings);
void lint_zone(const Rules &rules, Findings &findings);
// Dimensions of a document without `dimensions`.
void lint_dimension_names(const Rules &rules, Findings &findings);
// Every rule by itself.
void lint_each_rule(const Rules &rules, const DocumentRange &ranges, Findings &findings);
// Rules that say the same, or that another rule of their group always outdoes.
void lint_shadows(const Rules &rules, const DocumentRange &ranges, Findings &findings);
void lint_stages(const Rules &rules, const DocumentRange &ranges, Findings &findings);
void lint_labels(const Rules &rules, const DocumentRange &ranges, Findings &findings);

} // namespace leadscore
