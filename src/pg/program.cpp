// A document compiled for one call site.
#include "program.hpp"

#include "host_zone.hpp"
#include "rules_value.hpp"

namespace leadscore {

namespace {

// The document was checked when it became a value: it is taken as it stands.
class TrustingHost : public DocumentHost {
public:
    std::optional<std::string> time_zone_name(const std::string &name) override {
        return name;
    }
    void check_regex(const std::string &, const std::string &) override {
    }
};

} // namespace

Rules read_stored_rules(std::string_view text) {
    TrustingHost host;
    return read_rules(text, host);
}

void compile_program(Program *&owner, const struct varlena *rules, MemoryContext context) {
    const std::string_view text = rules_text(rules);
    const char *zone_name = nullptr;
    call_core([&owner, &zone_name, &text] {
        delete owner;
        owner = nullptr;
        auto program = std::make_unique<Program>();
        program->rules = read_stored_rules(text);
        program->evidence = evidence_of(program->rules);
        zone_name = copy_out(program->rules.timezone, 0);
        owner = program.release();
    });
    size_t span_count = 0;
    const Zone::Span *spans = server_zone_spans(zone_name, &span_count);
    call_core([owner, spans, span_count, context] {
        Program &program = *owner;
        program.json.memory = context;
        program.events =
            std::make_unique<EventProgram>(program.evidence, Zone(std::vector<Zone::Span>(spans, spans + span_count)));
        program.scores = std::make_unique<ScoreProgram>(program.rules, program.evidence, program.events->zone());
        program.event_regexes = std::make_unique<ServerRegexes>(context);
        program.event_regexes->compile(program.events->patterns());
        program.attribute_regexes = std::make_unique<ServerRegexes>(context);
        program.attribute_regexes->compile(program.scores->patterns());
        program.event_values.resize(program.events->field_names().size());
        program.attribute_values.resize(program.scores->field_names().size());
    });
}

} // namespace leadscore
