// The access keys in force, and whether a request was signed with one of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/key.h"
#include "access/signing_keys.h"
#include "aws/request.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/snapshot.h"

namespace rialto::access {

// Who a request is from, whose signature holds.
struct Authenticated {
  std::shared_ptr<const AccessKey> key;
  std::string region;  // that the signature is for
};

// Safe to call from any thread.
class KeyRing {
 public:
  // `skew`: how far the clocks of those who sign may be off (docs/spec/09 §7).
  explicit KeyRing(std::chrono::seconds skew) : skew_(skew) {}

  // Replaces all keys: from now on these and no others hold.
  void set(std::vector<AccessKey> keys);

  // Errors, in AWS's words and with its names: see aws/verify.h; ExpiredTokenException.
  Result<Authenticated> authenticate(const aws::Request& request, std::string_view service,
                                     TimePoint now) const;

 private:
  struct Entry {
    std::shared_ptr<const AccessKey> key;
    std::unique_ptr<SigningKeys> signing;
  };
  using Entries = std::unordered_map<std::string, Entry>;

  const std::chrono::seconds skew_;
  Snapshot<Entries> entries_{std::make_shared<const Entries>()};
};

}  // namespace rialto::access
