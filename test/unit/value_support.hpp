// What tests of programs share: values as the glue would hand them over, conditions from JSON, and surroundings.
#pragma once

#include "core/condition_program.hpp"
#include "core/iso_time.hpp"
#include "core/problem.hpp"
#include "study_support.hpp"

#include <deque>
#include <string>
#include <vector>

namespace value_support {

using leadscore::Value;

inline Value of_type(Value::Type type) {
    Value value;
    value.type = type;
    return value;
}

inline Value boolean(bool held) {
    Value value = of_type(Value::Type::boolean);
    value.boolean = held;
    return value;
}

// `written` must outlive the value.
inline Value text(std::string_view written) {
    Value value = of_type(Value::Type::text);
    value.text = written;
    return value;
}

// Digits of long numbers live as long as the program.
inline Value number(const std::string &written) {
    static std::deque<std::string> storage;
    storage.emplace_back();
    Value value = of_type(Value::Type::number);
    if (!leadscore::parse_number(written, storage.back(), value.number)) {
        throw leadscore::Problem(leadscore::Trouble::syntax, "", "no number: " + written);
    }
    return value;
}

inline Value time_of(Value::Type type, int64_t time) {
    Value value = of_type(type);
    value.time = time;
    return value;
}

// Microseconds of UTC.
inline int64_t at(const char *iso) {
    int64_t instant = 0;
    if (!leadscore::parse_iso_time(iso, leadscore::Zone(), instant)) {
        throw leadscore::Problem(leadscore::Trouble::syntax, "", std::string("no moment: ") + iso);
    }
    return instant;
}
inline Value instant(const char *iso) {
    return time_of(Value::Type::instant, at(iso));
}
inline Value local_time(const char *iso) {
    return time_of(Value::Type::local_time, at(iso));
}
inline Value date(const char *iso) {
    return time_of(Value::Type::date, at(iso) / leadscore::micro_per_day);
}

// `elements` must outlive the value.
inline Value array(const std::vector<Value> &elements) {
    Value value = of_type(Value::Type::array);
    value.count = static_cast<uint32_t>(elements.size());
    value.elements = elements.data();
    return value;
}

inline bool go_on() {
    return true;
}

// Stands in for the server's regular expressions: a pattern matches the text it is, "fails" raises an error.
class EqualRegex : public leadscore::RegexHost {
public:
    std::vector<std::string> patterns;
    int match(size_t pattern, std::string_view subject) override {
        if (patterns.at(pattern) == "fails") {
            return -1;
        }
        return patterns.at(pattern) == subject ? 1 : 0;
    }
};

inline leadscore::Condition condition(const std::string &json) {
    return study_support::with_rules("{\"name\":\"r\",\"points\":1,\"if\":" + json + "}").rules[0].condition;
}

// A condition that runs on fields by name.
class Running {
public:
    explicit Running(const std::string &json, leadscore::Zone zone = leadscore::Zone(), int64_t as_of = at("2026-11-01T12:00"))
        : zone_(std::move(zone)), program_(condition(json), fields_, regex_.patterns, zone_), as_of_(as_of) {
    }
    bool holds(const std::vector<std::pair<std::string, Value>> &given) {
        std::vector<Value> values(fields_.names().size());
        for (const auto &[name, value] : given) {
            for (size_t i = 0; i < values.size(); ++i) {
                if (fields_.names()[i] == name) {
                    values[i] = value;
                }
            }
        }
        return program_.holds(values.data(), {as_of_, &zone_, &regex_, go_on});
    }
    const std::vector<std::string> &field_names() const {
        return fields_.names();
    }
    std::vector<size_t> fields_of_program() const {
        std::vector<size_t> fields;
        program_.add_fields_to(fields);
        return fields;
    }

private:
    leadscore::Zone zone_;
    leadscore::FieldNames fields_;
    EqualRegex regex_;
    leadscore::ConditionProgram program_;
    int64_t as_of_;
};

// Whether field "f" with this value satisfies a test, written as JSON.
inline bool satisfies(const Value &value, const std::string &test, leadscore::Zone zone = leadscore::Zone()) {
    return Running("{\"f\":" + test + "}", std::move(zone)).holds({{"f", value}});
}

} // namespace value_support
