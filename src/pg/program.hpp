// A document compiled for one call site: the core's programs, its regular expressions, and scratch memory.
#pragma once

#include "../core/event_program.hpp"
#include "../core/rules.hpp"
#include "../core/score_program.hpp"
#include "guard.hpp"
#include "host_regex.hpp"
#include "score_json.hpp"

#include <memory>

namespace leadscore {

struct Program {
    Rules rules;
    EvidenceSet evidence;
    std::unique_ptr<EventProgram> events;
    std::unique_ptr<ScoreProgram> scores;
    std::unique_ptr<ServerRegexes> event_regexes;
    std::unique_ptr<ServerRegexes> attribute_regexes;
    // Scratch of one call.
    std::vector<Value> event_values;
    std::vector<Value> attribute_values;
    Tally tally;
    ScoreJson json = {};

    Surroundings event_surroundings() noexcept {
        return {0, &events->zone(), event_regexes.get(), may_go_on};
    }
    Surroundings attribute_surroundings(int64_t as_of) noexcept {
        return {as_of, &events->zone(), attribute_regexes.get(), may_go_on};
    }
};

// Compiles the document of a detoasted value into `owner`, which must be null and is set even if an error is raised on the way:
// whoever holds it deletes it. Server memory it needs lives in `context`.
void compile_program(Program *&owner, const struct varlena *rules, MemoryContext context);

// A document read back from its value, for functions that need no compiled form. Inside core calls only.
Rules read_stored_rules(std::string_view text);

} // namespace leadscore
