// Another event bus as a target (docs/spec/02 §3.2).
#pragma once

#include "targets/target_type.h"

namespace rialto::targets {

std::unique_ptr<TargetType> make_bus_type(BusPort& port);

}  // namespace rialto::targets
