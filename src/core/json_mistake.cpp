// Looks at the tokens up to the one that a parser refused. Slower than the parser, and only for texts that are refused anyway.
#include "json_mistake.hpp"

#include "json_tokens.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace leadscore {
namespace {

// So many characters are shown before and behind the place.
constexpr size_t most_shown = 24;
constexpr const char *after_document = "The document ends before this.";
constexpr const char *no_colon = "A colon belongs between a key and its value.";
constexpr const char *no_comments = "JSON has no comments; a rule may have a \"description\".";

bool is_continuation(char c) noexcept {
    return (static_cast<uint8_t>(c) & 0xc0) == 0x80;
}

struct Sign {
    std::string_view bytes;
    const char *name;
};

constexpr Sign other_quotes[] = {{"'", ""},      {"`", ""},      {"\u2018", ""}, {"\u2019", ""}, {"\u201a", ""},
                                 {"\u201b", ""}, {"\u201c", ""}, {"\u201d", ""}, {"\u201e", ""}, {"\u201f", ""},
                                 {"\u00ab", ""}, {"\u00bb", ""}, {"\uff02", ""}};
constexpr Sign other_minuses[] = {{"\u2212", "U+2212"}, {"\u2013", "U+2013"}, {"\u2014", "U+2014"}, {"\u2010", "U+2010"},
                                  {"\u2011", "U+2011"}, {"\ufe63", "U+FE63"}, {"\uff0d", "U+FF0D"}};
constexpr Sign other_blanks[] = {{"\u00a0", "U+00A0"}, {"\u2002", "U+2002"}, {"\u2003", "U+2003"}, {"\u2007", "U+2007"},
                                 {"\u2009", "U+2009"}, {"\u200b", "U+200B"}, {"\u2028", "U+2028"}, {"\u202f", "U+202F"},
                                 {"\u2060", "U+2060"}, {"\u3000", "U+3000"}, {"\ufeff", "U+FEFF"}};

// The first of the signs that is found in the text.
template <size_t Count> const Sign *find_sign(std::string_view text, const Sign (&signs)[Count], size_t &at) noexcept {
    const Sign *first = nullptr;
    for (const Sign &sign : signs) {
        const size_t found = text.find(sign.bytes);
        if (found != std::string_view::npos && (first == nullptr || found < at)) {
            first = &sign;
            at = found;
        }
    }
    return first;
}

template <size_t Count> bool begins_with_sign(std::string_view text, const Sign (&signs)[Count]) noexcept {
    return std::any_of(std::begin(signs), std::end(signs), [&](const Sign &sign) { return begins(text, sign.bytes); });
}

bool is_name(std::string_view word) noexcept {
    return std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-' || c == '.';
    });
}

// A place and what to say about it.
struct Mistake {
    size_t at = 0; // offset
    std::string hint;
};

std::string number_hint(std::string_view word) {
    if (word.back() == '%') {
        return "Numbers stand without a percent sign.";
    }
    if (word[0] == '+') {
        return "Numbers have no plus sign in front.";
    }
    if (word[0] == '.' || word.back() == '.' || begins(word, "-.")) {
        return "A number has digits on both sides of its decimal point.";
    }
    const size_t first = word[0] == '-' ? 1 : 0;
    if (word.size() > first + 1 && word[first] == '0' && is_digit(word[first + 1])) {
        return "Numbers have no zeros in front.";
    }
    return "A number is written like 5, -5 or 2.5.";
}

// A word that is no number and none of true, false and null.
Mistake bad_word(const Tokens &tokens) {
    const Token &token = tokens.token();
    const std::string_view word = tokens.text_of(token);
    const Token &previous = tokens.previous();
    Mistake mistake{token.begin, ""};
    size_t at = 0;
    const bool after_text = previous.kind == Token::Kind::text && previous.end == token.begin;
    if (const Sign *const blank = find_sign(word, other_blanks, at)) {
        mistake.at += at;
        mistake.hint =
            std::string("Here stands the character ") + blank->name + ", which looks like a blank; replace it by a plain one.";
    } else if (begins(word, "//") || begins(word, "/*") || begins(word, "#") || begins(word, "--")) {
        mistake.hint = no_comments;
    } else if (begins_with_sign(word, other_quotes) ||
               (after_text && find_sign(tokens.text_of(previous), other_quotes, at) != nullptr)) {
        mistake.hint = "Keys and texts stand in plain double quotes: \"points\".";
    } else if (after_text && previous.key && word[0] == '=') {
        mistake.hint = no_colon;
    } else if (after_text) {
        mistake.hint = "Is a double quote missing before it? Inside a text it is written \\\".";
    } else if (const Sign *const minus = find_sign(word, other_minuses, at)) {
        mistake.at += at;
        mistake.hint = std::string("Here stands the character ") + minus->name +
                       "; the minus sign of numbers is the hyphen of the keyboard, as in -5.";
    } else if (is_digit(word[0]) && (word.find("//") != std::string_view::npos || word.find("/*") != std::string_view::npos)) {
        mistake.at += std::min(word.find("//"), word.find("/*"));
        mistake.hint = no_comments;
    } else if (is_digit(word[0]) || (word.size() > 1 && (word[0] == '+' || word[0] == '-' || word[0] == '.'))) {
        mistake.hint = number_hint(word);
    } else if (word == "True" || word == "TRUE" || word == "False" || word == "FALSE" || word == "None" || word == "NULL" ||
               word == "Null") {
        mistake.hint = "They are written true, false and null.";
    } else if (tokens.open().empty() && previous.kind != Token::Kind::none) {
        mistake.hint = after_document;
    } else if (is_name(word)) {
        mistake.hint = "Keys and texts stand in double quotes.";
    }
    return mistake;
}

// Inside a text, where the parser stopped.
Mistake bad_text(std::string_view json, const Token &token, size_t offset) {
    while (offset > 0 && is_continuation(json[offset])) {
        --offset;
    }
    Mistake mistake{offset, ""};
    const char c = json[offset];
    if (c == '\n' || c == '\r') {
        mistake.hint = "A line break in a text is written \\n. Is a double quote missing?";
    } else if (c == '\t') {
        mistake.hint = "A tab in a text is written \\t.";
    } else if (offset > token.begin && json[offset - 1] == '\\') {
        mistake.at = offset - 1;
        mistake.hint = "A backslash in a text is written twice: \\\\.";
    }
    return mistake;
}

bool begins_value(const Token &token) noexcept {
    return token.kind == Token::Kind::text || token.kind == Token::Kind::word || token.kind == Token::Kind::opening;
}

bool ends_value(const Token &token) noexcept {
    return (token.kind == Token::Kind::text && !token.key) || token.kind == Token::Kind::word ||
           token.kind == Token::Kind::closing;
}

bool is_decimal_comma(const Tokens &tokens) noexcept {
    const Token &comma = tokens.previous();
    const Token &whole = tokens.before_previous();
    return tokens.token().kind == Token::Kind::word && is_digit(tokens.text_of(tokens.token())[0]) &&
           comma.kind == Token::Kind::comma && comma.end == tokens.token().begin && whole.kind == Token::Kind::word &&
           whole.end == comma.begin && is_json_number(tokens.text_of(whole));
}

// The bracket that waits for its end.
std::string open_bracket(std::string_view json, size_t at) {
    return std::string("The \"") + json[at] + "\" of " + line_and_column(json, at) + " is still open.";
}

// A token that is JSON, but not here.
std::string misplaced_hint(std::string_view json, const Tokens &tokens) {
    const Token &token = tokens.token();
    const Token &previous = tokens.previous();
    const bool at_key = tokens.in_object() && (previous.kind == Token::Kind::opening || previous.kind == Token::Kind::comma);
    if (tokens.open().empty()) {
        return previous.kind == Token::Kind::none ? "" : after_document;
    }
    if (token.kind == Token::Kind::closing && previous.kind == Token::Kind::comma) {
        return "Remove the comma before it: none stands behind the last entry.";
    }
    if (token.kind == Token::Kind::closing && (json[token.begin] == '}') != tokens.in_object()) {
        return open_bracket(json, tokens.open().back());
    }
    if (is_decimal_comma(tokens)) {
        return "Numbers have a decimal point: " + std::string(tokens.text_of(tokens.before_previous())) + "." +
               std::string(tokens.text_of(token)) + ".";
    }
    if (previous.kind == Token::Kind::text && previous.key) {
        return no_colon;
    }
    if (ends_value(previous) && begins_value(token)) {
        return "A comma is missing before it.";
    }
    if (token.kind == Token::Kind::comma) {
        return previous.kind == Token::Kind::colon ? "A value is missing before it." : "Remove this comma.";
    }
    if (previous.kind == Token::Kind::colon) {
        return "A value is missing before it.";
    }
    return at_key ? "Here belongs a key, in double quotes." : "";
}

// One line of it: runs of blanks are one, other control characters are shown as question marks.
void add_shown(std::string &shown, std::string_view text) {
    for (const char c : text) {
        if (is_blank(c)) {
            if (!shown.empty() && shown.back() != ' ') {
                shown.push_back(' ');
            }
        } else {
            const bool control = static_cast<uint8_t>(c) < 0x20 || c == 0x7f;
            shown.push_back(control ? '?' : c);
        }
    }
}

// What stands around the place, whole characters only. Without an ellipsis sign: the client's encoding need not have one.
std::string excerpt(std::string_view json, size_t at) {
    size_t begin = at;
    for (size_t count = 0; begin > 0 && count < most_shown; ++count) {
        --begin;
        while (begin > 0 && is_continuation(json[begin])) {
            --begin;
        }
    }
    size_t end = at;
    for (size_t count = 0; end < json.size() && count < most_shown; ++count) {
        ++end;
        while (end < json.size() && is_continuation(json[end])) {
            ++end;
        }
    }
    std::string shown = begin > 0 ? "... " : "";
    add_shown(shown, json.substr(begin, at - begin));
    shown += !shown.empty() && shown.back() != ' ' ? " <here> " : "<here> ";
    add_shown(shown, json.substr(at, end - at));
    if (end < json.size()) {
        shown += shown.back() == ' ' ? "..." : " ...";
    } else if (shown.back() == ' ') {
        shown.pop_back();
    }
    return shown;
}

Problem ended(std::string_view json, const Tokens &tokens) {
    std::string hint;
    const Token &last = tokens.token().kind == Token::Kind::none ? tokens.previous() : tokens.token();
    if (last.kind == Token::Kind::text && !last.closed) {
        hint = "The text of " + line_and_column(json, last.begin) + " has no double quote at its end.";
    } else if (!tokens.open().empty()) {
        hint = open_bracket(json, tokens.open().back());
    }
    return {Trouble::syntax, "", "not valid JSON at " + line_and_column(json, json.size()) + ": it ends too early", hint};
}

} // namespace

std::string line_and_column(std::string_view json, size_t offset) {
    const std::string_view before = json.substr(0, offset);
    const size_t line = static_cast<size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const size_t start = before.rfind('\n') + 1; // 0 if there is none
    const auto column = std::count_if(before.begin() + static_cast<std::ptrdiff_t>(start), before.end(),
                                      [](char c) { return !is_continuation(c); });
    return "line " + std::to_string(line) + ", column " + std::to_string(column + 1);
}

Problem json_mistake(std::string_view json, size_t position) {
    Tokens tokens(json);
    tokens.run_to(std::max<size_t>(position, 1));
    const Token &token = tokens.token();
    Mistake mistake;
    if (tokens.is_bad_word()) {
        mistake = bad_word(tokens);
    } else if (position > json.size()) {
        return ended(json, tokens);
    } else {
        const bool allowed = token.kind == Token::Kind::text && !ends_value(tokens.previous()) &&
                             !(tokens.previous().kind == Token::Kind::text && tokens.previous().key);
        if (allowed) {
            mistake = bad_text(json, token, position - 1);
        } else {
            mistake = {token.begin, misplaced_hint(json, tokens)};
        }
    }
    return {Trouble::syntax, "", "not valid JSON at " + line_and_column(json, mistake.at) + ": " + excerpt(json, mistake.at),
            mistake.hint};
}

} // namespace leadscore
