// What a queue is called and how it behaves, in its stored form (docs/internals/storage.md).
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "queue/settings.h"
#include "store/keys.h"

namespace rialto::queue {

// Never changes while the queue exists.
struct Identity {
  store::QueueId id = 0;
  store::Scope scope;
  std::string name;
  TimePoint created_at;
};

std::string encode_resource(const Identity& identity, const QueueInfo& info);
// Error: Corruption.
Result<std::pair<Identity, QueueInfo>> decode_resource(std::string_view bytes);

}  // namespace rialto::queue
