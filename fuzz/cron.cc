// Schedule expressions. What can be read names moments in order, and the last of a year is the one
// that counting comes to.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "cron/expression.h"

using namespace rialto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto expression = cron::Expression::read_of_rule(text);
  if (!expression) return 0;
  const TimePoint anchor = from_millis(1'768'478'400'123);
  const TimePoint until = anchor + std::chrono::days(365);
  TimePoint at = anchor;
  for (int i = 0; i < 100; ++i) {
    const auto next = expression->next_after(at, anchor);
    const auto last = expression->last_within(at, until, anchor);
    RIALTO_CHECK(last.has_value() == (next && *next <= until), "the last needs a next");
    if (!next) return 0;
    RIALTO_CHECK(*next > at, "moments come in order");
    RIALTO_CHECK(!last || *last >= *next, "the last does not come before the next");
    at = *next;
  }
  return 0;
}
