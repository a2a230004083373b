// A document that only tells which evidence two others need together.
#include "union_rules.hpp"

#include "evidence.hpp"
#include "problem.hpp"

#include <algorithm>
#include <set>

namespace leadscore {

Rules union_rules(const Rules &left, const Rules &right) {
    if (left.timezone != right.timezone) {
        throw Problem(Trouble::unsupported, "", "events cannot be counted for two time zones at once",
                      "Change the rules with at_once => true.");
    }
    Rules both;
    both.timezone = left.timezone;
    std::set<EvidenceId> covered;
    for (const Rules *rules : {&left, &right}) {
        const EvidenceSet evidence = evidence_of(*rules);
        for (size_t i = 0; i < rules->rules.size(); ++i) {
            const EvidenceUse &use = evidence.uses[i];
            bool news = false;
            for (const int index : {use.main, use.divisor}) {
                news = (index >= 0 && covered.insert(evidence.ids[static_cast<size_t>(index)]).second) || news;
            }
            if (!news) {
                continue;
            }
            Rule rule = rules->rules[i];
            rule.name = std::to_string(both.rules.size() + 1);
            rule.description.clear();
            rule.group.clear();
            rule.dimension = "engagement";
            both.rules.push_back(std::move(rule));
        }
    }
    if (both.rules.size() > most_rules) {
        throw Problem(Trouble::limit, "", "both documents together have more than 4096 rules", "Change the rules with at_once => true.");
    }
    return both;
}

} // namespace leadscore
