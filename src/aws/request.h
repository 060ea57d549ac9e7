// A request as the AWS protocols see it, whatever library received it. Views into what the front
// end holds, for the length of one synchronous call.
#pragma once

#include <functional>
#include <string_view>

namespace rialto::aws {

struct Request {
  std::string_view method;
  std::string_view path;   // as sent, still percent-encoded
  std::string_view query;  // as sent, without the question mark
  std::string_view body;
  std::string_view peer{};  // the address that it came from
  bool is_secure = false;   // came by TLS
  // The value of a header, by its name in small letters; empty when it was not sent.
  std::function<std::string_view(std::string_view name)> header;
};

}  // namespace rialto::aws
