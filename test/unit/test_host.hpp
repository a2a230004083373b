// Stands in for the server: a few time zones, and regular expressions without a lone parenthesis.
#pragma once

#include "core/problem.hpp"
#include "core/rules.hpp"

#include <optional>
#include <string>

namespace leadscore {

class TestHost : public DocumentHost {
public:
    std::optional<std::string> time_zone_name(const std::string &name) override {
        if (name == "europe/berlin" || name == "Europe/Berlin") {
            return "Europe/Berlin";
        }
        return name == "UTC" ? std::optional<std::string>(name) : std::nullopt;
    }
    void check_regex(const std::string &place, const std::string &pattern) override {
        if (pattern == "(") {
            throw Problem(Trouble::regex, place, "invalid regular expression");
        }
    }
};

} // namespace leadscore
