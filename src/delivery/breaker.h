// The breaker of one destination: how many calls of its target may be under way, and that a dead
// one is called just often enough to find out when it lives again.
//
// *Closed*, it lets two calls begin at a time, one more for each answer, and half as many after a
// call that got none. So a target that hangs from the start holds two places, not hundreds, for as
// long as its calls take. After twenty calls in a row without an answer it is *open*: one call at
// a time, the probe, at growing intervals. Any answer closes it.
//
// An answer is whatever shows that the target is there: also a refusal, a 5xx, or a failure of our
// own before the call. None of these holds a place for long, and their retries are the business of
// the retry policy. Only CONNECTION_FAILURE and TIMEOUT are no answer.
//
// Pure, and not safe to call from several threads: Lanes locks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "targets/target_type.h"

namespace rialto::delivery {

// Our own numbers: a retry policy of up to nineteen retries never meets the breaker with one event.
inline constexpr int kBreakerFailures = 20;
inline constexpr std::size_t kBreakerFirstCalls = 2;
// The wait for the next probe, doubled each time, of which chance takes up to a half: so what was
// dead for a while is found alive after about as long again, and thousands of dead ones cost
// little.
inline constexpr Millis kProbeFirst{250};
inline constexpr Millis kProbeMax{30'000};

class Breaker {
 public:
  enum class Sign : unsigned char { None, Alive, Dead };
  enum class Change : unsigned char { None, Opened, Closed };

  // How many calls may be under way.
  std::size_t calls_max() const { return is_open() ? 1 : calls_max_; }
  // Whether a call may begin, apart from how many are under way; for an open one: the probe.
  bool may_begin(TimePoint now) const;
  void begin() { ++under_way_; }
  // A call has ended: with such a sign, and with `error` if it was Dead. `random`: 64 bits.
  Change end(Sign sign, const Error* error, TimePoint now, std::uint64_t random);
  // As at first, but for the calls that are under way.
  void forget();

  bool is_open() const { return next_probe_.has_value(); }
  // Of an open one: when the next probe may begin; nothing while calls are under way.
  std::optional<TimePoint> next_probe() const;
  // Since it opened for the first time: what the last call without an answer ended with.
  const std::optional<Error>& last_error() const { return last_error_; }

 private:
  std::size_t under_way_ = 0;
  std::size_t calls_max_ = kBreakerFirstCalls;
  int failures_ = 0;  // in a row
  Millis probe_wait_{0};
  std::optional<TimePoint> next_probe_;  // while open
  std::optional<Error> last_error_;
};

// What a call says of its target.
Breaker::Sign sign_of(const targets::Outcome& outcome);

}  // namespace rialto::delivery
