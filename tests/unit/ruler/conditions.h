// Conditions and values for the tests of the parts that read them: one field's matchers as the
// index keeps them, and scalars as leaves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "ruler/index/encode.h"
#include "support/random.h"

namespace rialto::ruler::sample {

using test::Random;

// The condition of the pattern {"a": matchers}.
class OneCondition {
 public:
  // `matchers` is a list as a pattern has it. Without `ok()` there is no condition.
  explicit OneCondition(std::string_view matchers, std::uint32_t path = 1);

  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }

  const Condition& get() const {
    return *reinterpret_cast<const Condition*>(writer_.bytes().data() + sizeof(Clause));
  }

  // As the rule set does it for every wildcard that is not inside of an `anything-but`.
  template <class Choose>
  void pick_wildcards(const Choose& choose) {
    get().tests().any([&](const Test& test) {
      if (test.op != Op::Wildcard) return false;
      const Pick pick = choose(test);
      std::memcpy(const_cast<char*>(test.payload), &pick, sizeof pick);  // the writer's own memory
      return false;
    });
  }

 private:
  ClauseWriter writer_;
  std::string error_;
};

// A scalar of an event. The leaf points into the text.
struct Scalar {
  explicit Scalar(const std::string& json);
  Leaf leaf() const;

  std::string json;
  json::Value value;
};

// Scalars of which many pass some of the random matchers.
const std::vector<Scalar>& scalars();

// A valid list of one to three matchers, of every kind there is.
std::string random_matchers(Random& random);

}  // namespace rialto::ruler::sample
