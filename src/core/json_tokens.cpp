// Where each token ends, and what is open there.
#include "json_tokens.hpp"

#include <algorithm>

namespace leadscore {
namespace {

size_t skip_digits(std::string_view word, size_t at) noexcept {
    while (at < word.size() && is_digit(word[at])) {
        ++at;
    }
    return at;
}

bool is_json_word(std::string_view word) noexcept {
    return word == "true" || word == "false" || word == "null" || is_json_number(word);
}

} // namespace

bool is_json_number(std::string_view word) noexcept {
    size_t at = begins(word, "-") ? 1 : 0;
    size_t end = skip_digits(word, at);
    if (end == at || (word[at] == '0' && end > at + 1)) {
        return false;
    }
    if (end < word.size() && word[end] == '.') {
        at = end + 1;
        end = skip_digits(word, at);
        if (end == at) {
            return false;
        }
    }
    if (end < word.size() && (word[end] == 'e' || word[end] == 'E')) {
        at = end + 1;
        at += at < word.size() && (word[at] == '+' || word[at] == '-') ? 1 : 0;
        end = skip_digits(word, at);
        if (end == at) {
            return false;
        }
    }
    return end == word.size();
}

void Tokens::run_to(size_t position) {
    do {
        apply();
        before_ = previous_;
        previous_ = token_;
        token_ = read(token_.end);
    } while (token_.kind != Token::Kind::none && token_.end < position && !is_bad_word());
}

bool Tokens::is_bad_word() const noexcept {
    return token_.kind == Token::Kind::word && !is_json_word(text_of(token_));
}

void Tokens::apply() {
    if (token_.kind == Token::Kind::opening) {
        open_.push_back(token_.begin);
    } else if (token_.kind == Token::Kind::closing && !open_.empty()) {
        open_.pop_back();
    }
}

Token Tokens::read(size_t at) const {
    while (at < json_.size() && is_blank(json_[at])) {
        ++at;
    }
    Token token;
    token.begin = at;
    token.end = at + 1;
    if (at >= json_.size()) {
        token.end = at;
        return token;
    }
    switch (json_[at]) {
    case '{':
    case '[':
        token.kind = Token::Kind::opening;
        return token;
    case '}':
    case ']':
        token.kind = Token::Kind::closing;
        return token;
    case ',':
        token.kind = Token::Kind::comma;
        return token;
    case ':':
        token.kind = Token::Kind::colon;
        return token;
    case '"':
        return read_text(token);
    default:
        token.kind = Token::Kind::word;
        token.end = std::min(json_.find_first_of(" \n\t\r{}[],:\"", at), json_.size());
        return token;
    }
}

Token Tokens::read_text(Token token) const {
    token.kind = Token::Kind::text;
    token.key = in_object() && (previous_.kind == Token::Kind::opening || previous_.kind == Token::Kind::comma);
    while (token.end < json_.size() && json_[token.end] != '"') {
        token.end += json_[token.end] == '\\' ? 2 : 1;
    }
    token.closed = token.end < json_.size();
    token.end = token.closed ? token.end + 1 : json_.size();
    return token;
}

} // namespace leadscore
