// What tests of scores share: a document ready to score, with attributes by name and hits by evidence.
#pragma once

#include "core/score_program.hpp"
#include "tally_support.hpp"
#include "value_support.hpp"

namespace score_support {

using namespace leadscore;
using Attributes = std::vector<std::pair<std::string, Value>>;

// The moment of scoring is the start of day 100.
constexpr int64_t day_of_scoring = 100;

class Scoring {
public:
    explicit Scoring(Rules read) : rules(std::move(read)), evidence(evidence_of(rules)), program(rules, evidence, zone) {
    }
    // Rules without their brackets, then the rest of the document.
    explicit Scoring(const std::string &rules, const std::string &rest = "") : Scoring(study_support::with_rules(rules, rest)) {
    }
    Scoring(const Scoring &) = delete;
    Scoring &operator=(const Scoring &) = delete;

    const Scored &score(const Attributes &given = {}, const Tally *tally = nullptr, const char *previous = nullptr) {
        const std::string_view before = previous != nullptr ? previous : "";
        return program.score(values_of(given), tally, around(), previous != nullptr ? &before : nullptr);
    }
    const Scored &score(const Attributes &given, const Tally *tally, Workings &workings, const std::string_view *previous = nullptr) {
        return program.score(values_of(given), tally, around(), previous, workings);
    }
    const Scored &score_without_attributes(const Tally *tally) {
        return program.score(nullptr, tally, around(), nullptr);
    }
    // As text with the document's decimals.
    std::string text(const Attributes &given = {}, const Tally *tally = nullptr) {
        return fixed_text(score(given, tally).score, rules.score_decimals);
    }
    // A dimension of the last score.
    std::string dimension(const std::string &name, const Scored &scored) const {
        for (size_t d = 0; d < rules.dimensions.size(); ++d) {
            if (rules.dimensions[d].name == name) {
                return micro_text(scored.dimensions[d]);
            }
        }
        return "no such dimension";
    }
    // A tally of these hits a day ago, by the name of a rule that counts them.
    Tally tally(const std::vector<std::pair<std::string, int64_t>> &hits) const {
        Tally tally = tally_support::empty_tally(evidence.ids);
        for (const auto &[name, count] : hits) {
            for (size_t r = 0; r < rules.rules.size(); ++r) {
                if (rules.rules[r].name == name) {
                    tally.counts.push_back({static_cast<uint32_t>(evidence.uses[r].main), day_of_scoring - 1, count});
                }
            }
        }
        std::sort(tally.counts.begin(), tally.counts.end(), [](const auto &a, const auto &b) { return a.evidence < b.evidence; });
        check_tally(tally);
        return tally;
    }
    Surroundings around() {
        regex_.patterns = program.patterns();
        return {day_of_scoring * micro_per_day, &zone, &regex_, value_support::go_on};
    }

    const Rules rules;
    const EvidenceSet evidence;
    const Zone zone;
    ScoreProgram program;

private:
    const Value *values_of(const Attributes &given) {
        values_.assign(program.field_names().size() + 1, Value());
        for (size_t i = 0; i < program.field_names().size(); ++i) {
            for (const auto &[name, value] : given) {
                values_[i] = program.field_names()[i] == name ? value : values_[i];
            }
        }
        return values_.data();
    }

    std::vector<Value> values_;
    value_support::EqualRegex regex_;
};

} // namespace score_support
