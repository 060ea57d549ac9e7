// Signature version 4 (docs/spec/09 §6): what is hashed and signed, for those who sign and for
// those who verify. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace rialto::aws {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// What signs.
struct Keys {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // empty for keys that last
};

// A request as it is signed.
struct Signable {
  std::string_view method;
  std::string_view path;       // as sent: encoded once, empty means `/`
  std::string_view query;      // as sent, without the question mark
  HeaderList headers;          // those that are signed, and no others; in any order
  std::string payload_sha256;  // 64 hexadecimal digits
};

// Where and for how long a key derived from a secret holds.
struct SigningScope {
  std::string date;  // yyyymmdd
  std::string region;
  std::string service;

  std::string text() const { return date + "/" + region + "/" + service + "/aws4_request"; }
};

// `20260115T120000Z`.
std::string to_amz_date(TimePoint time);

// `a;b`: the names of `headers` in small letters, sorted.
std::string signed_headers(const HeaderList& headers);

std::string canonical_request(const Signable& request);
// The key that the secret has for the scope: 32 bytes.
std::string signing_key(const SigningScope& scope, std::string_view secret_key);
// 64 hexadecimal digits. `amz_date` as to_amz_date writes it; `key` is the scope's.
std::string signature(const Signable& request, const SigningScope& scope, std::string_view amz_date,
                      std::string_view key);

// Adds X-Amz-Date, X-Amz-Security-Token where there is one, and Authorization to the headers of a
// request that will be sent with `body`. All headers are signed; Host must be among them.
void sign(Signable& request, std::string_view body, const Keys& keys, std::string_view region,
          std::string_view service, TimePoint now);

}  // namespace rialto::aws
