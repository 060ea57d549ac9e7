// One ordered view of layers that lie over tables.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "store/overlay/layer.h"
#include "store/overlay/tables.h"
#include "store/store.h"

namespace rialto::store {

using Layers = std::vector<std::shared_ptr<const Layer>>;  // the newest first

// Visits the keys of `range`: as the newest layer that knows a key says, else as `below` says.
Result<> scan_merged(const Layers& layers, std::unique_ptr<Tables::Cursor> below, Table table,
                     const Range& range, const Visitor& visitor);

}  // namespace rialto::store
