// Evidence: what the event rules of a document need to know about events, without any points.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"

#include <array>
#include <string>
#include <vector>

namespace leadscore {

enum class Kept : uint8_t { count = 0, sum = 1, distinct = 2 };

// An id is 62 bits of a hash of the canonical text, and in its two lowest bits what is kept: a tally can be read without the
// rules.
using EvidenceId = uint64_t;
constexpr Kept kept_by(EvidenceId id) noexcept {
    return static_cast<Kept>(id & 3);
}
constexpr bool is_evidence_id(EvidenceId id) noexcept {
    return (id & 3) != 3;
}

// A tally's cells pack the index of their evidence into 13 bits: every rule may need two.
constexpr size_t most_evidence = 2 * most_rules;

struct Evidence {
    Kinds kinds;
    bool has_condition = false;
    Condition condition;
    bool hour_ticks = false;
    Kept kept = Kept::count;
    std::string property; // of sum and distinct
    std::string text;     // canonical JSON, what the id is made of
    EvidenceId id = 0;
};

// Hash of a whole set of ids, in the order of the ids.
using SetDigest = std::array<unsigned char, 16>;
SetDigest digest_of(const EvidenceId *ids, size_t count) noexcept;

// Ascending ids, wherever they lie.
struct EvidenceIds {
    const EvidenceId *first;
    size_t count;
    EvidenceIds(const EvidenceId *ids, size_t size) noexcept : first(ids), count(size) {
    }
    EvidenceIds(const std::vector<EvidenceId> &ids) noexcept : first(ids.data()), count(ids.size()) { // NOLINT: meant to convert
    }
    const EvidenceId *begin() const noexcept {
        return first;
    }
    const EvidenceId *end() const noexcept {
        return first + count;
    }
};

// Whether all of `wanted` are among `ids`.
bool covers(EvidenceIds ids, EvidenceIds wanted) noexcept;

// The ids of both, each once.
std::vector<EvidenceId> merge_ids(EvidenceIds left, EvidenceIds right);

// Which evidence a rule reads; -1: none.
struct EvidenceUse {
    int main = -1;
    int divisor = -1; // of ratio_to
};

struct EvidenceSet {
    std::vector<Evidence> items;   // ascending ids, no id twice
    std::vector<EvidenceId> ids;   // the same ids
    std::vector<EvidenceUse> uses; // by rule
    SetDigest digest{};
};

// The evidence of the enabled event rules.
EvidenceSet evidence_of(const Rules &rules);

// "9a3f00…": 16 hexadecimal digits.
std::string evidence_id_text(EvidenceId id);

// JSON array of rows id, kept, evidence, rules (names).
std::string list_evidence(const Rules &rules);

} // namespace leadscore
