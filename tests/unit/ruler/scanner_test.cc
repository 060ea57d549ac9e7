// From text to leaves: what is found, when the trusted scan stops, and that neither scan ever looks
// beyond its text (which a sanitizer sees, since each text is an allocation of its own).
#include "ruler/scan/scanner.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "json/read.h"
#include "ruler/rule_set.h"
#include "ruler/show/clause_text.h"
#include "support/random.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

using Outcome = Scanned::Outcome;

// The leaves of an event as `path=value`, with what they lie in.
class Scanner {
 public:
  explicit Scanner(const std::vector<std::string>& fields) : paths_(memory_, 1) {
    for (const std::string& field : fields) paths_.use(paths_.make(field));
  }

  struct Answer {
    Scanned scanned;
    std::string leaves;

    bool is_refused() const {
      return scanned.outcome == Outcome::NoObject || scanned.outcome == Outcome::Malformed;
    }
  };

  Answer checked(std::string_view text) {
    const Exact exact(text);
    found_.begin(paths_.tree().limit());
    const Scanned scanned = scan_checked(exact.view(), paths_.tree(), blocks_, found_);
    return {scanned, scanned.outcome == Outcome::Done ? told() : ""};
  }

  std::string trusted(std::string_view text) {
    const Exact exact(text);
    found_.begin(paths_.tree().limit());
    scan_trusted(exact.view(), paths_.tree(), blocks_, found_);
    return told();
  }

  std::string document(std::string_view text) {
    const Result<json::Value> root = json::parse(text, {.any_number = true});
    EXPECT_TRUE(root.ok()) << text;
    found_.begin(paths_.tree().limit());
    if (root.ok()) find_leaves(*root, paths_.tree(), found_);
    return told();
  }

 private:
  // A copy in an allocation of exactly its size.
  class Exact {
   public:
    explicit Exact(std::string_view text) : bytes_(new char[text.size()]), size_(text.size()) {
      std::copy(text.begin(), text.end(), bytes_.get());
    }
    std::string_view view() const { return {bytes_.get(), size_}; }

   private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
  };

  std::string told() const {
    std::string out;
    for (std::size_t i = 1; i < found_.leaves().size(); ++i) {
      const Leaf& leaf = found_.leaves()[i];
      if (!out.empty()) out += ' ';
      out += paths_.tree().name(leaf.path) + "=" + to_text(leaf);
      for (std::uint32_t at = leaf.element; at != 0; at = found_.elements()[at].parent) {
        const Element& element = found_.elements()[at];
        out += "@" + std::to_string(element.array) + "." + std::to_string(element.index);
      }
    }
    return out;
  }

  Memory memory_;
  Paths paths_;
  Blocks blocks_;
  Found found_;
};

void expect_found(const std::vector<std::string>& fields, std::string_view text,
                  const std::string& leaves) {
  Scanner scanner(fields);
  const auto outcome = scanner.checked(text);
  EXPECT_EQ(outcome.scanned.outcome, Outcome::Done) << text;
  EXPECT_EQ(outcome.leaves, leaves) << text;
  EXPECT_EQ(scanner.document(text), leaves) << text;
  EXPECT_EQ(scanner.trusted(text), leaves) << text;
}

TEST(RulerScanner, FindsWhatIsAskedFor) {
  expect_found({"a"}, R"({"a":"x"})", R"(a="x")");
  expect_found({"a"}, R"({"b":"x"})", "");
  expect_found({"a"}, "{}", "");
  expect_found({"a", "b"}, R"({"x":{"a":5},"a":-1.50,"y":[1,{"b":2}],"b":null})", "a=-1.50 b=null");
  expect_found({"a.b", "a.c"}, R"({"a":{"c":true,"d":{"b":1},"b":false}})", "a.c=true a.b=false");
  expect_found({"a", "a.b"}, R"({"a":["x",{"b":1}]})", R"(a="x" a.b=1@1.1)");
  expect_found({"a"}, R"({"a":{"b":1}})", "");
  expect_found({"", "a."}, R"({"":1,"a":{"":2}})", "=1 a.=2");
  expect_found({"a"}, " {\t\"a\" :\r\n[ 1 , [ 2,3 ] ,{ } ] } ", "a=1 a=2@1.1 a=3@1.1");
  expect_found({"longer-key-1", "longer-key-2"}, R"({"longer-key-2":2,"longer-key-1":1})",
               "longer-key-2=2 longer-key-1=1");
}

TEST(RulerScanner, TellsElementsOfArrays) {
  expect_found({"a.b"}, R"({"a":[{"b":1},{"c":2},{"b":[3,{"x":4}]},[{"b":5}]]})",
               "a.b=1@1.0 a.b=3@1.2 a.b=5@3.0@1.3");
}

TEST(RulerScanner, ReadsEscapes) {
  expect_found({"a\"b", "c"}, R"({"a\"b":"\u00e9\n","\u0063":"\\"})", R"(a"b="é\n" c="\\")");
  // Of a text of many strings, each stays good while others are added.
  std::string event = "{\"a\":[";
  std::string wanted;
  for (int i = 0; i < 200; ++i) {
    const std::string number = std::to_string(i);
    event += (i > 0 ? ",\"\\u0041" : "\"\\u0041") + number + "\"";
    wanted += (i > 0 ? " a=\"A" : "a=\"A") + number + "\"";
  }
  expect_found({"a"}, event + "]}", wanted);
}

TEST(RulerScanner, SeesRepeatedKeysThatMatter) {
  Scanner scanner({"a.b"});
  EXPECT_EQ(scanner.checked(R"({"a":{"b":1,"b":2}})").scanned.outcome, Outcome::Repeated);
  EXPECT_EQ(scanner.checked(R"({"a":1,"a":{"b":2}})").scanned.outcome, Outcome::Repeated);
  EXPECT_EQ(scanner.checked(R"({"a":{"b":1,"\u0062":2}})").scanned.outcome, Outcome::Repeated);
  EXPECT_EQ(scanner.checked(R"({"x":1,"x":2,"a":[{"b":1},{"b":2}]})").scanned.outcome,
            Outcome::Done);
}

TEST(RulerScanner, RefusesWhatIsMalformedAnywhere) {
  Scanner scanner({"a.b"});
  for (const char* text : {"",
                           " ",
                           "[]",
                           "1",
                           "\"a\"",
                           "{",
                           "}",
                           "{]",
                           R"({"a")",
                           R"({"a":)",
                           R"({"a":1)",
                           R"({"a":1,})",
                           R"({"a":1}})",
                           R"({"a":1}x)",
                           R"({a:1})",
                           R"({"a":[1,]})",
                           R"({"a":[,1]})",
                           R"({"x":tru})",
                           R"({"x":nullx})",
                           R"({"x":01})",
                           R"({"x":1.})",
                           R"({"x":"\x"})",
                           R"({"x":"\ud800"})",
                           R"({"x\q":1})",
                           R"({"a":{"b":1 2}})",
                           R"({"a":{"b" 1}})",
                           R"({"x":[{]}})",
                           R"({"x":})",
                           R"({"x":'y'})",
                           R"({"x":"y})",
                           R"({"x":+1})"}) {
    EXPECT_TRUE(scanner.checked(text).is_refused()) << text;
  }
  EXPECT_TRUE(scanner.checked("{\"x\":\"\n\"}").is_refused());
  EXPECT_TRUE(scanner.checked("{\"x\":\"\x80\"}").is_refused());
  EXPECT_TRUE(scanner.checked(std::string_view("{\"x\":1}\0", 8)).is_refused());
}

TEST(RulerScanner, SaysWhereAndHowATextIsMalformed) {
  struct Case {
    const char* text;
    std::size_t at;
    const char* problem;
  };
  Scanner scanner({"a.b"});
  for (const Case& each :
       {Case{R"({"a":"x"} junk)", 10, "text after the end of the object"},
        Case{R"({"a" 1})", 5, "a colon was expected"},
        Case{R"({"x":tru})", 5, "a value was expected"},
        Case{R"({"a":1,})", 7, "a key in quotes was expected"},
        Case{R"({"a":[1 2]})", 8, "a comma or the end of the array was expected"},
        Case{R"({"x":{"y":01}})", 11, "a comma or the end of the object was expected"},
        Case{R"({"x":"\u12"})", 5, "a malformed escape in a string"},
        Case{R"({"a":"x)", 5, "a string without an end"},
        Case{"{\"x\":\"a\tb\"}", 7, "a control character in a string"},
        Case{"{\"x\":\"\x80\"}", 6, "bytes that are not UTF-8"}}) {
    const Scanned scanned = scanner.checked(each.text).scanned;
    EXPECT_EQ(scanned.outcome, Outcome::Malformed) << each.text;
    EXPECT_EQ(scanned.at, each.at) << each.text;
    EXPECT_STREQ(scanned.problem, each.problem) << each.text;
  }
  EXPECT_EQ(scanner.checked("[1]").scanned.outcome, Outcome::NoObject);
}

// Cut right behind the last value that is asked for, where the whole text is: nothing more is read.
TEST(RulerScanner, StopsBehindTheLastValueThatIsAskedFor) {
  struct Case {
    std::vector<std::string> fields;
    std::string text;
    std::string rest;
  };
  for (const Case& each :
       {Case{{"a"}, R"({"x":[1,{"y":"z"}],"a":"b")", R"(,"c":[1,2]})"},
        Case{{"a"}, R"({"a":1)", R"( ,"c":"}"})"}, Case{{"a.b"}, R"({"a":{"b":true)", "}}"},
        Case{{"a.b", "c"}, R"({"a":{"b":1,"x":2},"c":null)", R"(,"d":1})"},
        Case{{"a.b", "c"}, R"({"c":1,"a":{"y":{},"b":"x")", R"(,"z":[]},"q":1})"},
        Case{{"a"}, R"({"a":[1,"x",{"y":1}])", "}"},
        Case{{"a.b.c.d"}, R"({"a":{"b":{"x":1,"c":{"d":"\"")", R"(,"e":1},"f":2}}})"}}) {
    Scanner scanner(each.fields);
    const std::string whole = scanner.trusted(each.text + each.rest);
    EXPECT_NE(whole, "");
    EXPECT_EQ(whole, scanner.document(each.text + each.rest));
    // A number or a word ends where something follows it.
    const bool is_open = each.text.back() != '"' && each.text.back() != ']';
    EXPECT_EQ(scanner.trusted(each.text + (is_open ? "," : "")), whole) << each.text;
    EXPECT_TRUE(scanner.checked(each.text).is_refused());
  }
}

TEST(RulerScanner, ReadsArraysAndTheirElementsToTheEnd) {
  Scanner scanner({"a.b"});
  EXPECT_EQ(scanner.trusted(R"({"a":[{"b":1,"x":{"b":7}},{"x":[]},{"b":2,"y":"]"}],"z":1})"),
            "a.b=1@1.0 a.b=2@1.2");
}

// --- What no contract covers: text that is not what it is said to be

const std::vector<std::string> kFields = {"a", "a.b", "a.b.c", "n", "s", "far-away.key"};

const std::vector<std::string>& whole_events() {
  static const std::vector<std::string> kEvents = {
      R"({"a":{"b":{"c":[1,-2.5e+10,{"x":"y"}]}},"n":1,"s":"x","far-away":{"key":true}})",
      R"({"s":"\ud83d\ude00\n\\\"","a":[{"b":[{"c":"\u0041"},null]},"é",[[["€"]]]],"n":-0.0})",
      R"({ "far-away" : { "key" : false , "k\u0065y2" : [ ] } , "n" : 1E-5 , "a" : "" })",
      R"({"skip":{"a":[1,{"b":"]}"}],"q":"\\"},"x":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",)"
      R"("a":{"b":null},"n":12345678901234567890,"s":["1","2"]})"};
  return kEvents;
}

// All entries, with rules that look closely at what they find.
class Hostile {
 public:
  Hostile() {
    const char* patterns[] = {R"({"a":["x",1,null]})",
                              R"({"n":[{"numeric":[">",0]}]})",
                              R"({"n":[1,12345678901234567890]})",
                              R"({"a":{"b":[{"anything-but":[1]}]}})",
                              R"({"s":[{"wildcard":"*x*y"},{"equals-ignore-case":"É"}]})",
                              R"({"s":[{"cidr":"10.0.0.0/8"},{"suffix":"x"},{"prefix":"\""}]})",
                              R"({"a":{"b":{"c":[{"numeric":["<",5]}]}},"n":[{"exists":true}]})",
                              R"({"far-away":{"key":[{"exists":false}]}})"};
    RuleId id = 0;
    for (const char* pattern : patterns) EXPECT_TRUE(rules_.put(++id, pattern).ok()) << pattern;
    snapshot_ = rules_.snapshot();
  }

  void look_at(std::string_view text) {
    scanner_.checked(text);
    scanner_.trusted(text);
    const std::unique_ptr<char[]> exact(new char[text.size()]);
    std::copy(text.begin(), text.end(), exact.get());
    const std::string_view view(exact.get(), text.size());
    const bool is_good = snapshot_.match(view, scratch_).ok();
    if (!is_good) EXPECT_FALSE(json::parse(text, {.any_number = true}).ok() && text[0] == '{');
    snapshot_.match_trusted(view, scratch_);
  }

 private:
  Scanner scanner_{kFields};
  RuleSet rules_;
  Snapshot snapshot_;
  Scratch scratch_;
};

TEST(RulerScanner, StaysInBoundsOfTextsCutAnywhere) {
  Hostile hostile;
  for (const std::string& event : whole_events()) {
    for (std::size_t size = 0; size <= event.size(); ++size) {
      hostile.look_at(std::string_view(event).substr(0, size));
      hostile.look_at(std::string_view(event).substr(size));
    }
  }
}

TEST(RulerScanner, StaysInBoundsOfDamagedTexts) {
  Hostile hostile;
  test::Random random(1);
  constexpr std::string_view kNasty = "{}[]\",:\\ux019.-+eEtfn \n\x80\xff";
  for (std::size_t i = 0; i < test::scaled(30'000) * (test::kIsSanitized ? 4 : 1); ++i) {
    std::string text = random.one_of(whole_events());
    for (std::size_t count = 1 + random.below(4); count > 0 && !text.empty(); --count) {
      const std::size_t at = random.below(text.size());
      switch (random.below(4)) {
        case 0: text[at] = random.one_of(kNasty); break;
        case 1: text.erase(at, 1 + random.below(8)); break;
        case 2: text.insert(at, 1, random.one_of(kNasty)); break;
        default: text.resize(at); break;
      }
    }
    hostile.look_at(text);
  }
}

TEST(RulerScanner, StaysInBoundsOfGarbage) {
  Hostile hostile;
  test::Random random(2);
  const std::vector<std::string> parts = {
      "{",      "}",      "[",    "]",   ":",       ",",      "\"",     "\"a\":", "\"a\"",
      "\"b\":", "\"n\":", "\\",   "\\u", "\\ud8",   "1",      "-",      "1e",     "1e+",
      ".",      "tr",     "null", " ",   "{\"a\":", "\"s\":", "\"c\":", "x",      "\x80"};
  for (std::size_t i = 0; i < test::scaled(60'000) * (test::kIsSanitized ? 4 : 1); ++i) {
    std::string text = random.once_in(10) ? "" : "{";
    for (std::size_t count = random.below(12); count > 0; --count) text += random.one_of(parts);
    hostile.look_at(text);
  }
}

TEST(RulerScanner, StaysInBoundsHoweverDeep) {
  Hostile hostile;
  for (const std::string open : {"[", "{\"a\":", "{\"x\":", "[{\"b\":"}) {
    std::string text = "{\"a\":";
    for (std::size_t i = 0; i < 3 * json::kDepthMax; ++i) text += open;
    hostile.look_at(text);
    hostile.look_at(text + "1");
  }
}

}  // namespace
}  // namespace rialto::ruler
