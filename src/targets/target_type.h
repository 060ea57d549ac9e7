// TargetType: how one kind of target is called. Retry, dead letters, logs and counts are
// delivery's, once for all kinds.
//
// Built-in queues are the exception that makes Rialto fast: a message to one is written in the same
// commit that accepts the event (bus/ingest), so no attempt is ever needed.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "model/arn.h"
#include "model/event.h"
#include "model/target.h"
#include "net/task.h"
#include "targets/credentials.h"
#include "targets/endpoints.h"

namespace rialto::connection {
class ApiDestinations;
class Connections;
}  // namespace rialto::connection

namespace rialto::targets {

// What a target is called with.
struct Invocation {
  model::Arn target;
  // As PutTargets got it, with its parameters.
  std::shared_ptr<const model::Target> parameters;
  std::string rule_arn;
  std::shared_ptr<const model::Event> event;
  // The event's text, or what Input, InputPath or InputTransformer made of it.
  std::string payload;
  bool is_transformed = false;
  int attempt = 1;       // the first is 1
  TimePoint expires_at;  // when the event is too old to be delivered
};

// What came of an attempt.
struct Outcome {
  Outcome() = default;
  Outcome(Result<> from) : result(std::move(from)) {}  // NOLINT: implicit, for co_return
  Outcome(Error error) : result(std::move(error)) {}   // NOLINT: the same

  // An Error's `reason` is the ERROR_CODE of docs/spec/02 §5, and is_retryable(code) says whether
  // another attempt may help.
  Result<> result;
  // What the target wants of the next attempt: not to come sooner than that, or not at all.
  std::optional<Millis> retry_after;
  bool is_last = false;
  // False: the target was not called, for it is not its turn. The invocation comes again after
  // `retry_after`, and no retry is counted.
  bool was_called = true;
};

// What one call of a type's API takes, when it takes several invocations at once.
struct Batching {
  std::size_t count_max = 1;
  // Of their payloads; and what each of them adds to its payload's size.
  std::size_t bytes_max = std::numeric_limits<std::size_t>::max();
  std::size_t bytes_each = 0;
};

// Safe to call from any thread.
class TargetType {
 public:
  virtual ~TargetType() = default;

  virtual std::string_view name() const = 0;
  // Exactly one type serves an ARN.
  virtual bool serves(const model::Arn& arn) const = 0;
  // One attempt; never retries.
  virtual Task<Outcome> invoke(Invocation invocation) = 0;

  virtual Batching batching() const { return {}; }
  // One attempt at each of several invocations of one target, which fit `batching`: at least two
  // of them. An outcome for each, in order. Unless a type says otherwise, one after the other.
  virtual Task<std::vector<Outcome>> invoke_batch(std::vector<Invocation> invocations);
};

using TargetTypes = std::vector<std::unique_ptr<TargetType>>;

// What forwards an event to another bus.
struct Forwarder {
  model::RuleRef rule;
  std::string role_arn{};  // of its target; maybe empty
};

// Takes an event that a rule of another bus forwards. Implemented by the bus, which is above.
class BusPort {
 public:
  virtual ~BusPort() = default;
  // NotFound when there is no such bus, AccessDenied when its policy says so. Durable when it
  // answers success. An event that crosses a Region gets a new id.
  virtual Task<Result<>> forward(model::BusRef bus, std::shared_ptr<const model::Event> event,
                                 Forwarder by) = 0;
};

// What other servers are called through.
struct CallServices {
  const Endpoints& endpoints;
  Credentials& credentials;
  http::Sender& sender;
  const Clock& clock;
  Ids& ids;
  connection::Connections& connections;
  const connection::ApiDestinations& api_destinations;
};

// The types that are attempted; without `calls`, which tests may have no use for, only those of
// this server. All that is referred to must outlive them.
TargetTypes make_target_types(BusPort& bus, const CallServices* calls = nullptr);

}  // namespace rialto::targets
