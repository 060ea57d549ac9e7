// OAuth's client credentials grant (RFC 6749 §4.4, docs/spec/05 §2): the request for a token, and
// what its answer says. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"
#include "http/sender.h"
#include "model/connection.h"

namespace rialto::connection {

inline constexpr std::chrono::milliseconds kTokenTimeout{5'000};

struct Token {
  std::string text;
  std::optional<TimePoint> expires_at;  // absent: the server did not say
};

// Requires the authorization of an OAuth connection.
http::Call token_call(const model::Authorization& authorization);

// No token can be had; the ERROR_CODE of a call without one is unverified (docs/spec/02 §5).
Error no_token(std::string why);

// Error: of `no_token`, with a sentence that holds nothing of the answer but its status and one of
// the RFC's own words.
Result<Token> read_token(const http::Response& response, TimePoint now);

}  // namespace rialto::connection
