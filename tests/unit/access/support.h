// A key, and requests that are signed with it.
#pragma once

#include <string>

#include "access/key.h"
#include "aws/sigv4.h"
#include "base/iso_time.h"
#include "base/text.h"
#include "support/received_request.h"

namespace rialto::access {

inline const TimePoint kNow = *parse_iso("2026-01-15T12:00:00Z");

inline AccessKey make_key(const std::string& id = "AKIAEXAMPLE") {
  AccessKey key;
  key.id = id;
  key.secret = "a secret of " + id;
  key.account = "111122223333";
  key.created_at = kNow;
  return key;
}

using Signed = test::ReceivedRequest;

inline Signed sign(const AccessKey& key, TimePoint at = kNow,
                   const std::string& region = "eu-west-1", const std::string& service = "events") {
  Signed out;
  out.body = "{}";
  aws::Signable signable;
  signable.method = out.method;
  signable.path = out.path;
  signable.headers = {{"Host", "localhost"}, {"X-Amz-Target", "AWSEvents.ListRules"}};
  aws::sign(signable, out.body, {key.id, key.secret, key.session_token}, region, service, at);
  for (const auto& [name, value] : signable.headers) {
    out.headers[to_lower(name)] = value;
  }
  return out;
}

}  // namespace rialto::access
