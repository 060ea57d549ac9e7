#include <memory>

#include "targets/aws/row.h"
#include "targets/target_type.h"
#include "targets/types/api_destination.h"
#include "targets/types/bus.h"
#include "targets/types/logs.h"
#include "targets/types/signed_call.h"

namespace rialto::targets {

TargetTypes make_target_types(BusPort& bus, const CallServices* calls) {
  TargetTypes types;
  types.push_back(make_bus_type(bus));
  if (calls == nullptr) return types;
  const auto client = std::make_shared<AwsClient>(calls->endpoints, calls->credentials,
                                                  calls->sender, calls->clock);
  types.push_back(make_api_destination_type(
      {calls->connections, calls->api_destinations, calls->sender, calls->clock}));
  types.push_back(make_logs_type(client, calls->ids));
  for (const auto rows : {messaging_rows(), workflow_rows(), management_rows(), gateway_rows()}) {
    for (const Row& row : rows) types.push_back(make_signed_call_type(row, client));
  }
  return types;
}

}  // namespace rialto::targets
