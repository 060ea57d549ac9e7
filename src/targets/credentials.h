// Whose keys sign the calls of targets: the operator's own, or those of a role that they assume
// through the configured STS endpoint, kept until shortly before they expire (docs/spec/02 §3).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/sender.h"
#include "net/task.h"
#include "net/turn.h"
#include "targets/endpoints.h"

namespace rialto::targets {

// The keys of `profile` in a file such as ~/.aws/credentials. Pure. Errors: InvalidArgument.
Result<aws::Keys> parse_credentials(std::string_view text, std::string_view profile);

// Safe to call from any thread.
class Credentials {
 public:
  // `own` without an access key: there are none. What is referred to must outlive this.
  Credentials(aws::Keys own, const Endpoints& endpoints, http::Sender& sender, const Clock& clock)
      : own_(std::move(own)), endpoints_(endpoints), sender_(sender), clock_(clock) {}

  struct Need {
    std::string role_arn;  // empty: none is named
    std::string account;   // of the target
    std::string region;
    bool is_aws = false;  // the call goes to AWS itself
  };
  // Without an endpoint of STS, roles are not assumed: our own keys sign. Without keys of our own,
  // what is not AWS gets calls signed by a key that has the account's name and no secret, which
  // AWS-compatible servers for tests take. Errors: AccessDenied with the reason
  // FAILED_TO_ASSUME_ROLE, or a retryable one with TRANSIENT_ASSUME_ROLE.
  Task<Result<aws::Keys>> get(Need need);

 private:
  struct Assumed {
    net::Turn turn;  // whoever has it assumes the role for all
    aws::Keys keys;
    TimePoint expires_at{};
  };
  Result<aws::Keys> own_keys(const Need& need) const;
  std::shared_ptr<Assumed> assumed(const Need& need);
  Task<Result<>> assume(std::shared_ptr<Assumed> into, Need need);

  const aws::Keys own_;
  const Endpoints& endpoints_;
  http::Sender& sender_;
  const Clock& clock_;
  std::mutex mutex_;                                         // a leaf
  std::map<std::string, std::shared_ptr<Assumed>> assumed_;  // by role and account; guarded
};

}  // namespace rialto::targets
