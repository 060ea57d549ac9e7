#include "targets/target_type.h"
#include "targets/types/api_destination.h"
#include "targets/types/bus.h"

namespace rialto::targets {

TargetTypes make_target_types(Services services) {
  TargetTypes types;
  types.push_back(make_bus_type(services.bus));
  if (services.connections != nullptr) {
    types.push_back(make_api_destination_type(
        {*services.connections, *services.api_destinations, *services.sender, *services.clock}));
  }
  return types;
}

}  // namespace rialto::targets
