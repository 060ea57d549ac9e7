// An access key: what signs requests, and as whom. Plain values.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "policy/policy.h"

namespace rialto::access {

struct AccessKey {
  std::string id;      // `AKIA...`; `ASIA...` for one that expires
  std::string secret;  // never shown but to whom it is made for
  std::string account;
  std::string user{};  // empty: the account's root
  bool is_enabled = true;
  // May also do what is no single account's: `/_rialto/backup` and its like, for all accounts.
  bool is_admin = false;
  TimePoint created_at{};
  // Of one that expires; requests then carry its token, too.
  std::optional<TimePoint> expires_at{};
  std::string session_token{};
  // Documents in IAM's language. None: it may do whatever its account may.
  std::vector<std::string> policy_texts{};
  std::shared_ptr<const policy::Policies> policies{};  // the same, read; nullptr for none
};

// Errors: InvalidArgument, with a sentence, for parts that do not look like what they are.
Result<> check_key(const AccessKey& key);

// Sets both of a key's forms of its policies. Error: InvalidArgument.
Result<> set_policies(AccessKey& key, std::vector<std::string> texts);

}  // namespace rialto::access
