// The tokens of a text that may be no JSON, read one after the other without a tree.
#pragma once

#include "no_postgres.hpp"
#include "number.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace leadscore {

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

constexpr bool begins(std::string_view text, std::string_view start) noexcept {
    return text.substr(0, start.size()) == start;
}

bool is_json_number(std::string_view word) noexcept;

struct Token {
    enum class Kind { none, opening, closing, comma, colon, text, word };
    Kind kind = Kind::none;
    size_t begin = 0;
    size_t end = 0;
    bool closed = true; // of a text: whether its last quote was found
    bool key = false;   // a text where a key belongs
};

// The tokens of the text one after the other, with the brackets that are open.
class Tokens {
public:
    explicit Tokens(std::string_view json) : json_(json) {
    }
    // To the first token that reaches `position`, or that no parser takes.
    void run_to(size_t position);
    const Token &token() const noexcept {
        return token_;
    }
    const Token &previous() const noexcept {
        return previous_;
    }
    const Token &before_previous() const noexcept {
        return before_;
    }
    const std::vector<size_t> &open() const noexcept {
        return open_;
    }
    bool in_object() const noexcept {
        return !open_.empty() && json_[open_.back()] == '{';
    }
    std::string_view text_of(const Token &token) const noexcept {
        return json_.substr(token.begin, token.end - token.begin);
    }
    // Neither a number nor true, false or null.
    bool is_bad_word() const noexcept;

private:
    // Opens or closes what the token does.
    void apply();

    Token read(size_t at) const;
    Token read_text(Token token) const;

    std::string_view json_;
    Token token_;
    Token previous_;
    Token before_;
    std::vector<size_t> open_; // offsets
};

} // namespace leadscore
