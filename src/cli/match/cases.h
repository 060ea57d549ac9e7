// `rialto match --cases`: each line asks with its own rules. Private to cli.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "ruler/rule_set.h"

namespace rialto::cli {

// Answers cases, one thread at a time:
//
//   {"rules":{"name":"<pattern text>",...},"event":"<event text>"}
//     {"matched":["name",...],"errors":{"name":"message",...}}    names in the order of their bytes
//     {"event_error":"message"}                                   the event is none
//     {"case_error":"message"}                                    the line is no case
//
// A rule with an error matches nothing; the others are matched all the same.
class Cases {
 public:
  // Appends the answer to `out`, without a line feed. False for a line that is no case.
  bool answer(std::string_view line, std::string& out);

  // The answer to what is no case, and why.
  static void refuse(std::string_view message, std::string& out);

 private:
  Result<> answer_case(std::string_view line, std::string& out);
  void compile(json::Value rules);

  json::Value rules_{json::Object{}};  // that are compiled: scripts ask the same rules much
  ruler::Snapshot snapshot_;           // a RuleId is a place in names_
  std::vector<std::string> names_;     // as JSON, in order
  std::string errors_ = "{}";          // as JSON
  ruler::Scratch scratch_;
  std::vector<ruler::RuleId> matched_;
};

}  // namespace rialto::cli
