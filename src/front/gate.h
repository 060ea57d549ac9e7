// Who is let in, and as whom: whoever signed with an access key; or, in development, whoever a
// request claims to be from.
#pragma once

#include <string>
#include <string_view>

#include "access/key_ring.h"
#include "api/caller.h"
#include "api/operation.h"
#include "aws/request.h"
#include "base/clock.h"
#include "base/result.h"
#include "front/identity.h"

namespace rialto::front {

// What requests to `/_rialto/*` are signed for.
inline constexpr std::string_view kSigningName = "rialto";

struct Asker {
  api::Caller caller;
  // May also do what is no single account's.
  bool is_admin = false;
};

// Safe to call from any thread.
class Gate {
 public:
  struct Services {
    IdentityOptions identity{};
    const access::KeyRing* keys = nullptr;  // nullptr: signatures are not checked
    const Clock* clock = nullptr;           // of those who sign; must be there when `keys` is
  };
  explicit Gate(Services services) : services_(std::move(services)) {}

  bool checks_signatures() const { return services_.keys != nullptr; }

  // `service` is what the signature must be for. Errors: those of access::KeyRing.
  Result<Asker> admit(const aws::Request& request, std::string_view service) const;

  // Whether the caller's own policies let it. Error: AccessDenied.
  Result<> permit(const api::Caller& caller, std::string action, std::string resource) const;
  Result<> permit_call(const api::Caller& caller, const api::ServiceFacts& service,
                       const api::Operation& operation, const json::Value& input) const;

 private:
  const Services services_;
};

}  // namespace rialto::front
