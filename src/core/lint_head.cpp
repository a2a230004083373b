// lint_rules, names that mean something else than they look like: zones west of Greenwich, dimensions nearly spelled alike.
#include "lint.hpp"

#include "meant_words.hpp"
#include "number.hpp"

#include <algorithm>

namespace leadscore {

namespace {

size_t rules_in(const Rules &rules, const std::string &dimension) {
    return static_cast<size_t>(
        std::count_if(rules.rules.begin(), rules.rules.end(), [&](const Rule &rule) { return rule.dimension == dimension; }));
}

// The first rule or group that names the dimension.
std::string place_of_dimension(const Rules &rules, const std::string &dimension) {
    for (const Group &group : rules.groups) {
        if (group.dimension == dimension) {
            return keyed("groups", group.name) + ".dimension";
        }
    }
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        if (rules.rules[i].dimension == dimension) {
            return indexed("rules", i) + ".dimension";
        }
    }
    return {};
}

std::string without_digits(std::string text) {
    text.erase(std::remove_if(text.begin(), text.end(), is_digit), text.end());
    return text;
}

bool nearly_alike(const std::string &a, const std::string &b) {
    constexpr size_t most_compared = 100;
    if (a.size() > most_compared || b.size() > most_compared || without_digits(a) == without_digits(b)) {
        return false; // level 1 and level 2
    }
    const std::string one = plain_word(a);
    const std::string other = plain_word(b);
    const size_t shorter = std::min(one.size(), other.size());
    return one == other || (shorter > 3 && letters_apart(one, other) <= (shorter < 7 ? 1U : 2U));
}

} // namespace

void lint_zone(const Rules &rules, Findings &findings) {
    const std::string &zone = rules.timezone;
    const size_t sign = zone.find_last_of("+-");
    if (sign == std::string::npos || sign + 1 == zone.size() ||
        zone.find_first_not_of("0123456789:", sign + 1) != std::string::npos ||
        zone.find_first_of("123456789", sign + 1) == std::string::npos) {
        return;
    }
    const char *const side = zone[sign] == '+' ? "west" : "east";
    findings.warn("time zone", "timezone",
                  json_string(zone) + " lies " + side +
                      " of Greenwich, for PostgreSQL takes its sign as POSIX does; a name such as " +
                      "\"Europe/Berlin\" leaves no doubt");
}

void lint_dimension_names(const Rules &rules, Findings &findings) {
    if (rules.dimensions_declared) {
        return;
    }
    for (size_t i = 0; i < rules.dimensions.size(); ++i) {
        for (size_t j = i + 1; j < rules.dimensions.size(); ++j) {
            const std::string *rare = &rules.dimensions[j].name;
            const std::string *usual = &rules.dimensions[i].name;
            if (!nearly_alike(*rare, *usual)) {
                continue;
            }
            const bool defaulted = *rare == "fit" || *rare == "engagement";
            if (defaulted || (rules_in(rules, *rare) > rules_in(rules, *usual) && *usual != "fit" && *usual != "engagement")) {
                std::swap(rare, usual);
            }
            findings.warn("dimension", place_of_dimension(rules, *rare),
                          "dimension " + json_string(*rare) + " is nearly spelled as " + json_string(*usual) +
                              "; a document with \"dimensions\" refuses names that are not among them");
        }
    }
}

} // namespace leadscore
