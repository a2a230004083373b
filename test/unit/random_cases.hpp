// Random documents, zones, tallies and adjustments around day 100, for tests that compare two ways to one score.
#pragma once

#include "score_support.hpp"

#include <random>
#include <set>

namespace random_cases {

using namespace leadscore;
using namespace score_support;
using namespace value_support;
using Random = std::mt19937_64;

inline int below(Random &random, int most) {
    return static_cast<int>(random() % static_cast<uint64_t>(most));
}

inline bool chance(Random &random, int percent) {
    return below(random, 100) < percent;
}

inline std::string points(Random &random) {
    static const char *const some[] = {"1", "5", "-3", "0.5", "-1", "10", "2.25", "0"};
    return some[below(random, 8)];
}

inline std::string bounds(Random &random, int percent) {
    std::string text;
    const int low = below(random, 12) - 8;
    text += chance(random, percent) ? ",\"min\":" + std::to_string(low) : "";
    text += chance(random, percent) ? ",\"max\":" + std::to_string(low + below(random, 12)) : "";
    return text;
}

inline std::string duration(Random &random, bool hours) {
    return "\"" + std::to_string(1 + below(random, hours ? 60 : 25)) + (hours ? " hours\"" : " days\"");
}

inline std::string bands(Random &random, bool ratio) {
    std::string list = chance(random, 70) ? "{\"points\":" + points(random) + "}" : "";
    for (int from = 1 + below(random, 3), i = 0; i < 3; ++i, from += 1 + below(random, 6)) {
        list += std::string(list.empty() ? "" : ",") + "{\"from\":" + (ratio ? "0." : "") + std::to_string(from) +
                ",\"points\":" + points(random) + "}";
        if (ratio && from > 3) {
            break;
        }
    }
    return ",\"bands\":[" + list + "],\"missing\":" + points(random);
}

inline std::string event_rule(Random &random) {
    const bool hours = chance(random, 15);
    std::string text = std::string("\"on\":\"") + "xyz"[below(random, 3)] + "\"";
    const std::string within = chance(random, 50) ? ",\"within\":" + duration(random, hours) : "";
    const int measure = below(random, 10);
    if (measure == 0) {
        return text + R"(,"measure":"idle")" + bands(random, false);
    }
    if (measure == 1) {
        return text + within + R"(,"measure":{"ratio_to":")" + "xyz"[below(random, 3)] + "\"}" + bands(random, true);
    }
    text += measure < 4 ? R"(,"measure":{"sum":"p"})" : measure < 6 ? R"(,"measure":{"distinct":"p"})" : "";
    text += within;
    if (measure >= 6) {
        text += chance(random, 15) ? ",\"burst\":2" : "";
    }
    if (measure >= 4) {
        text += chance(random, 25) ? ",\"at_most\":{\"hits\":" + std::to_string(1 + below(random, 2)) +
                                         ",\"per\":" + duration(random, hours) + "}"
                                   : "";
        text += chance(random, 25) ? ",\"limit\":" + std::to_string(1 + below(random, 4)) : "";
    }
    if (chance(random, 30)) {
        return text + bands(random, false);
    }
    text += ",\"points\":" + points(random);
    switch (below(random, 6)) {
    case 0:
        return text + ",\"decay\":{\"half_life\":" + duration(random, hours) + "}";
    case 1:
        return text + ",\"decay\":{\"linear\":" + duration(random, hours) + "}";
    case 2:
        return text + ",\"decay\":{\"every\":" + duration(random, hours) + ",\"lose\":0.3}";
    default:
        return text;
    }
}

inline std::string clock_condition(Random &random) {
    static const char *const operators[] = {"within_last", "older_than", "within_next"};
    std::string test = std::string("{\"") + operators[below(random, 3)] + "\":" + duration(random, chance(random, 40)) + "}";
    test = std::string("{\"t") + "01"[below(random, 2)] + "\":" + test + "}";
    return chance(random, 30) ? "{\"not\":" + test + "}" : test;
}

inline std::string document(Random &random) {
    std::string rules;
    for (int i = 1 + below(random, 5); i > 0; --i) {
        rules += rules.empty() ? "{" : ",{";
        rules += "\"name\":\"" + std::to_string(i) + "\",";
        rules += chance(random, 85) ? event_rule(random) : "\"if\":" + clock_condition(random) + ",\"points\":" + points(random);
        rules += chance(random, 30) ? R"(,"group":"g")" : chance(random, 40) ? R"(,"dimension":"intent")" : "";
        rules += bounds(random, 25) + "}";
    }
    static const char *const takes[] = {"sum", "max", "min"};
    std::string text = "{\"timezone\":\"any\",\"rules\":[" + rules + "],\"groups\":{\"g\":{\"take\":\"" +
                       takes[below(random, 3)] + "\"" + bounds(random, 20) +
                       "}},\"score\":{\"decimals\":" + std::to_string(below(random, 3)) + bounds(random, 20) + "}";
    text += R"(,"dimensions":{"fit":{},"engagement":{"weight":1)" + bounds(random, 30) + R"(},"intent":{"weight":-0.5)" +
            bounds(random, 30) + "}}";
    text += R"(,"stages":[{"name":"cold"},{"name":"warm","from":2,"keep":1},{"name":"hot","from":9,"needs":{"intent":0}}])";
    text += R"(,"labels":{"l":{"of":"engagement","levels":[{"name":"a"},{"name":"b","from":3}]}})";
    text += chance(random, 30) ? R"(,"probability":{"intercept":-1,"slope":0.1})" : "";
    text += chance(random, 20) ? ",\"exclude\":[{\"name\":\"e\",\"if\":" + clock_condition(random) + "}]" : "";
    return text + "}";
}

// Days of which some begin at odd times, around day 100.
inline Zone zone_of(Random &random) {
    std::vector<Zone::Span> spans{{0, static_cast<int32_t>(below(random, 25) - 12) * 3600}};
    if (chance(random, 50)) {
        return Zone(spans);
    }
    int64_t from = 90 * seconds_per_day;
    for (int i = below(random, 4); i >= 0; --i) {
        from += below(random, 12 * 24) * 3600 + (chance(random, 30) ? 60 : 3600);
        spans.push_back({from, static_cast<int32_t>(below(random, 49) - 24) * 1800});
    }
    return Zone(spans);
}

inline Tally tally_of(Random &random, const EvidenceSet &set) {
    Tally tally = tally_support::empty_tally(set.ids);
    for (uint32_t e = 0; e < set.ids.size(); ++e) {
        std::set<int64_t> ticks;
        for (int i = below(random, 9); i > 0; --i) {
            const int64_t span = chance(random, 70) ? 25 : 120;
            const int64_t day = 100 - below(random, static_cast<int>(span)) + (chance(random, 10) ? below(random, 160) : 0);
            ticks.insert(set.items[e].hour_ticks ? day * 24 + below(random, 24) : day);
        }
        const auto amount = [&] { return chance(random, 8) ? -1 : 1 + below(random, 3); };
        if (set.items[e].kept == Kept::distinct) {
            for (const char *value : {"a", "b", "c"}) {
                for (const int64_t tick : ticks) {
                    if (chance(random, 50)) {
                        tally.values.push_back({e, value_key(ValueType::text, value), tick, amount()});
                    }
                }
            }
        }
        const bool mixed = chance(random, 30);
        for (const int64_t tick : ticks) {
            if (set.items[e].kept == Kept::count) {
                tally.counts.push_back({e, tick, amount()});
            } else if (set.items[e].kept == Kept::sum) {
                const int64_t sum = 1 + below(random, 5);
                tally.sums.push_back({e, tick, (mixed && chance(random, 50) ? -sum : sum) * micro_per_unit});
            }
        }
    }
    check_tally(tally);
    return tally;
}

inline Adjustments adjustments_of(Random &random) {
    Adjustments adjustments;
    for (int i = chance(random, 60) ? 0 : 1 + below(random, 4); i > 0; --i) {
        static const char *const dimensions[] = {"fit", "engagement", "intent", "other"};
        const int64_t at = (60 + below(random, 70)) * micro_per_day + below(random, 24) * micro_per_hour + below(random, 3) - 1;
        adjustments.push_back({dimensions[below(random, 4)], chance(random, 50), (below(random, 9) - 4) * micro_per_unit, at});
    }
    std::stable_sort(adjustments.begin(), adjustments.end(), [](const auto &a, const auto &b) { return a.at < b.at; });
    return adjustments;
}

// What anybody can see of a score, as text.
inline std::string shown(const Rules &rules, const Scored &scored) {
    std::string text;
    for (const int128 points : scored.dimensions) {
        text += micro_text(points) + " ";
    }
    for (const int level : scored.levels) {
        text += std::to_string(level) + " ";
    }
    if (scored.excluded) {
        return text + "excluded by " + rules.exclusions[scored.exclusion].name;
    }
    return text + micro_text(scored.score) + " " + std::to_string(scored.stage) + " " +
           (scored.has_probability ? std::to_string(scored.probability) : "");
}

} // namespace random_cases
