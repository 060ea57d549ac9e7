// An event as text: the checked entry takes what json::read takes, and answers as the reference.
#include <algorithm>
#include <cstdint>

#include "base/check.h"
#include "json/read.h"
#include "ruler/reference.h"
#include "ruler/rule_set.h"

namespace {

using namespace rialto;

constexpr const char* kPatterns[] = {
    R"({"a":[1,"x",null,true]})", R"({"a":{"b":[{"exists":false}]},"b":[{"exists":true}]})",
    R"({"a":{"b":[{"prefix":"x"}],"c":[{"suffix":"x"},{"wildcard":"*a*b"}]}})",
    R"({"a":[{"numeric":[">",0,"<=",300]},{"anything-but":["x","y"]}]})",
    R"({"$or":[{"b":[{"equals-ignore-case":"ß"}]},{"":[{"cidr":"10.0.0.0/8"}]}],"a.b":["x"]})"};

struct Judge {
  std::vector<ruler::Pattern> patterns;
  ruler::Snapshot snapshot;

  Judge() {
    ruler::RuleSet set;
    for (const char* text : kPatterns) {
      set.put(patterns.size(), *ruler::Pattern::compile(text));
      patterns.push_back(*ruler::Pattern::compile(text));
    }
    snapshot = set.snapshot();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Judge judge;
  static ruler::Scratch scratch;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto event = json::parse(text, {.any_number = true});
  const auto got = judge.snapshot.match(text, scratch);
  RIALTO_CHECK(got.ok() == (event.ok() && event->is_object()), "an event is what json::read takes");
  if (!got.ok()) return 0;
  std::vector<ruler::RuleId> ids(got->begin(), got->end());
  std::sort(ids.begin(), ids.end());
  std::vector<ruler::RuleId> expected;
  for (std::size_t i = 0; i < judge.patterns.size(); ++i) {
    if (matches(judge.patterns[i], *event)) expected.push_back(i);
  }
  RIALTO_CHECK(ids == expected, "the checked entry is the reference");
  return 0;
}
