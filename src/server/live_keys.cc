#include "server/live_keys.h"

#include "base/log.h"
#include "net/runtime.h"

namespace rialto::server {
namespace {

constexpr std::chrono::milliseconds kLook{250};

}  // namespace

Result<> LiveKeys::load() {
  // Before reading: what changes meanwhile is seen at the next look.
  seen_ = store_.version();
  RIALTO_TRY(auto keys, store_.load());
  const std::size_t count = keys.size();
  ring_.set(std::move(keys));
  log::info("access.keys_loaded", {{"file", store_.path()}, {"keys", count}});
  if (count == 0) {
    log::warn("access.no_keys",
              {{"hint", "nobody can ask anything: make one, rialto keys create"}});
  }
  return {};
}

Task<> LiveKeys::watch(const std::atomic<bool>* is_over) {
  while (!*is_over) {
    co_await net::sleep_for(kLook);
    if (store_.version() == seen_) continue;
    const Result<> outcome = load();
    if (!outcome.ok()) log::error("access.keys_unreadable", {{"error", outcome.error().message}});
  }
}

}  // namespace rialto::server
