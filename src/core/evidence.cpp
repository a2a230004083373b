// Evidence of the event rules of a document.
#include "evidence.hpp"

#include "hash.hpp"
#include "problem.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace leadscore {

namespace {

std::string kinds_text(const Kinds &kinds) {
    if (kinds.every) {
        return "\"*\"";
    }
    std::string text = "[";
    for (const std::string &name : kinds.names) {
        text += (text.size() > 1 ? "," : "") + json_string(name);
    }
    return text + "]";
}

EvidenceId id_of(const std::string &text, Kept kept) noexcept {
    return (XXH3_64bits(text.data(), text.size()) & ~static_cast<EvidenceId>(3)) | static_cast<EvidenceId>(kept);
}

// Fills in text and id. The text must never change for the same meaning: it is what stored tallies are known by.
Evidence named(Evidence evidence, const std::string &timezone) {
    static constexpr const char *kept_names[] = {"\"count\"", "sum", "distinct"};
    std::string text = "{\"on\":" + kinds_text(evidence.kinds);
    if (evidence.has_condition) {
        text += ",\"if\":" + write_condition(evidence.condition);
    }
    text += evidence.hour_ticks ? ",\"tick\":\"hour\"" : ",\"tick\":\"day\"";
    text += ",\"timezone\":" + json_string(timezone) + ",\"keep\":";
    if (evidence.kept == Kept::count) {
        text += kept_names[0];
    } else {
        text += std::string("{\"") + kept_names[static_cast<int>(evidence.kept)] + "\":" + json_string(evidence.property) + "}";
    }
    evidence.text = text + "}";
    evidence.id = id_of(evidence.text, evidence.kept);
    return evidence;
}

Evidence main_evidence(const Rule &rule, const std::string &timezone) {
    Evidence evidence;
    evidence.kinds = rule.on;
    // A condition without entries always holds: the same evidence as none.
    evidence.has_condition = rule.has_condition && !rule.condition.entries.empty();
    if (evidence.has_condition) {
        evidence.condition = rule.condition;
    }
    evidence.hour_ticks = rule.hour_ticks();
    if (rule.measure == Measure::sum || rule.measure == Measure::distinct) {
        evidence.kept = rule.measure == Measure::sum ? Kept::sum : Kept::distinct;
        evidence.property = rule.property;
    }
    return named(std::move(evidence), timezone);
}

Evidence divisor_evidence(const Rule &rule, const std::string &timezone) {
    Evidence evidence;
    evidence.kinds = rule.ratio_to;
    evidence.hour_ticks = rule.hour_ticks();
    return named(std::move(evidence), timezone);
}

} // namespace

// Over the ids with their little end first, so that all machines agree.
SetDigest digest_of(const EvidenceId *ids, size_t count) noexcept {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const XXH128_hash_t hash = XXH3_128bits(ids, count * sizeof(EvidenceId));
#else
    std::vector<EvidenceId> little(ids, ids + count);
    for (EvidenceId &id : little) {
        id = __builtin_bswap64(id);
    }
    const XXH128_hash_t hash = XXH3_128bits(little.data(), count * sizeof(EvidenceId));
#endif
    SetDigest digest;
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    std::memcpy(digest.data(), canonical.digest, digest.size());
    return digest;
}

namespace {

// Puts the items in order, each once, and fills in ids and digest.
void finish(EvidenceSet &set) {
    std::sort(set.items.begin(), set.items.end(),
              [](const Evidence &a, const Evidence &b) { return a.id != b.id ? a.id < b.id : a.text < b.text; });
    const auto same_text = [](const Evidence &a, const Evidence &b) { return a.text == b.text; };
    set.items.erase(std::unique(set.items.begin(), set.items.end(), same_text), set.items.end());
    for (const Evidence &item : set.items) {
        if (!set.ids.empty() && set.ids.back() == item.id) {
            throw Problem(Trouble::unsupported, "", "two kinds of evidence have the same id", "Change one of the conditions.",
                          item.text);
        }
        set.ids.push_back(item.id);
    }
    set.digest = digest_of(set.ids.data(), set.ids.size());
}

} // namespace

EvidenceSet evidence_of(const Rules &rules) {
    EvidenceSet set;
    std::vector<std::pair<EvidenceId, EvidenceId>> wanted(rules.rules.size(), {3, 3}); // 3 is no id
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        const Rule &rule = rules.rules[i];
        if (!rule.enabled || !rule.on_events()) {
            continue;
        }
        set.items.push_back(main_evidence(rule, rules.timezone));
        wanted[i].first = set.items.back().id;
        if (rule.measure == Measure::ratio_to) {
            set.items.push_back(divisor_evidence(rule, rules.timezone));
            wanted[i].second = set.items.back().id;
        }
    }
    finish(set);
    const auto index_of = [&set](EvidenceId id) {
        return is_evidence_id(id) ? static_cast<int>(std::lower_bound(set.ids.begin(), set.ids.end(), id) - set.ids.begin()) : -1;
    };
    for (const auto &[main, divisor] : wanted) {
        set.uses.push_back({index_of(main), index_of(divisor)});
    }
    return set;
}

bool covers(EvidenceIds ids, EvidenceIds wanted) noexcept {
    return std::includes(ids.begin(), ids.end(), wanted.begin(), wanted.end());
}

std::vector<EvidenceId> merge_ids(EvidenceIds left, EvidenceIds right) {
    std::vector<EvidenceId> ids;
    std::set_union(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(ids));
    return ids;
}

std::string evidence_id_text(EvidenceId id) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text(16, '0');
    for (int i = 15; i >= 0; --i) {
        text[static_cast<size_t>(i)] = digits[id & 15];
        id >>= 4;
    }
    return text;
}

std::string list_evidence(const Rules &rules) {
    static constexpr const char *kept_names[] = {"count", "sum", "distinct"};
    const EvidenceSet set = evidence_of(rules);
    std::string json = "[";
    for (size_t e = 0; e < set.items.size(); ++e) {
        std::string names;
        for (size_t r = 0; r < set.uses.size(); ++r) {
            if (set.uses[r].main == static_cast<int>(e) || set.uses[r].divisor == static_cast<int>(e)) {
                names += (names.empty() ? "" : ",") + json_string(rules.rules[r].name);
            }
        }
        const Evidence &item = set.items[e];
        json += std::string(e > 0 ? "," : "") + "{\"id\":\"" + evidence_id_text(item.id) + "\",\"kept\":\"" +
                kept_names[static_cast<int>(item.kept)] + "\",\"evidence\":" + item.text + ",\"rules\":[" + names + "]}";
    }
    return json + "]";
}

} // namespace leadscore
