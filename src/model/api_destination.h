// API destinations: HTTP endpoints that rules call (docs/spec/05 §3). Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/arn.h"
#include "model/connection.h"

namespace rialto::model {

// What is recorded when no InvocationRateLimitPerSecond was given.
inline constexpr std::int64_t kInvocationRateDefault = 300;

struct ApiDestination {
  std::string account;
  std::string region;
  std::string name;
  std::string id;  // a UUID, of the ARN
  std::optional<std::string> description;
  ConnectionRef connection;
  std::string endpoint;  // may have `*` for path segments
  std::string http_method;
  std::int64_t rate = kInvocationRateDefault;  // invocations a second
  TimePoint created_at;
  TimePoint modified_at;

  Scope scope() const { return {.account = account, .region = region}; }
  std::string arn() const;
};

// An API destination as an ARN names it.
struct ApiDestinationRef {
  Scope scope;
  std::string name;
  std::string id;

  static constexpr std::string_view kPrefix = "api-destination/";

  static bool names(const Arn& arn) {
    return arn.service == "events" && arn.resource.starts_with(kPrefix);
  }
  // Error: InvalidArgument, as of every ARN that is not what it should be.
  static Result<ApiDestinationRef> from(const Arn& arn);
};

// ApiDestinationV1, a value of Table::Resource. Errors of decoding: Corruption.
std::string encode(const ApiDestination& destination);
Result<ApiDestination> decode_api_destination(std::string_view bytes);

}  // namespace rialto::model
