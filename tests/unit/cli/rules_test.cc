#include "cli/match/rules.h"

#include "cli/match/matcher.h"
#include "support.h"

namespace rialto::cli {
namespace {

Result<Rules> read(std::string_view text) {
  const TemporaryFile file(text);
  return read_rules(BlockReader::open(file.path()).value());
}

// The message, without the file's name in front of each line number.
std::string problem(std::string_view text) {
  const TemporaryFile file(text);
  const auto rules = read_rules(BlockReader::open(file.path()).value());
  if (rules.ok()) return "none";
  std::string message = rules.error().message;
  const std::string name = file.path() + ", ";
  for (std::size_t at = 0; (at = message.find(name, at)) != message.npos;) {
    message.erase(at, name.size());
  }
  return message;
}

std::string answer(const Rules& rules, std::string_view events, Answers answers = Answers::Ids) {
  Matcher matcher(rules, answers);
  return matcher.match({std::string(events), false}, [](std::string&) {}).output;
}

TEST(Rules, AreShownInTheOrderOfTheirIds) {
  const auto rules = read(R"({"id": "b", "pattern": {"a": [1]}}
{"id": 10, "pattern": {"a": [1]}}

{"a": [1]}
{"id": "a\n", "pattern": {"a": [1]}}
{"id": 9007199254740993, "pattern": {"a": [1]}}
{"id": 9007199254740992, "pattern": {"a": [1]}}
{"id": -1.5, "pattern": {"a": [1]}}
{"id": 10.0, "pattern": {"a": [1]}}
)");
  ASSERT_TRUE(rules.ok());
  EXPECT_EQ(answer(*rules, R"({"a": 1})"),
            R"([-1.5,4,10,10.0,9007199254740992,9007199254740993,"a\n","b"])"
            "\n");
  EXPECT_EQ(rules->id_json(0), R"("b")");
  EXPECT_EQ(rules->id_json(2), "4");
}

TEST(Rules, MayBeNone) {
  const auto rules = read("\n");
  ASSERT_TRUE(rules.ok());
  EXPECT_EQ(answer(*rules, "{}\n[]"), "[]\nnull\n");
}

TEST(Rules, AreRefusedWithTheirLines) {
  EXPECT_EQ(problem("{\"a\": [1]}\n\n{\"a\": {}}\n{\"a\": [1]}\n{\"id\": 7}"),
            "line 3: Event pattern is not valid. Reason: Empty objects are not allowed\n"
            " at [Source: (String)\"{\"a\": {}}\"; line: 1, column: 9]\n"
            "line 5: A line with an id has the keys id and pattern, each once, and no others.");
  EXPECT_EQ(problem("{\"a\": [1]}\n{\"id\": \"1\", \"pattern\": {\"a\": [1]}}\n"
                    "{\"id\": 1, \"pattern\": {\"a\": [1]}}\n"),
            "line 3: The id 1 is that of line 1 too.");
  std::string many;
  for (int i = 0; i < 50; ++i) many += "[]\n";
  const std::string told = problem(many);
  EXPECT_NE(told.find("line 10:"), told.npos);
  EXPECT_EQ(told.find("line 11:"), told.npos);
}

TEST(Matcher, AnswersEachLineWithText) {
  const auto rules = read("{\"a\": [1]}\n{\"a\": [{\"exists\": true}]}\n");
  ASSERT_TRUE(rules.ok());
  EXPECT_EQ(answer(*rules, "{\"a\": 1}\n \r\n{\"a\": 2}\r\n\n{}\nnull\n{"),
            "[1,2]\n[2]\n[]\nnull\nnull\n");
  Matcher matcher(*rules, Answers::Ids);
  const Matched matched = matcher.match({"{}\n\n1\n", false}, [](std::string&) {});
  EXPECT_EQ(matched.lines, 3U);
  EXPECT_EQ(matched.events, 2U);
  EXPECT_EQ(matched.bad, 1U);
  ASSERT_EQ(matched.problems.size(), 1U);
  EXPECT_EQ(matched.problems.front().line, 3U);
}

TEST(Matcher, TellsWhichRulesNearlyMatch) {
  const auto rules =
      read(R"({"id": 7, "pattern": {"s": ["x"], "d": {"n": [1, {"prefix": "y"}]}}})");
  ASSERT_TRUE(rules.ok());
  EXPECT_EQ(answer(*rules, R"({"s": "x", "d": {"n": [2, 3.0]}})", Answers::Nearness),
            R"({"matched":[],"near":[{"id":7,"path":"d.n","condition":[1,{"prefix":"y"}],)"
            R"("found":[2,3.0]}]})"
            "\n");
  EXPECT_EQ(answer(*rules, R"({"s": "x", "d": {"n": 1}})", Answers::Nearness),
            "{\"matched\":[7],\"near\":[]}\n");
  EXPECT_EQ(answer(*rules, "[]", Answers::Nearness), "null\n");
}

TEST(Matcher, CountsWithoutOutput) {
  const auto rules = read("{\"a\": [1]}\n{\"a\": [{\"exists\": true}]}\n");
  ASSERT_TRUE(rules.ok());
  Matcher matcher(*rules, Answers::Nothing);
  const Matched matched = matcher.match({"{\"a\":1}\n{\"a\":2}\nx", false}, [](std::string&) {});
  EXPECT_EQ(matched.output, "");
  EXPECT_EQ(matched.bad, 1U);
  EXPECT_EQ(matcher.counts(), (std::vector<std::uint64_t>{1, 2}));
}

TEST(Matcher, SpillsManyAnswers) {
  std::string patterns;
  for (int i = 0; i < 200; ++i) patterns += "{\"a\": [1]}\n";
  const auto rules = read(patterns);
  ASSERT_TRUE(rules.ok());
  std::string events;
  for (int i = 0; i < 20'000; ++i) events += "{\"a\":1}\n";
  Matcher matcher(*rules, Answers::Ids);
  std::size_t size = 0, most = 0;
  const Matched matched = matcher.match({events, false}, [&](std::string& output) {
    size += output.size();
    most = std::max(most, output.size());
    output.clear();
  });
  EXPECT_EQ(size + matched.output.size(), 20'000 * (9 * 2 + 90 * 3 + 101 * 4 + 2));
  EXPECT_LT(most, 6U << 20);
}

}  // namespace
}  // namespace rialto::cli
