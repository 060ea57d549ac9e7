#include <rialto/ruler/rule_set.h>

#include <iostream>
#include <mutex>
#include <string_view>
#include <thread>

namespace ruler = rialto::ruler;

constexpr std::string_view kSmallOrder = R"({"source": "shop", "total": 60})";

// Rules that some threads change while others match.
class Rules {
 public:
  rialto::Result<> put(ruler::RuleId id, std::string_view text) {
    auto pattern = ruler::Pattern::compile(text);  // the long part, outside the lock
    if (!pattern.ok()) return pattern.error();
    const std::lock_guard lock(mutex_);
    rules_.put(id, *pattern);
    snapshot_ = rules_.snapshot();
    return {};
  }

  // The rules as they were last published: ask once for each event, or for each batch.
  ruler::Snapshot current() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }

 private:
  mutable std::mutex mutex_;
  ruler::RuleSet rules_;
  ruler::Snapshot snapshot_;
};

void match_until_two(const Rules& rules) {
  thread_local ruler::Scratch scratch;
  for (std::size_t count = 0; count < 2;) {
    const auto ids = rules.current().match(kSmallOrder, scratch);
    if (!ids.ok()) return;
    count = ids->size();
  }
}

void show_refusals(Rules& rules) {
  const auto put = rules.put(9, R"({"total": [{"numeric": ["~", 100]}]})");
  if (!put.ok()) std::cout << put.error().message << '\n';
  ruler::Scratch scratch;
  const auto ids = rules.current().match(std::string_view("[1, 2]"), scratch);
  if (!ids.ok()) std::cerr << ids.error().message << '\n';
}

void show_near_misses(const Rules& rules) {
  const auto misses = rules.current().explain(kSmallOrder, 10);
  if (!misses.ok()) return;
  for (const ruler::NearMiss& miss : *misses) {
    std::cout << "rule " << miss.id << " wants " << miss.path << " in " << miss.condition;
    for (const std::string& found : miss.found) std::cout << ", found " << found;
    std::cout << '\n';
  }
}

int main() {
  Rules rules;
  if (!rules.put(7, R"({"source": ["shop"], "total": [{"numeric": [">=", 100]}]})").ok()) return 1;
  std::thread first([&rules] { match_until_two(rules); });
  std::thread second([&rules] { match_until_two(rules); });
  const bool done =
      rules.put(8, R"({"source": ["shop"]})").ok() && rules.put(10, R"({"total": [60]})").ok();
  first.join();
  second.join();
  show_refusals(rules);
  show_near_misses(rules);
  return done ? 0 : 1;
}
