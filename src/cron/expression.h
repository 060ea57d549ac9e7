// Schedule expressions: from their text to the moments they name (docs/spec/06 §1). Asks nobody the
// time. Plain values; any thread.
//
// Expressions of rules only. Those of EventBridge Scheduler are to come: a laxer way to the same
// Rate and Calendar, `at(...)` as a third form, and a zone between Calendar's civil minutes and
// UTC.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "cron/calendar.h"

namespace rialto::cron {

// Every so often, counted from a moment that whoever has the expression keeps.
struct Rate {
  Millis period{0};
};

class Expression {
 public:
  // Reads what PutRule takes: `rate(5 minutes)`, `cron(0 12 * * ? *)`. Nothing when it is wrong;
  // callers say so in the words of their API.
  static std::optional<Expression> read_of_rule(std::string_view text);

  // The first moment after `after`, in UTC; nothing when there is none up to the year 9999. A rate
  // counts from `anchor` and is due for the first time one period later.
  std::optional<TimePoint> next_after(TimePoint after, TimePoint anchor) const;

  // The last moment after `after` that is not after `until`.
  std::optional<TimePoint> last_within(TimePoint after, TimePoint until, TimePoint anchor) const;

 private:
  explicit Expression(std::variant<Rate, Calendar> form) : form_(std::move(form)) {}

  std::variant<Rate, Calendar> form_;
};

}  // namespace rialto::cron
