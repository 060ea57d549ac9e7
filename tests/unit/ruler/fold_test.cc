// The fold key: one for all forms of a character.
#include "ruler/fold.h"

#include <gtest/gtest.h>

#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

std::string key_of(std::string_view text) {
  std::string out = "what was there before";
  make_fold_key(text, out);
  return out;
}

std::string text_of(char32_t code) {
  std::string out;
  utf8::append(out, code);
  return out;
}

bool is_surrogate(char32_t code) { return code >= 0xD800 && code < 0xE000; }

TEST(RulerFoldKey, IsTheSameForAllFormsOfACharacter) {
  for (char32_t code = 0; code < 0x10000; ++code) {
    if (is_surrogate(code)) continue;
    const std::string text = text_of(code);
    const Folded folded(text);
    ASSERT_EQ(folded.letters().size(), 1U);
    const Folded::Letter& letter = folded.letters().front();
    const std::string key = key_of(text);
    EXPECT_EQ(key_of(letter.lower), key) << std::hex << static_cast<unsigned>(code);
    EXPECT_EQ(key_of(letter.upper), key) << std::hex << static_cast<unsigned>(code);
    EXPECT_EQ(key_of(key), key) << std::hex << static_cast<unsigned>(code);
    EXPECT_TRUE(utf8::is_valid(key));
  }
}

// What matching takes for granted: which form is tried first does not matter.
TEST(RulerFoldKey, ComesFromFormsOfWhichNoneBeginsOrEndsTheOther) {
  for (char32_t code = 0; code < 0x10000; ++code) {
    if (is_surrogate(code)) continue;
    const Folded folded(text_of(code));
    const Folded::Letter& letter = folded.letters().front();
    if (letter.lower == letter.upper) continue;
    EXPECT_FALSE(letter.lower.starts_with(letter.upper)) << letter.upper;
    EXPECT_FALSE(letter.upper.starts_with(letter.lower)) << letter.lower;
    EXPECT_FALSE(letter.lower.ends_with(letter.upper)) << letter.upper;
    EXPECT_FALSE(letter.upper.ends_with(letter.lower)) << letter.lower;
  }
}

TEST(RulerFoldKey, OfATextIsThatOfItsCharacters) {
  EXPECT_EQ(key_of(""), "");
  EXPECT_EQ(key_of("Az-09"), "az-09");
  EXPECT_EQ(key_of("STRASSE"), key_of("straße"));
  EXPECT_EQ(key_of("ΣΊΣΥΦΟΣ"), key_of("σίσυφος"));
  EXPECT_EQ(key_of("СЛОВО"), key_of("слово"));
  EXPECT_EQ(key_of("😀𐐀"), "😀𐐀");
  EXPECT_NE(key_of("𐐀"), key_of("𐐨"));
  for (char32_t code = 0; code < 0x10000; code += 13) {
    if (is_surrogate(code)) continue;
    EXPECT_EQ(key_of("a" + text_of(code) + "é"), key_of("a") + key_of(text_of(code)) + key_of("é"));
  }
}

TEST(RulerFoldKey, OfAllAsciiIsLowerCase) {
  for (char c = 0; c >= 0 && c < 0x7f; ++c) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    EXPECT_EQ(key_of(std::string(1, c)), std::string(1, is_upper ? static_cast<char>(c | 32) : c));
  }
}

// Trusted text is UTF-8; but bytes that are none must not end the process.
TEST(RulerFoldKey, SurvivesWhatIsNoUtf8) {
  for (const std::string_view text : {"\xff", "a\xc3", "\xe2\x82", "\xf0\x9f\x98", "\x80\x80"}) {
    key_of(std::string(text));
  }
}

}  // namespace
}  // namespace rialto::ruler
