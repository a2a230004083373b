// What the tests of studies share: a reader that accepts every zone and pattern, rows as text, and the contract's example.
#pragma once

#include "core/json_tree.hpp"
#include "core/rules.hpp"

#include <string>
#include <vector>

namespace study_support {

class AnyHost : public leadscore::DocumentHost {
public:
    std::optional<std::string> time_zone_name(const std::string &name) override {
        return name;
    }
    void check_regex(const std::string &, const std::string &) override {
    }
};

inline leadscore::Rules read(const std::string &json) {
    AnyHost host;
    return leadscore::read_rules(json, host);
}

// A document of these rules (without their brackets) and whatever follows them.
inline leadscore::Rules with_rules(const std::string &rules, const std::string &rest = "") {
    return read("{\"rules\":[" + rules + "]" + (rest.empty() ? "" : ",") + rest + "}");
}

// Each row as the texts of these keys, joined by " | ".
inline std::vector<std::string> rows(const std::string &json, const std::vector<std::string> &keys) {
    std::vector<std::string> lines;
    for (const leadscore::JsonNode &row : leadscore::parse_json(json).items) {
        std::string line;
        for (const std::string &key : keys) {
            for (const leadscore::JsonNode &item : row.items) {
                if (item.key == key) {
                    const bool null = item.kind == leadscore::JsonNode::Kind::null;
                    line += (line.empty() ? "" : " | ") + (null ? std::string("null") : item.text);
                }
            }
        }
        lines.push_back(line);
    }
    return lines;
}

inline const char *const example = R"json({
  "name": "B2B default", "description": "free text", "timezone": "UTC",
  "score": { "min": 0, "max": 100, "decimals": 0 },
  "dimensions": { "fit": { "min": 0, "max": 40, "weight": 1 }, "engagement": { "min": -20, "max": 60 } },
  "groups": { "email": { "dimension": "engagement", "min": -10, "max": 15 }, "form recency": { "take": "max" } },
  "exclude": [ { "name": "competitor", "if": { "email_domain": ["rival.example"] } } ],
  "rules": [
    { "name": "decision maker", "if": { "job_title": { "ilike": "%chief%" } }, "points": 15 },
    { "name": "company size", "attribute": "employees",
      "bands": [ { "points": 0 }, { "from": 50, "points": 5 }, { "from": 200, "points": 10 } ], "missing": -2 },
    { "name": "industry", "attribute": "industry",
      "values": { "Software": 10, "Finance": 5 }, "otherwise": 0, "missing": -1 },
    { "name": "pricing page", "on": "page_view", "if": { "url": { "starts_with": "/pricing" } },
      "points": 5, "at_most": { "hits": 2, "per": "1 day" }, "max": 20, "decay": { "half_life": "14 days" } },
    { "name": "opened a mail", "on": "email_open", "group": "email",
      "measure": { "distinct": "email_id" }, "points": 1, "within": "90 days" },
    { "name": "keeps coming back", "on": "visit", "within": "30 days",
      "bands": [ { "from": 3, "points": 5 }, { "from": 10, "points": 12 } ] },
    { "name": "time on site", "on": "visit", "measure": { "sum": "seconds" },
      "bands": [ { "from": 300, "points": 3 }, { "from": 1800, "points": 8 } ] },
    { "name": "opens what it gets", "on": "email_open", "measure": { "ratio_to": "email_sent" },
      "bands": [ { "from": 0.25, "points": 2 }, { "from": 0.5, "points": 5 } ] },
    { "name": "form this week",  "on": "form", "within": "7 days",  "limit": 1, "points": 20, "group": "form recency" },
    { "name": "form this month", "on": "form", "within": "30 days", "limit": 1, "points": 10, "group": "form recency" },
    { "name": "asked for a quote", "on": ["quote_request", "demo_request"], "points": 30, "limit": 1 },
    { "name": "unsubscribed", "on": "unsubscribe", "points": -20, "limit": 1 },
    { "name": "gone quiet", "on": "*", "measure": "idle",
      "bands": [ { "from": 60, "points": -15 }, { "from": 120, "points": -30 } ] }
  ],
  "stages": [
    { "name": "cold", "qualification": "MQL" },
    { "name": "warm", "qualification": "MQL", "from": 40 },
    { "name": "hot",  "qualification": "SQL", "from": 75, "needs": { "fit": 20 }, "keep": 5 }
  ],
  "labels": {
    "grade": { "of": "fit", "levels": [ { "name": "C" }, { "name": "B", "from": 15 }, { "name": "A", "from": 30 } ] }
  }
})json";

} // namespace study_support
