// Any bytes as a document: refused with a Problem, or printed, read back and printed the same.
#include "core/problem.hpp"
#include "core/rules.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

class AnyHost : public leadscore::DocumentHost {
public:
    std::optional<std::string> time_zone_name(const std::string &name) override {
        return name;
    }
    void check_regex(const std::string & /*place*/, const std::string & /*pattern*/) override {
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AnyHost host;
    const std::string_view json(reinterpret_cast<const char *>(data), size);
    std::string text;
    try {
        text = leadscore::write_rules(leadscore::read_rules(json, host));
    } catch (const leadscore::Problem &) {
        return 0;
    }
    // What was printed is a document: a Problem now ends the run.
    if (leadscore::write_rules(leadscore::read_rules(text, host)) != text) {
        std::abort();
    }
    return 0;
}
