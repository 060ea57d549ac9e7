// Whom a URL calls: the part of it that may be shown, and what connections are shared by. Pure.
#pragma once

#include <string>

#include "base/result.h"

namespace rialto::http {

struct Origin {
  std::string scheme;  // http or https
  std::string host;    // a name or an address, without brackets
  std::string port;

  // Read by the library that will call it, so that the two never differ about the host. Errors:
  // InvalidArgument (SDK_CLIENT_ERROR) for what is no absolute URL of http or https, or has a user
  // name in it; the message has nothing of the URL.
  static Result<Origin> parse(const std::string& url);

  // scheme://host:port
  std::string text() const;
};

}  // namespace rialto::http
