// Text tests: LIKE patterns, with or without case.
#pragma once

#include "no_postgres.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace leadscore {

// Decodes one character at `at` (moving it on); a byte that starts no valid sequence is a character of its own.
char32_t next_character(std::string_view text, size_t &at) noexcept;

// Returns true to go on. Long work asks it now and then.
using GoOn = bool (*)();

class LikePattern {
public:
    // `pattern` is valid (no lone backslash at its end).
    LikePattern(std::string_view pattern, bool fold);

    // Throws Interrupted when `go_on` says so.
    bool matches(std::string_view text, GoOn go_on) const;

private:
    enum class Kind : uint8_t { character, any_character, any_run };
    struct Token {
        Kind kind;
        char32_t character;
    };
    size_t find_first(std::string_view text, size_t at, const Token &token) const;

    std::vector<Token> tokens_;
    bool fold_;
};

// Thrown when the caller asked to stop; carries nothing.
struct Interrupted {};

inline void ask(GoOn go_on) {
    if (go_on != nullptr && !go_on()) {
        throw Interrupted();
    }
}

} // namespace leadscore
