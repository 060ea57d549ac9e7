// The request that an API destination gets for an event (docs/spec/05 §4). Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connection/connections.h"
#include "http/sender.h"
#include "json/value.h"
#include "model/api_destination.h"

namespace rialto::targets {

// For all of an attempt at the endpoint.
inline constexpr std::chrono::milliseconds kEndpointTimeout{5'000};

// A payload that the connection's body parameters are put into may not be larger.
inline constexpr std::size_t kMergedPayloadBytesMax = 64U << 10;

// Unverified at AWS: whether the payload goes along with a GET or HEAD.
inline constexpr bool kGetAndHeadHaveBody = false;

struct ApiDestinationRequest {
  const model::ApiDestination& destination;
  const connection::Access& access;
  const json::Value& target;  // as PutTargets got it: for its HttpParameters
  const json::Value& event;   // for the paths in them
  std::string_view payload;
  std::string_view trace_header;  // empty for none
};

// Errors are permanent, and their `reason` is an ERROR_CODE of docs/spec/02 §5: INVALID_PARAMETER
// for an endpoint whose `*` have no values, a path that leads nowhere (unverified at AWS), a value
// that cannot stand where it should, and a payload too large for body parameters; INVALID_JSON for
// one that is no object, which they need (unverified).
Result<http::Call> make_request(const ApiDestinationRequest& request);

}  // namespace rialto::targets
