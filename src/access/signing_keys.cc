#include "access/signing_keys.h"

namespace rialto::access {
namespace {

// More than a client that is up to something good uses in a day; then all are derived again.
constexpr std::size_t kKeysMax = 64;

}  // namespace

std::string SigningKeys::find(const aws::SigningScope& scope) {
  const std::string text = scope.text();
  {
    const std::lock_guard guard(mutex_);
    if (const auto found = keys_.find(text); found != keys_.end()) return found->second;
  }
  std::string key = aws::signing_key(scope, secret_);
  const std::lock_guard guard(mutex_);
  if (keys_.size() >= kKeysMax) keys_.clear();
  keys_.emplace(text, key);
  return key;
}

}  // namespace rialto::access
