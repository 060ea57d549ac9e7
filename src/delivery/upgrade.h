// Deliveries as data directories of format 1 and 2 have them, brought into the form of today.
#pragma once

#include "base/result.h"
#include "store/store.h"

namespace rialto::delivery {

// Once, at start; a process that ends amid it leaves the rest to the next one. What cannot be read
// is logged and stays. Blocks. Errors: as the store's.
Result<> upgrade_deliveries(store::Store& store);

}  // namespace rialto::delivery
