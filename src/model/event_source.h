// Partner event sources: what a partner sends to one customer's account (docs/spec/03 §3). Plain
// values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/arn.h"

namespace rialto::model {

// What the names of partner event sources, and of the buses that match them, begin with.
inline constexpr std::string_view kPartnerPrefix = "aws.partner/";

// How long a source may be pending before it is gone (docs/spec/10 §2).
inline constexpr std::chrono::hours kPendingMax{14 * 24};

enum class EventSourceState { Pending, Active, Deleted };

struct EventSource {
  std::string account;  // the customer's
  std::string region;
  std::string name;
  std::string partner;  // the account that made it
  EventSourceState state = EventSourceState::Pending;
  TimePoint created_at;
  TimePoint pending_since;

  Scope scope() const { return {.account = account, .region = region}; }
  BusRef bus() const { return {.region = region, .account = account, .name = name}; }
  // `arn:aws:events:us-east-1::event-source/aws.partner/…`: of no account, and so the same for all
  // customers.
  std::string arn() const;
  // The partner, as the name has it.
  std::string created_by() const;
  // When it will be gone; nothing unless it is pending.
  std::optional<TimePoint> expires_at() const;
  bool is_there(TimePoint now) const;
};

// EventSourceV1, a value of Table::Resource. Errors of decoding: Corruption.
std::string encode(const EventSource& source);
Result<EventSource> decode_event_source(std::string_view bytes);

std::string_view to_text(EventSourceState state);

}  // namespace rialto::model
