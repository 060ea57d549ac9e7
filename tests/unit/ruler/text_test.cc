// The parts that matching stands on: numbers, addresses, letters.
#include <gtest/gtest.h>

#include <cmath>

#include "ruler/address.h"
#include "ruler/fold.h"
#include "ruler/number.h"
#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

TEST(Comparable, IsWhatADoubleSaysAgain) {
  EXPECT_EQ(comparable("0.1"), 0.1);
  EXPECT_EQ(comparable("1e23"), 1e23);
  EXPECT_EQ(comparable("-12.50"), -12.5);
  EXPECT_EQ(comparable("1.7976931348623157e308"), 1.7976931348623157e308);
  EXPECT_EQ(comparable("5e-324"), 5e-324);
  EXPECT_EQ(comparable("0e99999999999999999999"), 0.0);
  EXPECT_FALSE(std::signbit(comparable("-0").value()));
  EXPECT_EQ(comparable("9223372036854775807"), std::nullopt);
  for (const char* text :
       {"9007199254740993", "0.1000000000000000055511151231257827", "1e999", "-1e999", "1e-999",
        "4e-324", "123456789012345678901", "1e99999999999999999999", "1e-99999999999999999999"}) {
    EXPECT_EQ(comparable(text), std::nullopt) << text;
  }
}

TEST(Addresses, AreParsedWhole) {
  for (const char* text : {"0.0.0.0", "255.255.255.255", "::", "::1", "1::", "1:2:3:4:5:6:7:8",
                           "a:b::c", "ABCD:ef01::", "01.2.3.4", "::ffff:1:1", "1::3:4:5:6:7:8"}) {
    EXPECT_TRUE(parse_address(text).has_value()) << text;
  }
  for (const char* text : {"",          "1",      "1.2.3",         "1.2.3.4.5",
                           "1.2.3.256", "1..2.3", ".1.2.3",        "1.2.3.",
                           "1.2.3.4 ",  ":",      ":::",           "1:",
                           ":1",        "1:2",    "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
                           "1::2::3",   "g::",    "12345::",       "1:2:3:4:5:6:7::8",
                           "::1%eth0",  "[::1]",  "::1.2.3.4",     "00000000001.2.3.4",
                           "-1.2.3.4"}) {
    EXPECT_FALSE(parse_address(text).has_value()) << text;
  }
}

TEST(Addresses, OfMappedV6AreV4) {
  EXPECT_EQ(parse_address("::ffff:a00:1"), parse_address("10.0.0.1"));
  EXPECT_NE(parse_address("::a00:1"), parse_address("10.0.0.1"));
}

TEST(Networks, HoldTheirAddresses) {
  const auto holds = [](const char* base, unsigned bits, const char* address) {
    return network(*parse_address(base), bits).contains(*parse_address(address));
  };
  EXPECT_TRUE(holds("10.1.2.3", 15, "10.1.255.255"));
  EXPECT_TRUE(holds("10.1.2.3", 15, "10.0.0.0"));
  EXPECT_FALSE(holds("10.1.2.3", 15, "10.2.0.0"));
  EXPECT_TRUE(holds("10.1.2.3", 32, "10.1.2.3"));
  EXPECT_FALSE(holds("10.1.2.3", 32, "10.1.2.4"));
  EXPECT_TRUE(holds("::", 0, "ffff::"));
  EXPECT_FALSE(holds("::", 0, "1.2.3.4"));
  EXPECT_FALSE(holds("0.0.0.0", 0, "::1"));
}

TEST(Folding, KnowsBothFormsOfEveryScript) {
  struct Row {
    const char* text;
    const char* lower;
    const char* upper;
  };
  for (const Row& row :
       {Row{"Az", "az", "AZ"}, Row{"éÉ", "éé", "ÉÉ"}, Row{"ÿ", "ÿ", "Ÿ"}, Row{"Žž", "žž", "ŽŽ"},
        Row{"σΣς", "σσς", "ΣΣΣ"}, Row{"яЖ", "яж", "ЯЖ"}, Row{"Ա", "ա", "Ա"}, Row{"ⓐ", "ⓐ", "Ⓐ"},
        Row{"ａ", "ａ", "Ａ"}, Row{"ꭰ", "ꭰ", "Ꭰ"}, Row{"ǅ", "ǆ", "Ǆ"}, Row{"Ⱥ", "ⱥ", "Ⱥ"},
        Row{"ﬀ", "ﬀ", "FF"}, Row{"ΐ", "ΐ", "\u0399\u0308\u0301"}, Row{"ẞ", "ß", "ẞ"}}) {
    const Folded folded(row.text);
    EXPECT_TRUE(folded.equals(row.lower)) << row.text;
    EXPECT_TRUE(folded.equals(row.upper)) << row.text;
  }
}

TEST(Folding, LeavesTheRestAlone) {
  for (const char* text : {"1", "-", "漢字", "×", "÷", "ª", "😀", "𐐀"}) {
    EXPECT_TRUE(Folded(text).equals(text));
  }
  EXPECT_FALSE(Folded("𐐀").equals("𐐨"));  // above U+FFFF
  EXPECT_FALSE(Folded("×").equals("÷"));
  EXPECT_FALSE(Folded("ab").equals("a"));
  EXPECT_FALSE(Folded("a").equals("ab"));
  EXPECT_TRUE(Folded("").equals(""));
  EXPECT_TRUE(Folded("").is_prefix_of("x"));
  EXPECT_TRUE(Folded("").is_suffix_of("x"));
}

TEST(Folding, OfAsciiIsExhaustive) {
  for (char c = ' '; c < 0x7F; ++c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const Folded folded(std::string(1, c));
    for (char other = ' '; other < 0x7F; ++other) {
      const bool expected = other == c || (is_letter && other == static_cast<char>(c ^ 0x20));
      EXPECT_EQ(folded.equals(std::string(1, other)), expected) << c << other;
    }
  }
}

TEST(Utf8, IsStrict) {
  EXPECT_TRUE(utf8::is_valid("aé€😀"));
  for (const char* text :
       {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xff", "\xe2\x82", "a\xf0\x9f\x98"}) {
    EXPECT_FALSE(utf8::is_valid(text));
  }
  EXPECT_EQ(utf8::utf16_length("aé€😀"), 5U);
}

}  // namespace
}  // namespace rialto::ruler
