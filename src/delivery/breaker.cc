#include "delivery/breaker.h"

namespace rialto::delivery {
namespace {

// More are never let through, by any limit of lanes.
constexpr std::size_t kCallsMax = 65'536;

// Half of it at least, so that those of many targets that died together come apart.
Millis with_jitter(Millis wait, std::uint64_t random) {
  const auto half = static_cast<std::uint64_t>(wait.count()) / 2;
  return Millis(static_cast<std::int64_t>(half + random % (half + 1)));
}

}  // namespace

// A probe further ahead than the longest wait was planned before the clock was moved back.
bool Breaker::may_begin(TimePoint now) const {
  if (!is_open()) return true;
  return under_way_ == 0 && (*next_probe_ <= now || *next_probe_ > now + kProbeMax);
}

Breaker::Change Breaker::end(Sign sign, const Error* error, TimePoint now, std::uint64_t random) {
  --under_way_;
  if (sign == Sign::None) return Change::None;
  if (sign == Sign::Alive) {
    const bool was_open = is_open();
    failures_ = 0;
    next_probe_.reset();
    calls_max_ = was_open ? kBreakerFirstCalls : std::min(calls_max_ + 1, kCallsMax);
    return was_open ? Change::Closed : Change::None;
  }
  calls_max_ = std::max<std::size_t>(1, calls_max_ / 2);
  ++failures_;
  if (failures_ < kBreakerFailures) return Change::None;
  last_error_ = *error;
  const bool was_open = is_open();
  // Calls that began before it opened are no probes.
  if (was_open && under_way_ > 0) return Change::None;
  probe_wait_ = was_open ? std::min(probe_wait_ * 2, kProbeMax) : kProbeFirst;
  next_probe_ = now + with_jitter(probe_wait_, random);
  return was_open ? Change::None : Change::Opened;
}

void Breaker::forget() {
  const std::size_t under_way = under_way_;
  *this = {};
  under_way_ = under_way;
}

std::optional<TimePoint> Breaker::next_probe() const {
  return under_way_ == 0 ? next_probe_ : std::nullopt;
}

Breaker::Sign sign_of(const targets::Outcome& outcome) {
  if (outcome.result.ok()) return Breaker::Sign::Alive;
  const Error& error = outcome.result.error();
  if (error.code == Code::Cancelled) return Breaker::Sign::None;
  const bool is_unanswered = error.reason == "CONNECTION_FAILURE" || error.reason == "TIMEOUT";
  return is_unanswered && is_retryable(error.code) ? Breaker::Sign::Dead : Breaker::Sign::Alive;
}

}  // namespace rialto::delivery
