#include "targets/target_type.h"
#include "targets/types/bus.h"

namespace rialto::targets {

TargetTypes make_target_types(BusPort& port) {
  TargetTypes types;
  types.push_back(make_bus_type(port));
  return types;
}

}  // namespace rialto::targets
