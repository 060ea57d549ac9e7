// An HTTP endpoint as a target (docs/spec/05 §4).
#pragma once

#include <memory>

#include "base/clock.h"
#include "connection/api_destinations.h"
#include "connection/connections.h"
#include "http/sender.h"
#include "targets/target_type.h"

namespace rialto::targets {

struct ApiDestinationServices {
  connection::Connections& connections;
  const connection::ApiDestinations& destinations;
  http::Sender& sender;
  const Clock& clock;
};

// The services must outlive it.
std::unique_ptr<TargetType> make_api_destination_type(ApiDestinationServices services);

}  // namespace rialto::targets
