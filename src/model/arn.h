// Amazon Resource Names, and the ones Rialto makes and reads itself: buses, rules, queues
// (docs/spec/03 §6).
//
// Reading is as lenient as PutTargets is: the six parts must be there, and what the resource says
// is judged by whoever knows the service. Plain values; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rialto::model {

inline constexpr std::string_view kDefaultBus = "default";

// The partition that `region` belongs to: aws, aws-cn or aws-us-gov.
std::string_view partition_of(std::string_view region);

// Twelve digits.
bool is_account_id(std::string_view text);
// Looks like `us-gov-west-1`: what may become a part of stored keys and of ARNs.
bool is_region(std::string_view text);

struct Arn {
  std::string partition;
  std::string service;
  std::string region;    // empty for global services
  std::string account;   // empty for what belongs to no account, such as event sources
  std::string resource;  // all the rest: may hold `:` and `/`

  // Error: `Parameter <arn> is not valid. Reason: Provided Arn is not in correct format.`
  static Result<Arn> parse(std::string_view text);

  std::string text() const;
  bool operator==(const Arn&) const = default;
};

// The error that every reader of this file returns for `text`, for those who look into `resource`.
Error invalid_arn(std::string_view text);

// Where a caller stands: everything is scoped by both (docs/spec/03 §1).
struct Scope {
  std::string account;
  std::string region;
  auto operator<=>(const Scope&) const = default;
};

// An ARN in the partition of `region`.
std::string make_arn(std::string_view service, std::string_view region, std::string_view account,
                     std::string_view resource);
std::string bus_arn(std::string_view region, std::string_view account, std::string_view bus);
// Rules of the default bus are named without their bus.
std::string rule_arn(std::string_view region, std::string_view account, std::string_view bus,
                     std::string_view rule);
// Of a user of an account, or of its root for an empty name: `arn:aws:iam::123456789012:root`.
std::string user_arn(const Scope& scope, std::string_view user);
std::string queue_arn(std::string_view region, std::string_view account, std::string_view name);

// A bus, as EventBusName names it: by name in the caller's own scope, or by ARN anywhere.
struct BusRef {
  std::string region;
  std::string account;
  std::string name;

  // Absent means the default bus. An ARN must be one of a bus; a plain name is not checked beyond
  // being there, for the operation's own constraints have been by then.
  static Result<BusRef> parse(std::optional<std::string_view> text, const Scope& caller);

  std::string arn() const { return bus_arn(region, account, name); }
  bool operator==(const BusRef&) const = default;
};

struct RuleRef {
  std::string region;
  std::string account;
  std::string bus;  // `default` when the ARN names none; holds `/` for partner buses
  std::string name;

  static Result<RuleRef> parse(std::string_view arn);
  static Result<RuleRef> from(const Arn& arn);

  std::string arn() const { return rule_arn(region, account, bus, name); }
  bool operator==(const RuleRef&) const = default;
};

struct QueueRef {
  std::string region;
  std::string account;
  std::string name;

  static Result<QueueRef> parse(std::string_view arn);
  static Result<QueueRef> from(const Arn& arn);

  // FIFO queues are told by their name, as at SQS.
  bool is_fifo() const { return name.ends_with(".fifo"); }
  std::string arn() const { return queue_arn(region, account, name); }
  bool operator==(const QueueRef&) const = default;
};

}  // namespace rialto::model
