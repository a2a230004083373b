// The one exception class of the core, and what the glue turns it into.
#pragma once

#include "no_postgres.hpp"

#include <exception>
#include <string>
#include <utility>

namespace leadscore {

// Each kind has one SQLSTATE (src/pg/guard.hpp holds the table).
enum class Trouble {
    syntax,        // 22P02: not JSON, wrong type, unknown or repeated key, bad tally text
    value,         // 22023: well formed, but not allowed
    limit,         // 54000: larger than a stated limit
    regex,         // 2201B: not a regular expression
    like_escape,   // 22025: a LIKE pattern that ends in its escape character
    nul_character, // 22P05: \u0000, which PostgreSQL's text cannot hold
    bytes,         // 22P03: bad binary representation
    null_value,    // 22004: a null where none is allowed
    no_evidence,   // 22023: a tally counted for other evidence
    unsupported,   // 0A000
    host           // an error of the server, held by the glue until core has unwound
};

// `place` is the path in the input (`rules[3].bands[1].from`), may be empty.
class Problem : public std::exception {
public:
    Problem(Trouble trouble, std::string place, std::string message, std::string hint = {}, std::string detail = {})
        : trouble_(trouble), message_(place.empty() ? std::move(message) : place + ": " + message), hint_(std::move(hint)),
          detail_(std::move(detail)) {
    }
    const char *what() const noexcept override {
        return message_.c_str();
    }
    Trouble trouble() const noexcept {
        return trouble_;
    }
    const std::string &hint() const noexcept {
        return hint_;
    }
    const std::string &detail() const noexcept {
        return detail_;
    }

private:
    Trouble trouble_;
    std::string message_;
    std::string hint_;
    std::string detail_;
};

} // namespace leadscore
