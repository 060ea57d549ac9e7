#include "access/key_ring.h"

#include "aws/verify.h"
#include "base/crypto/digest.h"
#include "model/arn.h"

namespace rialto::access {
void KeyRing::set(std::vector<AccessKey> keys) {
  auto entries = std::make_shared<Entries>();
  for (AccessKey& key : keys) {
    std::string id = key.id;
    auto signing = std::make_unique<SigningKeys>(key.secret);
    (*entries)[std::move(id)] = {std::make_shared<const AccessKey>(std::move(key)),
                                 std::move(signing)};
  }
  entries_.set(std::move(entries));
}

Result<Authenticated> KeyRing::authenticate(const aws::Request& request, std::string_view service,
                                            TimePoint now) const {
  RIALTO_TRY(const aws::Claim claim, aws::read_claim(request));
  const auto entries = entries_.get();
  const auto found = entries->find(claim.credential.access_key);
  if (found == entries->end()) return aws::unknown_key();
  const AccessKey& key = *found->second.key;
  if (!key.is_enabled || !crypto::is_same_secret(key.session_token, claim.session_token)) {
    return aws::unknown_key();
  }
  if (!model::is_region(claim.credential.region)) return aws::invalid_region();
  RIALTO_TRY_VOID(aws::check_claim(claim, {service, now, skew_}));
  RIALTO_TRY_VOID(aws::check_signature(request, claim, found->second.signing->find(claim.scope())));
  if (key.expires_at && *key.expires_at <= now) {
    return fail(Code::AccessDenied, "The security token included in the request is expired",
                "ExpiredTokenException");
  }
  return Authenticated{found->second.key, claim.credential.region};
}

}  // namespace rialto::access
