// Whether a request was signed by whom it says (docs/spec/09 §6, §7). Pure.
//
//   Result<Claim> claim = read_claim(request);
//   ... find the key of claim->credential.access_key: unknown_key() when there is none ...
//   check_claim(*claim, expectation)                    // when and where the signature holds
//   check_signature(request, *claim, signing_key(...))  // and that it is one
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credential.h"
#include "aws/request.h"
#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/result.h"

namespace rialto::aws {

// What a request says of its signature, by its Authorization header or, presigned, by its query.
struct Claim {
  Credential credential;
  std::string amz_date;  // as sent
  TimePoint signed_at;
  std::vector<std::string> signed_headers;  // in small letters
  std::string signature;
  std::string session_token;                    // maybe empty
  std::optional<std::chrono::seconds> expires;  // of presigned requests only

  SigningScope scope() const { return {credential.date, credential.region, credential.service}; }
};

// Errors, with AWS's names as reasons: MissingAuthenticationTokenException for a request without
// any, IncompleteSignatureException.
Result<Claim> read_claim(const Request& request);

// Of an access key that is not there, or that is not used as it must be.
Error unknown_key();
// Of a scope whose Region cannot be one; AWS's wording is unverified.
Error invalid_region();

// Where and when signatures hold.
struct Expectation {
  std::string_view service;  // that of the operation
  TimePoint now;
  std::chrono::seconds skew{300};
};
// Error: InvalidSignatureException.
Result<> check_claim(const Claim& claim, const Expectation& expected);

// `key` is that of the claim's scope. Error: InvalidSignatureException.
Result<> check_signature(const Request& request, const Claim& claim, std::string_view key);

}  // namespace rialto::aws
