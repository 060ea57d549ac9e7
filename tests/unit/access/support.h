// A key, and requests that are signed with it.
#pragma once

#include <map>
#include <string>

#include "access/key.h"
#include "aws/request.h"
#include "aws/sigv4.h"
#include "base/iso_time.h"

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

// A request as it arrives.
struct Signed {
  std::string method = "POST";
  std::string path = "/";
  std::string query{};
  std::string body = "{}";
  std::map<std::string, std::string, std::less<>> headers{};

  aws::Request view() const {
    aws::Request out;
    out.method = method;
    out.path = path;
    out.query = query;
    out.body = body;
    out.header = [this](std::string_view name) {
      const auto found = headers.find(name);
      return found == headers.end() ? std::string_view() : std::string_view(found->second);
    };
    return out;
  }
};

inline Signed sign(const AccessKey& key, TimePoint at = kNow,
                   const std::string& region = "eu-west-1", const std::string& service = "events") {
  Signed out;
  aws::Signable signable;
  signable.method = out.method;
  signable.path = out.path;
  signable.headers = {{"Host", "localhost"}, {"X-Amz-Target", "AWSEvents.ListRules"}};
  aws::sign(signable, out.body, {key.id, key.secret, key.session_token}, region, service, at);
  for (const auto& [name, value] : signable.headers) {
    std::string lower = name;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    out.headers[lower] = value;
  }
  return out;
}

}  // namespace rialto::access
