// Text tests: LIKE patterns, with or without case.
#include "text_match.hpp"

#include "case_folding.hpp"

namespace leadscore {

char32_t next_character(std::string_view text, size_t &at) noexcept {
    const auto byte = [&text](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    const size_t left = text.size() - at;
    const auto tail = [&byte, at](size_t i) { return static_cast<char32_t>(byte(at + i) & 0x3F); };
    const auto has_tails = [&byte, at, left](size_t count) {
        size_t found = 0;
        while (found < count && found + 1 < left && (byte(at + found + 1) & 0xC0) == 0x80) {
            ++found;
        }
        return found == count;
    };
    if (lead >= 0xC2 && lead < 0xE0 && has_tails(1)) {
        const char32_t c = static_cast<char32_t>(lead & 0x1F) << 6 | tail(1);
        at += 2;
        return c;
    }
    if (lead >= 0xE0 && lead < 0xF0 && has_tails(2)) {
        const char32_t c = static_cast<char32_t>(lead & 0x0F) << 12 | tail(1) << 6 | tail(2);
        at += 3;
        return c;
    }
    if (lead >= 0xF0 && lead < 0xF5 && has_tails(3)) {
        const char32_t c = static_cast<char32_t>(lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3);
        at += 4;
        return c;
    }
    ++at;
    return lead;
}

namespace {

// Most text is ASCII: neither a call nor a table for that.
char32_t take_character(std::string_view text, size_t &at, bool fold) noexcept {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
        ++at;
        return fold && byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
    }
    const char32_t c = next_character(text, at);
    return fold ? fold_case(c) : c;
}

} // namespace

LikePattern::LikePattern(std::string_view pattern, bool fold) : fold_(fold) {
    size_t at = 0;
    while (at < pattern.size()) {
        char32_t c = next_character(pattern, at);
        if (c == '%') {
            if (tokens_.empty() || tokens_.back().kind != Kind::any_run) {
                tokens_.push_back({Kind::any_run, 0});
            }
            continue;
        }
        if (c == '_') {
            tokens_.push_back({Kind::any_character, 0});
            continue;
        }
        if (c == '\\' && at < pattern.size()) {
            c = next_character(pattern, at);
        }
        tokens_.push_back({Kind::character, fold ? fold_case(c) : c});
    }
}

// Where a run may end: at what the token behind it takes.
size_t LikePattern::find_first(std::string_view text, size_t at, const Token &token) const {
    while (at < text.size() && token.kind == Kind::character) {
        size_t next = at;
        if (take_character(text, next, fold_) == token.character) {
            break;
        }
        at = next;
    }
    return at;
}

// Greedy matching: on a mismatch only the latest run grows, which is enough for patterns without alternatives.
bool LikePattern::matches(std::string_view text, GoOn go_on) const {
    size_t at = 0;
    size_t token = 0;
    size_t run_token = tokens_.size() + 1; // none yet
    size_t run_at = 0;
    uint32_t steps = 0;
    while (true) {
        if (++steps % 65536 == 0) {
            ask(go_on);
        }
        if (token < tokens_.size() && tokens_[token].kind == Kind::any_run) {
            run_token = token++;
            run_at = at;
            continue;
        }
        if (at == text.size()) {
            return token == tokens_.size();
        }
        if (token < tokens_.size()) {
            size_t next = at;
            const char32_t c = take_character(text, next, fold_);
            if (tokens_[token].kind == Kind::any_character || tokens_[token].character == c) {
                at = next;
                ++token;
                continue;
            }
        }
        if (run_token > tokens_.size()) {
            return false;
        }
        if (run_token + 1 == tokens_.size()) {
            return true; // the pattern ends in a run
        }
        token = run_token + 1;
        take_character(text, run_at, false);
        run_at = find_first(text, run_at, tokens_[token]);
        at = run_at;
    }
}

} // namespace leadscore
