// The insides of strings and numbers, against json's own idea of both.
#include "ruler/scan/strings.h"

#include <gtest/gtest.h>

#include <vector>

#include "json/number.h"
#include "json/read.h"
#include "support/random.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

std::string unescaped(std::string_view raw) {
  std::string out = "kept ";
  unescape(raw, out);
  EXPECT_TRUE(out.starts_with("kept "));
  return out.substr(5);
}

TEST(RulerStrings, KnowEachEscape) {
  struct Row {
    std::string_view raw;
    std::string_view text;
  };
  using std::string_view_literals::operator""sv;
  for (const Row& row :
       {Row{"", ""}, Row{"plain", "plain"}, Row{R"(\"\\\/)", "\"\\/"},
        Row{R"(\b\f\n\r\t)", "\b\f\n\r\t"}, Row{R"(a\nb\\)", "a\nb\\"}, Row{R"(\u0041)", "A"},
        Row{R"(\u0000)", "\0"sv}, Row{R"(\u00e9\u00E9)", "éé"}, Row{R"(\u20ac)", "€"},
        Row{R"(\uFFFF)", "\uFFFF"}, Row{R"(\ud7ff\uE000)", "\uD7FF\uE000"},
        Row{R"(\ud83d\ude00)", "😀"}, Row{R"(\uD800\uDC00)", "\U00010000"},
        Row{R"(\udbff\udfff)", "\U0010FFFF"}, Row{R"(x\ud83d\uDE00y)", "x😀y"},
        Row{R"(\\u0041)", R"(\u0041)"}, Row{R"(é\t€)", "é\t€"}}) {
    EXPECT_TRUE(has_good_escapes(row.raw)) << row.raw;
    EXPECT_EQ(unescaped(row.raw), row.text) << row.raw;
  }
}

TEST(RulerStrings, RefuseWhatIsNoEscape) {
  for (
      const char* raw :
      {R"(\)",        R"(a\)",           R"(\\\)",          R"(\x)",           R"(\')",
       R"(\U0041)",   R"(\N)",           R"(\0)",           R"(\u)",           R"(\u1)",
       R"(\u12)",     R"(\u123)",        R"(\u123g)",       R"(\u 123)",       R"(\u+123)",
       R"(\u-123)",   R"(\ud83d)",       R"(\ud83dx)",      R"(\ud83d\)",      R"(\ud83d\n)",
       R"(\ud83d\u)", R"(\ud83d\ude0)",  R"(\ud83d\u0041)", R"(\ud83d\ud83d)", R"(\ud83d\ue000)",
       R"(\ude00)",   R"(\ude00\ud83d)", R"(\udc00x)",      R"(\udfff)",       R"(good\n\ud83d)"}) {
    EXPECT_FALSE(has_good_escapes(raw)) << raw;
  }
}

// What json::read makes of the string says whether its escapes are good, and what they stand for.
void expect_as_read(const std::string& raw) {
  const Result<json::Value> read = json::parse("[\"" + raw + "\"]");
  // Of exactly that size, so that a sanitizer finds a look beyond its end.
  const std::vector<char> exact(raw.begin(), raw.end());
  const std::string_view view(exact.data(), exact.size());
  ASSERT_EQ(has_good_escapes(view), read.ok()) << raw;
  if (read.ok()) EXPECT_EQ(unescaped(view), read->items().front().as_string()) << raw;
}

TEST(RulerStrings, ReadEveryEscapedUnit) {
  constexpr char kHex[] = "0123456789abcdefABCDEF";
  for (unsigned unit = 0; unit < 0x10000; unit += test::kIsSanitized ? 7 : 1) {
    std::string raw = "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) {
      const unsigned digit = unit >> shift & 0xf;
      raw += kHex[digit >= 10 && unit % 3 == 0 ? digit + 6 : digit];
    }
    expect_as_read(raw);
    if (unit >= 0xD800 && unit < 0xE000) {
      expect_as_read(raw + "\\uDC07");
      expect_as_read("\\uD807" + raw);
    }
  }
}

TEST(RulerStrings, AreReadAsJsonReadsThem) {
  test::Random random(1);
  const std::vector<std::string> parts = {"\\",   "\\\\", "u",       "n",       "D83D",
                                          "DE00", "12",   "\\uD83D", "\\uDE00", "\\u0041",
                                          "x",    "\\n",  "é",       "/",       "\\/"};
  for (std::size_t i = 0; i < test::scaled(100'000); ++i) {
    std::string raw;
    for (std::size_t count = random.below(6); count > 0; --count) raw += random.one_of(parts);
    // A backslash that escapes the closing quote leaves no string to be read.
    const std::size_t last = raw.find_last_not_of('\\');
    const std::size_t row = raw.size() - (last == raw.npos ? 0 : last + 1);
    if (row % 2 == 0) expect_as_read(raw);
  }
}

// Whether the longest number at the front is what `find_number_end` finds.
void expect_number(std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  const std::size_t end = find_number_end({exact.data(), exact.size()}, 0);
  if (end == text.npos) {
    EXPECT_FALSE(json::is_number(text)) << text;
    return;
  }
  EXPECT_TRUE(json::is_number(text.substr(0, end))) << text;
  EXPECT_EQ(json::is_number(text), end == text.size()) << text;
}

// All texts of these characters up to seven of them.
void expect_numbers(std::string& text, std::size_t most) {
  expect_number(text);
  if (text.size() == most) return;
  for (const char c : std::string_view("-+.0e1E")) {
    text.push_back(c);
    expect_numbers(text, most);
    text.pop_back();
  }
}

TEST(RulerNumbersInText, EndWhereJsonSaysSo) {
  std::string text;
  expect_numbers(text, test::kIsSanitized ? 5 : 7);
  EXPECT_EQ(find_number_end("", 0), std::string_view::npos);
  EXPECT_EQ(find_number_end("x12,", 1), 3U);
  EXPECT_EQ(find_number_end("12", 2), std::string_view::npos);
}

TEST(RulerNumbersInText, MayBeLong) {
  for (std::size_t size = 1; size < 40; ++size) {
    std::string digits(size, '7');
    EXPECT_EQ(find_number_end(digits, 0), size);
    for (std::size_t at = 0; at < size; ++at) {
      for (int c = 0; c < 256; ++c) {
        if (c >= '0' && c <= '9') continue;
        std::string text = digits;
        text[at] = static_cast<char>(c);
        expect_number(text);
      }
    }
    expect_number("-" + digits + "." + digits + "e+" + digits);
    expect_number("0." + digits + "E-" + digits + "x");
  }
}

}  // namespace
}  // namespace rialto::ruler
