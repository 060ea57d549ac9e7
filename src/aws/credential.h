// Who a request claims to come from: the scope of its signature, read leniently and not verified
// (docs/spec/09 §6). Pure.
#pragma once

#include <optional>
#include <string>

#include "aws/request.h"

namespace rialto::aws {

struct Credential {
  std::string access_key;
  std::string date;    // yyyymmdd
  std::string region;  // empty for SigV4A, whose signatures hold in every region
  std::string service;
};

// Of the Authorization header, or of a presigned request's X-Amz-Credential. Nothing when there is
// neither, or when it has no scope.
std::optional<Credential> find_credential(const Request& request);

// `AKID/20260115/us-east-1/events/aws4_request`.
std::optional<Credential> parse_scope(std::string_view text);

}  // namespace rialto::aws
