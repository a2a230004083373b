// Writes JSON without blanks, entry by entry.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace leadscore {

// An object or array being written; closes itself.
class JsonWriter {
public:
    explicit JsonWriter(std::string &out, char open = '{') : out_(out), close_(open == '{' ? '}' : ']') {
        out_.push_back(open);
    }
    ~JsonWriter() {
        out_.push_back(close_);
    }
    JsonWriter(const JsonWriter &) = delete;
    JsonWriter &operator=(const JsonWriter &) = delete;

    // Begins the next element of an array.
    std::string &item() {
        if (!first_) {
            out_.push_back(',');
        }
        first_ = false;
        return out_;
    }
    // Begins the next entry of an object.
    std::string &key(std::string_view name) {
        return item().append(json_string(name)).append(":");
    }
    void text(std::string_view name, std::string_view value) {
        key(name).append(json_string(value));
    }
    void number(std::string_view name, int128 micro) {
        key(name).append(micro_text(micro));
    }
    void whole(std::string_view name, int64_t value) {
        key(name).append(std::to_string(value));
    }
    void truth(std::string_view name, bool value) {
        key(name).append(value ? "true" : "false");
    }
    void text_unless_empty(std::string_view name, std::string_view value) {
        if (!value.empty()) {
            text(name, value);
        }
    }
    void number_unless(int128 otherwise, std::string_view name, int128 micro) {
        if (micro != otherwise) {
            number(name, micro);
        }
    }
    void bounds(const std::optional<int64_t> &min, const std::optional<int64_t> &max) {
        if (min) {
            number("min", *min);
        }
        if (max) {
            number("max", *max);
        }
    }

private:
    std::string &out_;
    char close_;
    bool first_ = true;
};

// Parts of canonical JSON that go into a text being written.
std::string duration_text(const Duration &duration);
void write_condition_to(std::string &out, const Condition &condition);
void write_rule_to(std::string &out, const Rule &rule);

} // namespace leadscore
