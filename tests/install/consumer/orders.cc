#include <rialto/ruler/rule_set.h>

#include <iostream>
#include <string_view>

int main() {
  const std::string_view event = R"({"source": "shop", "total": 120})";
  rialto::ruler::RuleSet rules;
  const auto put = rules.put(7, R"({"source": ["shop"], "total": [{"numeric": [">=", 100]}]})");
  if (!put.ok()) return std::cerr << put.error().message << '\n', 1;
  const rialto::ruler::Snapshot snapshot = rules.snapshot();
  rialto::ruler::Scratch scratch;
  const auto ids = snapshot.match(event, scratch);
  if (!ids.ok()) return std::cerr << ids.error().message << '\n', 1;
  for (const rialto::ruler::RuleId id : *ids) std::cout << "rule " << id << " matches\n";
}
