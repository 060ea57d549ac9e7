// The access keys in force: those of the file, which is read again when it has changed. Private to
// server.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "access/key_ring.h"
#include "base/result.h"
#include "net/task.h"
#include "server/key_store.h"

namespace rialto::server {

class LiveKeys {
 public:
  LiveKeys(KeyStore store, access::KeyRing& ring) : store_(std::move(store)), ring_(ring) {}

  // At start. Errors: those of KeyStore::load.
  Result<> load();

  // Looks at the file several times a second, until it is over: by its facts, as no notification
  // tells of files that come over a network, or of a directory that is mounted anew. A file that
  // cannot be read leaves the keys that there are, and is logged.
  Task<> watch(const std::atomic<bool>* is_over);

 private:
  KeyStore store_;
  access::KeyRing& ring_;
  std::optional<std::string> seen_;
};

}  // namespace rialto::server
