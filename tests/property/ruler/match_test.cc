#include <gtest/gtest.h>
// After GoogleTest, which it does not include.
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <random>

#include "json/write.h"
#include "property/ruler/arbitrary.h"
#include "property/ruler/naive.h"
#include "ruler/explain.h"
#include "ruler/pattern.h"
#include "ruler/reference.h"

namespace rialto::ruler {
namespace {

Pattern compiled(const std::string& text) {
  Result<Pattern> pattern = Pattern::compile(text);
  if (pattern.ok()) return *pattern;
  // The one rule that random patterns may break.
  RC_PRE(pattern.error().message.find("combinations") == std::string::npos);
  RC_FAIL(pattern.error().message);
  return *pattern;
}

Pattern compiled(const json::Value& value) { return compiled(json::write(value)); }

// Members (and, where asked for, the elements of lists of matchers) in another order.
void shuffle(json::Value& value, std::mt19937& random, bool with_arrays) {
  if (value.is_object()) {
    std::shuffle(value.members().begin(), value.members().end(), random);
    for (json::Member& member : value.members()) shuffle(member.value, random, with_arrays);
  } else if (value.is_array()) {
    if (with_arrays) std::shuffle(value.items().begin(), value.items().end(), random);
    for (json::Value& item : value.items()) shuffle(item, random, with_arrays);
  }
}

void flatten(const json::Value& value, const std::string& prefix, json::Value& out) {
  for (const json::Member& member : value.members()) {
    const std::string path = prefix.empty() ? member.key : prefix + "." + member.key;
    if (member.value.is_object()) {
      flatten(member.value, path, out);
    } else {
      out.add(path, member.value);
    }
  }
}

RC_GTEST_PROP(Matching, AgreesWithBruteForce, ()) {
  const json::Value event = arbitrary::event();
  const Pattern pattern = compiled(arbitrary::pattern());
  RC_LOG() << pattern.text() << "\n" << json::write(event) << "\n";
  RC_ASSERT(matches(pattern, event) == naive::matches(pattern, event));
}

// The random pairs above seldom have several fields inside one array; these always do.
RC_GTEST_PROP(Matching, AgreesWithBruteForceInsideArrays, ()) {
  json::Array items;
  const int count = *rc::gen::inRange(1, 5);
  for (int i = 0; i < count; ++i) items.push_back(arbitrary::event_object(2, true));
  const json::Value event = arbitrary::object("a", std::move(items));
  const Pattern pattern =
      compiled(arbitrary::object("a", arbitrary::pattern_object(1, *rc::gen::arbitrary<bool>())));
  RC_LOG() << pattern.text() << "\n" << json::write(event) << "\n";
  RC_ASSERT(matches(pattern, event) == naive::matches(pattern, event));
}

RC_GTEST_PROP(Matching, AgreesWithItsExplanation, ()) {
  const json::Value event = arbitrary::event();
  const Pattern pattern = compiled(arbitrary::pattern());
  const Explanation explanation = explain(pattern, event);
  RC_LOG() << pattern.text() << "\n" << json::write(event) << "\n" << to_text(explanation);
  RC_ASSERT(explanation.matched == matches(pattern, event));
  RC_ASSERT(explanation.root.passed == explanation.matched);
  RC_ASSERT(explanation.reason.empty() == explanation.matched);
  RC_ASSERT(!json::write(to_json(explanation)).empty());
}

RC_GTEST_PROP(Matching, IgnoresTheOrderOfKeysInEvents, ()) {
  json::Value event = arbitrary::event();
  const Pattern pattern = compiled(arbitrary::pattern());
  const bool before = matches(pattern, event);
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  shuffle(event, random, false);
  RC_ASSERT(matches(pattern, event) == before);
}

RC_GTEST_PROP(Matching, IgnoresTheOrderOfKeysAndAlternativesInPatterns, ()) {
  const json::Value event = arbitrary::event();
  // Without numeric, whose list has an order. Without $or, whose paths may be given twice.
  json::Value text = arbitrary::pattern(false);
  RC_PRE(json::write(text).find("numeric") == std::string::npos);
  const bool before = matches(compiled(text), event);
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  shuffle(text, random, true);
  RC_ASSERT(matches(compiled(text), event) == before);
}

RC_GTEST_PROP(Matching, IgnoresRepeatedAlternatives, ()) {
  const json::Value event = arbitrary::event();
  json::Array once = arbitrary::matchers().items();
  json::Array twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  RC_ASSERT(matches(compiled(arbitrary::object("a", once)), event) ==
            matches(compiled(arbitrary::object("a", twice)), event));
}

RC_GTEST_PROP(Matching, TakesNestedAndDottedKeysForTheSame, ()) {
  const json::Value event = arbitrary::event();
  const json::Value nested = arbitrary::pattern(false);
  json::Value dotted(json::Object{});
  flatten(nested, "", dotted);
  RC_ASSERT(matches(compiled(nested), event) == matches(compiled(dotted), event));
}

RC_GTEST_PROP(Matching, IgnoresBlanksInPatterns, ()) {
  const json::Value event = arbitrary::event();
  const std::string text = json::write(arbitrary::pattern());
  constexpr const char* kBlanks[] = {"", " ", "\t\n", "\r\n"};
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  std::string spaced;
  bool is_in_string = false;
  for (const char c : text) {
    if (c == '"') is_in_string = !is_in_string;  // no escapes in these patterns
    const bool is_mark = !is_in_string && std::string_view("{}[]:,").find(c) != std::string::npos;
    const std::string blank = is_mark ? kBlanks[random() % std::size(kBlanks)] : "";
    spaced += blank + c + blank;
  }
  RC_ASSERT(matches(compiled(spaced), event) == matches(compiled(text), event));
}

RC_GTEST_PROP(Matching, AnythingButNegatesOnOneScalar, ()) {
  const json::Value event = arbitrary::object("a", arbitrary::scalar());
  const std::string text = *rc::gen::elementOf(std::vector<std::string>{"x", "y", "xy"});
  const std::string inner = *rc::gen::elementOf(
      std::vector<std::string>{"prefix", "suffix", "equals-ignore-case", "wildcard"});
  const json::Value positive = arbitrary::object(inner, text);
  const auto verdict = [&](json::Value matcher) {
    return matches(compiled(arbitrary::object("a", json::Array{std::move(matcher)})), event);
  };
  RC_ASSERT(verdict(text) != verdict(arbitrary::object("anything-but", text)));
  RC_ASSERT(verdict(positive) != verdict(arbitrary::object("anything-but", positive)));
}

RC_GTEST_PROP(Matching, FindsAFieldEitherPresentOrAbsent, ()) {
  const json::Value event = arbitrary::event();
  const std::string path =
      *rc::gen::elementOf(arbitrary::keys()) + "." + *rc::gen::elementOf(arbitrary::keys());
  const auto verdict = [&](bool wanted) {
    const json::Array list = {arbitrary::object("exists", wanted)};
    return matches(compiled(arbitrary::object(path, list)), event);
  };
  RC_ASSERT(verdict(true) != verdict(false));
}

RC_GTEST_PROP(Matching, OfOrIsThatOfItsBranches, ()) {
  const json::Value event = arbitrary::event();
  const json::Value left = arbitrary::pattern(false);
  const json::Value right = arbitrary::pattern(false);
  const json::Value both = arbitrary::object("$or", json::Array{left, right});
  RC_ASSERT(matches(compiled(both), event) ==
            (matches(compiled(left), event) || matches(compiled(right), event)));
}

bool glob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return glob(pattern.substr(1), text) || (!text.empty() && glob(pattern, text.substr(1)));
  }
  return !text.empty() && pattern.front() == text.front() &&
         glob(pattern.substr(1), text.substr(1));
}

RC_GTEST_PROP(Matching, OfWildcardsIsThatOfTheirDefinition, ()) {
  const auto letters = [](const std::string& alphabet, int length_max) {
    std::string out;
    const int length = *rc::gen::inRange(0, length_max);
    for (int i = 0; i < length; ++i) out += *rc::gen::elementOf(alphabet);
    return out;
  };
  const std::string wildcard = letters("ab*", 7);
  RC_PRE(wildcard.find("**") == std::string::npos);
  const std::string text = letters("ab", 10);
  const json::Value pattern =
      arbitrary::object("a", json::Array{arbitrary::object("wildcard", wildcard)});
  const json::Value event = arbitrary::object("a", text);
  RC_ASSERT(matches(compiled(pattern), event) == glob(wildcard, text));
}

RC_GTEST_PROP(Compiling, NeverFailsOtherwiseThanInWords, ()) {
  std::string text = json::write(arbitrary::pattern());
  const int edits = *rc::gen::inRange(1, 4);
  for (int i = 0; i < edits && !text.empty(); ++i) {
    const std::size_t place = *rc::gen::inRange<std::size_t>(0, text.size());
    const std::string bit = *rc::gen::elementOf(std::vector<std::string>{
        "",  "\"", "{",   "}", "[",    "]",    ",",  ":",   "0", "-", ".",    "e",
        "t", "\\", "\\u", "é", "\x01", "\xff", "\n", "$or", "*", "/", "null", "😀"});
    text.replace(place, *rc::gen::inRange<std::size_t>(0, 3), bit);
  }
  const Result<Pattern> pattern = Pattern::compile(text);
  if (pattern.ok()) {
    matches(*pattern, arbitrary::event());
  } else {
    RC_ASSERT(pattern.error().message.starts_with("Event pattern is not valid. Reason: "));
    RC_ASSERT(pattern.error().reason == "InvalidEventPatternException");
  }
}

}  // namespace
}  // namespace rialto::ruler
