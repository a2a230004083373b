// LIKE patterns: runs, single characters, escapes, folding, bytes that are no UTF-8, and work that is interrupted.
#include "core/text_match.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

namespace leadscore {
namespace {

bool go_on() {
    return true;
}

int asked = 0;
bool stop_at_third() {
    return ++asked < 3;
}

bool like(std::string_view text, std::string_view pattern) {
    return LikePattern(pattern, false).matches(text, go_on);
}
bool ilike(std::string_view text, std::string_view pattern) {
    return LikePattern(pattern, true).matches(text, go_on);
}

// LIKE on single bytes by its definition, for short texts.
bool defined(std::string_view text, std::string_view pattern) {
    if (pattern.empty()) {
        return text.empty();
    }
    if (pattern[0] == '%') {
        return defined(text, pattern.substr(1)) || (!text.empty() && defined(text.substr(1), pattern));
    }
    if (pattern[0] == '\\') {
        return !text.empty() && text[0] == pattern[1] && defined(text.substr(1), pattern.substr(2));
    }
    return !text.empty() && (pattern[0] == '_' || pattern[0] == text[0]) && defined(text.substr(1), pattern.substr(1));
}

TEST(Like, WholeTextMustMatch) {
    EXPECT_TRUE(like("abc", "abc"));
    EXPECT_FALSE(like("abcd", "abc"));
    EXPECT_FALSE(like("abc", "abcd"));
    EXPECT_FALSE(like("ABC", "abc"));
    EXPECT_TRUE(like("", ""));
    EXPECT_FALSE(like("a", ""));
    EXPECT_FALSE(like("", "a"));
}

TEST(Like, Runs) {
    EXPECT_TRUE(like("", "%"));
    EXPECT_TRUE(like("anything", "%"));
    EXPECT_TRUE(like("anything", "%%%"));
    EXPECT_TRUE(like("chief of staff", "chief%"));
    EXPECT_TRUE(like("the chief", "%chief"));
    EXPECT_TRUE(like("the chief of", "%chief%"));
    EXPECT_FALSE(like("the chef of", "%chief%"));
    EXPECT_TRUE(like("aXbXc", "a%b%c"));
    EXPECT_TRUE(like("mississippi", "%iss%ip%i"));
    EXPECT_FALSE(like("mississippi", "%iss%ip%s"));
    EXPECT_TRUE(like("aab", "%ab"));
    EXPECT_TRUE(like("abab", "%ab"));
}

TEST(Like, SingleCharacters) {
    EXPECT_TRUE(like("a", "_"));
    EXPECT_FALSE(like("", "_"));
    EXPECT_FALSE(like("ab", "_"));
    EXPECT_TRUE(like("abc", "_%_"));
    EXPECT_FALSE(like("a", "_%_"));
    EXPECT_TRUE(like("\u00fc", "_"));
    EXPECT_TRUE(like("\u20ac", "_"));
    EXPECT_TRUE(like("\U0001F600", "_"));
    EXPECT_FALSE(like("\U0001F600", "__"));
    EXPECT_TRUE(like("x\U0001F600y", "x_y"));
    EXPECT_TRUE(like("\u20ac\u20ac\u20ac", "%_\u20ac"));
}

TEST(Like, Escapes) {
    EXPECT_TRUE(like("100%", "100\\%"));
    EXPECT_FALSE(like("1000", "100\\%"));
    EXPECT_TRUE(like("a_b", "a\\_b"));
    EXPECT_FALSE(like("axb", "a\\_b"));
    EXPECT_TRUE(like("a\\b", "a\\\\b"));
    EXPECT_TRUE(like("abc", "\\a\\b\\c"));
    EXPECT_TRUE(like("\u00fc", "\\\u00fc"));
    EXPECT_TRUE(like("100%!", "%\\%_"));
    EXPECT_TRUE(like("\\", "%\\\\"));
}

TEST(Like, MatchesItsDefinition) {
    std::mt19937 random(11);
    const auto text_of = [&random](const std::string &letters, size_t most) {
        std::string text;
        for (size_t i = random() % (most + 1); i > 0; --i) {
            text += letters[random() % letters.size()];
        }
        return text;
    };
    for (int round = 0; round < 30000; ++round) {
        const std::string text = text_of("ab%_\\", 8);
        std::string pattern;
        for (const char c : text_of("aab%%_\\", 7)) {
            pattern += c;
            if (c == '\\') {
                pattern += "ab%_\\"[random() % 5];
            }
        }
        ASSERT_EQ(like(text, pattern), defined(text, pattern)) << text << " like " << pattern;
    }
}

TEST(Ilike, FoldsByUnicode) {
    EXPECT_TRUE(ilike("CHIEF Officer", "%chief%"));
    EXPECT_TRUE(ilike("chief", "CHIEF"));
    EXPECT_TRUE(ilike("\u00dcBUNG", "\u00fcbung"));
    EXPECT_TRUE(ilike("\u03a3\u03c3\u03c2", "\u03c3\u03c3\u03c3")); // three forms of sigma
    EXPECT_TRUE(ilike("\u212a", "k"));                              // the Kelvin sign
    EXPECT_TRUE(ilike("\u1e9e", "\u00df"));
    EXPECT_FALSE(ilike("ss", "\u00df")); // simple folding keeps the number of characters
    EXPECT_FALSE(ilike("\u0130", "i"));
    EXPECT_FALSE(like("\u00dc", "\u00fc"));
    EXPECT_TRUE(ilike("A_%", "a\\_\\%"));
}

TEST(NextCharacter, DecodesValidText) {
    const std::string text = "a\u00fc\u20ac\U0001F600\u07ff\uffff\U0010FFFF";
    const char32_t expected[] = {U'a', U'\u00fc', U'\u20ac', U'\U0001F600', U'\u07ff', U'\uffff', U'\U0010FFFF'};
    size_t at = 0;
    for (const char32_t c : expected) {
        EXPECT_EQ(next_character(text, at), c);
    }
    EXPECT_EQ(at, text.size());
}

TEST(NextCharacter, BadBytesAreCharactersOfTheirOwn) {
    const std::string text = "\x80\xFF\xC3"
                             "A\xE2\x82"
                             "B\xF0\x9F\x98"
                             "C\xC0\xF5\xC3";
    std::u32string found;
    for (size_t at = 0; at < text.size();) {
        found += next_character(text, at);
    }
    EXPECT_EQ(found, std::u32string(U"\u0080\u00FF\u00C3A\u00E2\u0082B\u00F0\u009F\u0098C\u00C0\u00F5\u00C3"));
}

TEST(NextCharacter, StaysInside) {
    std::mt19937 random(5);
    for (int round = 0; round < 20000; ++round) {
        const size_t size = 1 + random() % 6;
        const std::unique_ptr<char[]> bytes(new char[size]);
        for (size_t i = 0; i < size; ++i) {
            bytes[i] = static_cast<char>(random() % 3 == 0 ? random() : 0xC0 + random() % 64);
        }
        const std::string_view text(bytes.get(), size);
        size_t characters = 0;
        for (size_t at = 0; at < size; ++characters) {
            const size_t before = at;
            next_character(text, at);
            ASSERT_GT(at, before);
            ASSERT_LE(at, size);
        }
        ASSERT_TRUE(like(text, std::string(characters, '_')));
        ASSERT_FALSE(like(text, std::string(characters + 1, '_')));
        ASSERT_TRUE(like(text, "%"));
    }
}

TEST(Like, LongPatterns) {
    const std::string text(20000, 'a');
    EXPECT_TRUE(like(text, std::string(20000, '_')));
    EXPECT_FALSE(like(text, std::string(20001, '_')));
    EXPECT_TRUE(like(text, text));
    std::string many;
    for (int i = 0; i < 5000; ++i) {
        many += "%a";
    }
    EXPECT_TRUE(like(text, many));
    EXPECT_FALSE(like(std::string(4999, 'a'), many));
    EXPECT_TRUE(like(text, std::string(50000, '%')));
}

TEST(Like, LongWorkAsksAndStops) {
    const std::string text(3000, 'a');
    const LikePattern hostile("%" + std::string(1500, 'a') + "b", false);
    EXPECT_FALSE(hostile.matches(text, go_on));
    asked = 0;
    EXPECT_THROW(hostile.matches(text, stop_at_third), Interrupted);
    EXPECT_EQ(asked, 3);
    asked = 0;
    EXPECT_TRUE(LikePattern("%a", false).matches(text, stop_at_third)); // short work does not ask
    EXPECT_EQ(asked, 0);
}

} // namespace
} // namespace leadscore
