// What AWS tells on the default bus of connections and API destinations (docs/spec/03 §8). Pure.
#pragma once

#include <functional>
#include <string_view>

#include "base/clock.h"
#include "json/value.h"
#include "model/api_destination.h"
#include "model/arn.h"
#include "model/connection.h"

namespace rialto::connection {

namespace happened {

inline constexpr std::string_view kCreationStarted = "Connection Creation Started";
inline constexpr std::string_view kUpdateStarted = "Connection Update Started";
inline constexpr std::string_view kDeletionStarted = "Connection Deletion Started";
inline constexpr std::string_view kAuthorizationStarted = "Connection Authorization Started";
inline constexpr std::string_view kAuthorized = "Connection Authorized";
inline constexpr std::string_view kDeauthorizationStarted = "Connection Deauthorization Started";
inline constexpr std::string_view kDeauthorized = "Connection Deauthorized";
inline constexpr std::string_view kDestinationActivated = "API Destination Activated";
inline constexpr std::string_view kDestinationDeactivated = "API Destination Deactivated";

}  // namespace happened

struct Notice {
  model::Scope scope;    // whose default bus it is for
  json::Value envelope;  // without what the bus fills in
};
using Notify = std::function<void(Notice)>;

Notice make_notice(std::string_view what, const model::Connection& connection, TimePoint now);
Notice make_notice(std::string_view what, const model::ApiDestination& destination, TimePoint now);

}  // namespace rialto::connection
