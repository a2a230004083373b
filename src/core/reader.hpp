// The parts of the document reader, each in a file of its own.
#pragma once

#include "no_postgres.hpp"
#include "read_values.hpp"
#include "rules.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace leadscore {

// Conditions on attributes may look at the moment of scoring, those on events may not.
enum class Subject { attributes, event };
Condition read_condition(const JsonValue &value, Subject subject, DocumentHost &host);

Kinds read_kinds(const JsonValue &value);
std::vector<Band> read_bands(const JsonValue &value);
Decay read_decay(const JsonValue &value);

// These look up groups and dimensions in `rules` as far as it has been read.
Rule read_rule(const JsonValue &value, const Rules &rules, DocumentHost &host);
std::vector<Dimension> read_dimensions(const JsonValue &value);
std::vector<Group> read_groups(const JsonValue &value, const Rules &rules);
std::vector<Stage> read_stages(const JsonValue &value, const Rules &rules);
std::vector<Label> read_labels(const JsonValue &value, const Rules &rules);

// The `dimension` of a rule or group; a document without `dimensions` knows every one that is named.
std::string read_dimension_name(const JsonValue &object, std::string_view otherwise, const Rules &rules);
// The dimensions of a document that declares none.
std::vector<Dimension> collect_dimensions(const Rules &rules);
const Group *find_group(const Rules &rules, const std::string &name) noexcept;
[[noreturn]] void refuse_unknown_group(const JsonValue &value, const std::string &name, const Rules &rules);
void check_dimension_known(const JsonValue &value, const std::string &name, const Rules &rules);

// Refuses a name that an earlier element has.
class UniqueNames {
public:
    void add(const JsonValue &value, const std::string &name);

private:
    std::set<std::string> names_;
};

} // namespace leadscore
