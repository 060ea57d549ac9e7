// Runs tests/spec/ruler/*.spec; what a line means is in the README there.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "json/read.h"
#include "ruler/explain.h"
#include "ruler/pattern.h"
#include "ruler/reference.h"
#include "ruler/rule_set.h"

namespace rialto::ruler {
namespace {

namespace fs = std::filesystem;

std::string place_text(const std::string& pattern, const std::string& line_and_column) {
  const std::size_t colon = line_and_column.find(':');
  return "\n at [Source: (String)\"" + pattern + "\"; line: " + line_and_column.substr(0, colon) +
         ", column: " + line_and_column.substr(colon + 1) + "]";
}

// The reason of an `error` line with its place written out.
std::string expand(const std::string& pattern, std::string reason) {
  for (std::size_t at; (at = reason.find("\\n at [")) != reason.npos;) reason.replace(at, 2, "\n");
  const std::size_t at = reason.rfind(" @");
  if (at == reason.npos) return reason;
  const bool is_double = reason[at + 2] == '@';
  const std::string place = place_text(pattern, reason.substr(at + (is_double ? 3 : 2)));
  return reason.substr(0, at) + place + (is_double ? place : "");
}

struct Line {
  std::string where;
  std::string verb;
  std::string rest;
};

std::vector<Line> read_lines(const fs::path& path) {
  std::ifstream file(path);
  std::vector<Line> out;
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    if (text.empty() || text.front() == '#') continue;
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string where = path.filename().string() + ":" + std::to_string(number);
    out.push_back({where, text.substr(0, space), text.substr(std::min(space + 1, text.size()))});
  }
  return out;
}

void check_rule_set(const Pattern& pattern, std::string_view event_text, const json::Value& event,
                    bool expected) {
  RuleSet rules;
  rules.put(7, pattern);
  const Snapshot snapshot = rules.snapshot();
  Scratch scratch;
  const std::vector<RuleId> wanted(expected ? 1 : 0, 7);
  const auto list = [](std::span<const RuleId> ids) {
    return std::vector<RuleId>(ids.begin(), ids.end());
  };
  const auto checked = snapshot.match(event_text, scratch);
  ASSERT_TRUE(checked.ok()) << checked.error().message << "\n" << event_text;
  EXPECT_EQ(list(*checked), wanted) << pattern.text() << "\n" << event_text;
  EXPECT_EQ(list(snapshot.match_document(event, scratch)), wanted) << pattern.text() << "\n"
                                                                   << event_text;
  const auto document = json::read(event_text);
  if (document->has_repeated_keys || !is_plain(event)) return;
  EXPECT_EQ(list(snapshot.match_trusted(event_text, scratch)), wanted) << pattern.text() << "\n"
                                                                       << event_text;
}

void check_event(const std::string& pattern_text, const std::string& event_text, bool expected) {
  const Result<Pattern> pattern = Pattern::compile(pattern_text);
  ASSERT_TRUE(pattern.ok()) << pattern.error().message;
  const Result<json::Value> event = json::parse(event_text);
  ASSERT_TRUE(event.ok()) << event.error().message;
  EXPECT_EQ(matches(*pattern, *event), expected) << pattern_text << "\n" << event_text;
  EXPECT_EQ(explain(*pattern, *event).matched, expected) << pattern_text << "\n" << event_text;
  check_rule_set(*pattern, event_text, *event, expected);
}

void check_error(const std::string& pattern_text, const std::string& reason) {
  const Result<Pattern> pattern = Pattern::compile(pattern_text);
  ASSERT_FALSE(pattern.ok()) << pattern_text;
  EXPECT_EQ(pattern.error().message,
            "Event pattern is not valid. Reason: " + expand(pattern_text, reason));
  EXPECT_EQ(pattern.error().reason, "InvalidEventPatternException");
  EXPECT_EQ(pattern.error().code, Code::InvalidArgument);
}

std::vector<fs::path> spec_files() {
  std::vector<fs::path> out;
  for (const auto& entry :
       fs::directory_iterator(fs::path(RIALTO_TEST_DATA).parent_path() / "spec/ruler")) {
    if (entry.path().extension() == ".spec") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(RulerSpec, EveryCaseHolds) {
  const std::vector<fs::path> files = spec_files();
  ASSERT_FALSE(files.empty());
  int cases = 0;
  for (const fs::path& file : files) {
    std::string pattern;
    for (const Line& line : read_lines(file)) {
      SCOPED_TRACE(line.where);
      if (line.verb == "pattern") {
        pattern = line.rest;
        continue;
      }
      ++cases;
      if (line.verb == "match" || line.verb == "no") {
        check_event(pattern, line.rest, line.verb == "match");
      } else if (line.verb == "error") {
        check_error(pattern, line.rest);
      } else {
        FAIL() << "a line begins with pattern, match, no or error: " << line.verb;
      }
    }
  }
  EXPECT_GT(cases, 500);
}

}  // namespace
}  // namespace rialto::ruler
