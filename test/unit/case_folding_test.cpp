#include "core/case_folding.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

TEST(FoldCase, FoldsAsciiLettersOnly) {
    EXPECT_EQ(fold_case(U'A'), U'a');
    EXPECT_EQ(fold_case(U'Z'), U'z');
    EXPECT_EQ(fold_case(U'a'), U'a');
    EXPECT_EQ(fold_case(U'@'), U'@');
    EXPECT_EQ(fold_case(U'['), U'[');
    EXPECT_EQ(fold_case(U'\0'), U'\0');
}

TEST(FoldCase, FoldsLatin1) {
    EXPECT_EQ(fold_case(U'\u00C9'), U'\u00E9'); // É
    EXPECT_EQ(fold_case(U'\u00E9'), U'\u00E9'); // é
    EXPECT_EQ(fold_case(U'\u00D7'), U'\u00D7'); // multiplication sign, amid the capitals
}

TEST(FoldCase, FoldsAlternatingPairs) {
    EXPECT_EQ(fold_case(U'\u0100'), U'\u0101'); // Ā
    EXPECT_EQ(fold_case(U'\u0101'), U'\u0101'); // ā
    EXPECT_EQ(fold_case(U'\u0178'), U'\u00FF'); // Ÿ
}

TEST(FoldCase, KeepsOneCharacterPerCharacter) {
    EXPECT_EQ(fold_case(U'\u1E9E'), U'\u00DF'); // ẞ to ß, not to ss
    EXPECT_EQ(fold_case(U'\u00DF'), U'\u00DF'); // ß
}

TEST(FoldCase, IgnoresTurkicRules) {
    EXPECT_EQ(fold_case(U'I'), U'i');
    EXPECT_EQ(fold_case(U'\u0130'), U'\u0130'); // İ
    EXPECT_EQ(fold_case(U'\u0131'), U'\u0131'); // ı
}

TEST(FoldCase, FoldsCompatibilityLettersToAscii) {
    EXPECT_EQ(fold_case(U'\u017F'), U's'); // ſ
    EXPECT_EQ(fold_case(U'\u212A'), U'k'); // Kelvin sign
}

TEST(FoldCase, FoldsBothLowerSigmasAlike) {
    EXPECT_EQ(fold_case(U'\u03A3'), U'\u03C3'); // Σ
    EXPECT_EQ(fold_case(U'\u03C2'), U'\u03C3'); // ς
    EXPECT_EQ(fold_case(U'\u03C3'), U'\u03C3'); // σ
}

TEST(FoldCase, FoldsCherokeeToCapitals) {
    EXPECT_EQ(fold_case(U'\uAB70'), U'\u13A0');
    EXPECT_EQ(fold_case(U'\u13F8'), U'\u13F0');
    EXPECT_EQ(fold_case(U'\u13A0'), U'\u13A0');
}

TEST(FoldCase, FoldsAstralLetters) {
    EXPECT_EQ(fold_case(U'\U00010400'), U'\U00010428'); // Deseret
    EXPECT_EQ(fold_case(U'\U0001E921'), U'\U0001E943'); // Adlam, the table's last entry
}

TEST(FoldCase, LeavesOthersAlone) {
    EXPECT_EQ(fold_case(U'\u4E2D'), U'\u4E2D');
    EXPECT_EQ(fold_case(U'\U0001F600'), U'\U0001F600');
    EXPECT_EQ(fold_case(char32_t{0x10FFFF}), char32_t{0x10FFFF});
    EXPECT_EQ(fold_case(char32_t{0xFFFFFFFF}), char32_t{0xFFFFFFFF});
}

} // namespace
} // namespace leadscore
