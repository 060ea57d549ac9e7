// The keys that a secret has for days, Regions and services (docs/spec/09 §6): each takes four
// digests to derive, and a client uses the same one for a day.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

#include "aws/sigv4.h"

namespace rialto::access {

// Safe to call from any thread.
class SigningKeys {
 public:
  explicit SigningKeys(std::string secret) : secret_(std::move(secret)) {}

  std::string find(const aws::SigningScope& scope);

 private:
  const std::string secret_;
  std::mutex mutex_;                                   // a leaf
  std::unordered_map<std::string, std::string> keys_;  // by the scope's text; guarded by mutex_
};

}  // namespace rialto::access
