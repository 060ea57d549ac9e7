// Which endpoints may be called, and the parts of their URLs. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rialto::connection {

// An absolute URL of a web server, cut. Nothing is decoded.
struct Endpoint {
  bool is_https = false;
  std::string origin;  // `https://host:port`
  std::string host;
  std::string path;   // begins with `/`, if it is there
  std::string query;  // without its `?`

  // Nothing for what is no http or https URL with a host, or has a user or a fragment in it.
  static std::optional<Endpoint> parse(std::string_view url);
};

// What may be called without TLS. AWS: nothing. A dev server: any destination, for the guard of
// outbound addresses judges those, and token servers on loopback, for they are sent secrets.
enum class PlainHttp { Refused, OnLoopback, Anywhere };

// The one rule about endpoints that CreateConnection and CreateApiDestination take.
bool is_acceptable(std::string_view url, PlainHttp plain);

}  // namespace rialto::connection
