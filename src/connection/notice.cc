#include "connection/notice.h"

#include <string>

namespace rialto::connection {
namespace {

// Such as `2024-10-24 09:26:35 +0000 UTC`.
std::string timestamp(TimePoint now) {
  std::string out = to_iso_seconds(now);  // 2024-10-24T09:26:35Z
  out.replace(out.find('T'), 1, " ");
  out.pop_back();
  return out + " +0000 UTC";
}

Notice make(std::string_view what, model::Scope scope, std::string arn, json::Object detail,
            TimePoint now) {
  detail.push_back({"Timestamp", timestamp(now)});
  json::Object envelope{{"detail-type", std::string(what)},
                        {"source", "aws.events"},
                        {"resources", json::Array{std::move(arn)}},
                        {"detail", std::move(detail)}};
  return {std::move(scope), std::move(envelope)};
}

}  // namespace

Notice make_notice(std::string_view what, const model::Connection& connection, TimePoint now) {
  json::Object detail{{"ConnectionName", connection.name}};
  if (connection.state_reason) detail.push_back({"StateReason", *connection.state_reason});
  return make(what, connection.scope(), connection.arn(), std::move(detail), now);
}

Notice make_notice(std::string_view what, const model::ApiDestination& destination, TimePoint now) {
  json::Object detail{{"ApiDestinationName", destination.name}};
  return make(what, destination.scope(), destination.arn(), std::move(detail), now);
}

}  // namespace rialto::connection
