// The checked entry accepts a text exactly when json::read does and it is an object, whatever the
// rules ask for, and answers as the reference does then.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>

#include "property/ruler/differ.h"
#include "property/ruler/families.h"
#include "property/ruler/generator.h"
#include "support/scale.h"

namespace rialto::ruler::proof {
namespace {

// Rule sets that ask for nothing, for little, and for much.
class Judges {
 public:
  Judges() {
    add({});
    add({R"({"zz":[1]})"});
    add({R"({"a":[{"exists":true}]})"});
    add({R"({"a":[{"exists":false}]})", R"({"b":["x"]})", R"({"a":{"b":[{"prefix":"a"}]}})",
         R"({"a":[{"numeric":[">",0]},{"wildcard":"*a*"}]})", R"({"a":[1,null,true,"\u0001"]})",
         R"({"a":[{"equals-ignore-case":"é"}],"c":{"d":[{"exists":false}]}})",
         R"({"":[{"anything-but":"x"}]})"});
  }

  // What is wrong with the answer to this text.
  std::optional<std::string> judge(std::string_view text) {
    // A copy without a byte behind it, for the sanitizer to notice who reads on.
    const auto bytes = std::make_unique<char[]>(text.size());
    if (!text.empty()) std::memcpy(bytes.get(), text.data(), text.size());
    const std::string_view tight(bytes.get(), text.size());
    const Result<json::Document> document = read(text);
    const bool is_event = document.ok() && document->root.is_object();
    for (const Judge& one : judges_) {
      // It means nothing where the text is no event, but must do no harm.
      static_cast<void>(one.snapshot.match_trusted(tight, scratch_));
      const auto got = one.snapshot.match(tight, scratch_);
      if (got.ok() != is_event) {
        return std::to_string(one.rules.size()) + " rules: " +
               (is_event ? "refused: " + got.error().message : "accepted what is no event") +
               why(document);
      }
      if (!is_event) {
        if (got.error().code != Code::InvalidArgument) return "refused with another code";
        continue;
      }
      const bool is_trusted = !document->has_repeated_keys && is_plain(document->root);
      const Event event{std::string(text), document->root, is_trusted};
      const Ids ids = expected(one.rules, document->root);
      if (auto found = asker_.differs(one.snapshot, event, ids)) return found;
    }
    ++(is_event ? accepted : refused);
    return std::nullopt;
  }

  std::size_t accepted = 0;
  std::size_t refused = 0;

 private:
  struct Judge {
    Rules rules;
    Snapshot snapshot;
  };

  static std::string why(const Result<json::Document>& document) {
    return document.ok() ? "" : " (json::read: " + document.error().message + ")";
  }

  void add(std::initializer_list<std::string_view> patterns) {
    RuleSet set;
    Judge judge;
    for (const std::string_view pattern : patterns) {
      const RuleId id = judge.rules.size();
      judge.rules.emplace(id, compiled(pattern));
      set.put(id, judge.rules.at(id));
    }
    judge.snapshot = set.snapshot();
    judges_.push_back(std::move(judge));
  }

  std::vector<Judge> judges_;
  Scratch scratch_;
  Asker asker_;
};

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 400)) {
    std::array<char, 8> hex{};
    std::snprintf(hex.data(), hex.size(), "\\x%02x", static_cast<unsigned>(c) & 0xFFU);
    out += c >= ' ' && c < 0x7F ? std::string(1, c) : std::string(hex.data());
  }
  return out;
}

class Malformed : public testing::Test {
 protected:
  // False when enough was found.
  bool check(const std::string& text) {
    const std::optional<std::string> found = judges_.judge(text);
    if (!found) return true;
    ADD_FAILURE() << printable(text) << "\n" << *found;
    return ++failures_ < 10;
  }

  // The fragment as a value, as a part of one, as a key, and between tokens.
  bool check_everywhere(const std::string& fragment) {
    const std::string& f = fragment;
    for (const std::string& text :
         {f, "{\"a\":" + f + "}", "{\"a\":[" + f + "]}", "{\"a\":[1," + f + ",2]}",
          "{\"zz\":{\"y\":" + f + "},\"a\":1}", "{" + f + ":1}", "{\"a\":1," + f + ":1}",
          "{\"a\":1" + f + "}", "{\"a\"" + f + ":1}", "{\"a\":1}" + f, f + "{\"a\":1}",
          "{\"a\":1," + f + "}", "{\"a\":" + f, "{\"zz\":[{\"a\":" + f + "}]}"}) {
      if (!check(text)) return false;
    }
    return true;
  }

  // A string's inside, as a value and as a key.
  bool check_inside(const std::string& inside) {
    return check("{\"a\":\"" + inside + "\"}") && check("{\"" + inside + "\":1}") &&
           check("{\"zz\":[\"" + inside + "\"],\"a\":1}");
  }

  Judges judges_;
  int failures_ = 0;
};

TEST_F(Malformed, ShortTextsOfTokens) {
  const std::vector<std::string> tokens = {"{", "}", "[", "]", ":", ",", "\"a\"", "1", "null"};
  for (const std::string& text : words(tokens, test::kIsSanitized ? 4 : 6)) {
    if (!check("{\"a\"" + text) || !check(text)) return;
  }
}

TEST_F(Malformed, ShortNumbers) {
  const std::vector<std::string> parts = {"0", "1", "-", "+", ".", "e", "E"};
  for (const std::string& text : words(parts, test::kIsSanitized ? 3 : 5)) {
    if (!check("{\"a\":" + text + "}") || !check("{\"a\":[" + text + "]}") ||
        !check("{\"zz\":" + text + ",\"a\":1}")) {
      return;
    }
  }
}

TEST_F(Malformed, Fragments) {
  for (const char* fragment : {"",
                               " ",
                               "01",
                               "1.",
                               "-",
                               "+1",
                               ".5",
                               "1.e1",
                               "1e",
                               "1e+",
                               "-01",
                               "0x1",
                               "1_0",
                               "1 2",
                               "NaN",
                               "Infinity",
                               "-Infinity",
                               "nul",
                               "nulll",
                               "null0",
                               "True",
                               "TRUE",
                               "tru",
                               "truee",
                               "fals",
                               "falsey",
                               "null\"\"",
                               "true1",
                               "1true",
                               "1\"a\"",
                               "\"a\"1",
                               "\"a\"\"b\"",
                               "'a'",
                               "a",
                               "undefined",
                               "\"",
                               "\"a",
                               "a\"",
                               "\"\\\"",
                               "\\\"a\\\"",
                               "{",
                               "}",
                               "[",
                               "]",
                               "{}",
                               "[]",
                               "{]",
                               "[}",
                               "[,]",
                               "[1,]",
                               "[,1]",
                               "[1,,2]",
                               "[1 2]",
                               "{,}",
                               "{\"a\"}",
                               "{\"a\":}",
                               "{\"a\":1,}",
                               "{:1}",
                               "{1:1}",
                               "{\"a\":1 \"b\":2}",
                               "{\"a\":1,,\"b\":2}",
                               "{\"a\"::1}",
                               "{null:1}",
                               ":",
                               ",",
                               ";",
                               "//",
                               "/**/",
                               "#",
                               "\xEF\xBB\xBF",
                               "\xC2\xA0",
                               "\xE2\x80\x83",
                               "\f",
                               "\v",
                               "\b",
                               "\x7f",
                               "\xff",
                               "1e5",
                               "1E-5",
                               "-0",
                               "-0.0e-0",
                               "\"\\u0061\"",
                               "\"\\/\"",
                               "[[]]",
                               "{\"\":{}}",
                               "\t\r\n ",
                               "1\n",
                               "0.1e1",
                               "9223372036854775808",
                               "-9223372036854775809"}) {
    if (!check_everywhere(fragment)) return;
  }
  if (!check_everywhere(std::string(1, '\0')) || !check_everywhere(std::string("1\0", 2))) return;
  check_everywhere(std::string(70, ' ') + "1" + std::string(70, '\n'));
}

TEST_F(Malformed, EveryByteEverywhere) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    if (!check_everywhere(text) || !check_inside(text) || !check_inside("\\" + text)) return;
    // Behind so much plain text that a reader of whole vectors sees it in their every place.
    for (std::size_t shift = 0; shift < 70; shift += test::kIsSanitized ? 13 : 1) {
      if (!check_inside(std::string(shift, 'x') + text + std::string(70 - shift, 'y'))) return;
    }
  }
}

TEST_F(Malformed, EscapesAndSurrogates) {
  const std::vector<std::string> units = {"\\u0000", "\\u0041", "\\uD7FF", "\\ud800", "\\uDBFF",
                                          "\\uDC00", "\\udfff", "\\ue000", "\\uFFFF", "a",
                                          "\\n",     "\\u",     "\\u0",    "\\u00G0", "\\u 041",
                                          "\\U0041", "\\x41",   "\\",      "\\uD83D", "\\uDE00"};
  for (const std::string& inside : words(units, test::kIsSanitized ? 2 : 3)) {
    if (!check_inside(inside)) return;
  }
}

TEST_F(Malformed, Utf8) {
  const std::vector<int> edges = {0x00, 0x22, 0x41, 0x5C, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
                                  0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                                  0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF};
  std::vector<std::string> bytes;
  for (const int edge : edges) bytes.emplace_back(1, static_cast<char>(edge));
  for (const std::string& inside : words(bytes, test::kIsSanitized ? 2 : 3)) {
    if (!check_inside(inside)) return;
  }
  // Four bytes: those whose beginning may be good.
  for (std::size_t i = 21; i < bytes.size(); ++i) {
    for (const std::string& rest : words({"\x7f", "\x80", "\x8f", "\x90", "\xbf", "\xc0"}, 3)) {
      if (!check_inside(bytes[i] + rest) || !check_inside("é" + bytes[i] + rest + "x")) return;
    }
  }
}

TEST_F(Malformed, Depth) {
  const auto nest = [](std::size_t depth, const std::string& open, const std::string& inner,
                       const std::string& close) {
    std::string out = "{\"a\":";
    for (std::size_t i = 0; i < depth; ++i) out += open;
    out += inner;
    for (std::size_t i = 0; i < depth; ++i) out += close;
    return out + "}";
  };
  for (const std::size_t depth : {997U, 998U, 999U, 1000U, 1001U, 100'000U}) {
    for (const std::string inner : {"1", "[]", "{}", "\"x\"", ""}) {
      for (const std::string key : {"a", "zz", ""}) {
        const std::string open = "{\"" + key + "\":";
        if (!check(nest(depth, "[", inner, "]")) || !check(nest(depth, open, inner, "}")) ||
            !check(nest(depth / 2, "[" + open, inner, "}]")) ||
            !check(nest(depth, open, inner, "")) || !check(nest(depth, "[", inner, "")) ||
            !check(nest(depth, "[1,", inner, "]"))) {
          return;
        }
      }
    }
  }
  EXPECT_GT(judges_.accepted, 30U);
}

// Valid events, hurt in a few places.
std::string hurt(std::string text, Random& random) {
  constexpr std::array<std::string_view, 34> kBits = {"\"",
                                                      "{",
                                                      "}",
                                                      "[",
                                                      "]",
                                                      ",",
                                                      ":",
                                                      "\\",
                                                      "\\u",
                                                      "\\ud800",
                                                      "\\udc00",
                                                      "0",
                                                      "-",
                                                      ".",
                                                      "e",
                                                      "+",
                                                      "null",
                                                      "true",
                                                      "false",
                                                      " ",
                                                      "\n",
                                                      "\t",
                                                      "\x01",
                                                      "\x1f",
                                                      "\x7f",
                                                      "\xff",
                                                      "\xc3",
                                                      "\x80",
                                                      "\xed\xa0\x80",
                                                      "\xf0\x9f\x98\x80",
                                                      "\xc0\x80",
                                                      "1",
                                                      "\"\"",
                                                      "{}"};
  for (std::size_t i = 1 + random.below(3); i > 0; --i) {
    const std::size_t place = random.below(text.size() + 1);
    switch (random.below(8)) {
      case 0: text.resize(place); break;
      case 1: text.insert(place, random.one_of(kBits)); break;
      case 2:
        text.replace(place, std::min<std::size_t>(1, text.size() - place), random.one_of(kBits));
        break;
      case 3: text.erase(place, 1 + random.below(3)); break;
      case 4: text += random.one_of(kBits); break;
      case 5: text.insert(0, random.one_of(kBits)); break;
      case 6:
        text.insert(place, text.substr(random.below(text.size() + 1), random.below(20)));
        break;
      default:
        if (place < text.size()) {
          text[place] =
              static_cast<char>(static_cast<unsigned char>(text[place]) ^ (1U << random.below(8)));
        }
    }
  }
  return text;
}

TEST_F(Malformed, HurtEvents) {
  Random random(7);
  for (std::size_t i = test::scaled(8'000); i > 0; --i) {
    Generator generator(random);
    for (int j = 0; j < 5; ++j) {
      const std::string event = generator.event();
      for (int k = 0; k < 10; ++k) {
        if (!check(hurt(event, random))) return;
      }
    }
  }
  std::printf("%zu accepted, %zu refused\n", judges_.accepted, judges_.refused);
  EXPECT_GT(judges_.accepted * 10, judges_.refused);
}

}  // namespace
}  // namespace rialto::ruler::proof
