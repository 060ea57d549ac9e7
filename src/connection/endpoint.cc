#include "connection/endpoint.h"

#include <algorithm>

namespace rialto::connection {
namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Blanks and control characters would end the request line that the URL goes into.
bool is_printable(char c) { return c > 0x20 && c < 0x7f; }

bool takes_scheme(std::string_view& url, std::string_view scheme) {
  if (url.size() < scheme.size()) return false;
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char c = url[i] >= 'A' && url[i] <= 'Z' ? static_cast<char>(url[i] - 'A' + 'a') : url[i];
    if (c != scheme[i]) return false;
  }
  url.remove_prefix(scheme.size());
  return true;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  return host.starts_with("127.") &&
         std::ranges::all_of(host, [](char c) { return is_digit(c) || c == '.'; });
}

}  // namespace

std::optional<Endpoint> Endpoint::parse(std::string_view url) {
  if (!std::ranges::all_of(url, is_printable) || url.contains('#')) return std::nullopt;
  Endpoint out;
  if (takes_scheme(url, "https://")) {
    out.is_https = true;
  } else if (!takes_scheme(url, "http://")) {
    return std::nullopt;
  }
  const std::size_t end = std::min(url.find_first_of("/?"), url.size());
  const std::string_view authority = url.substr(0, end);
  const std::size_t colon = std::min(authority.find(':'), authority.size());
  out.host = authority.substr(0, colon);
  if (out.host.empty() || !std::ranges::all_of(out.host, is_host_character)) return std::nullopt;
  if (colon < authority.size()) {
    const std::string_view port = authority.substr(colon + 1);
    if (port.empty() || port.size() > 5 || !std::ranges::all_of(port, is_digit)) {
      return std::nullopt;
    }
  }
  out.origin = (out.is_https ? "https://" : "http://") + std::string(authority);
  const std::string_view rest = url.substr(end);
  const std::size_t mark = std::min(rest.find('?'), rest.size());
  out.path = rest.substr(0, mark);
  if (mark < rest.size()) out.query = rest.substr(mark + 1);
  return out;
}

bool is_acceptable(std::string_view url, PlainHttp plain) {
  const auto endpoint = Endpoint::parse(url);
  if (!endpoint) return false;
  if (endpoint->is_https) return true;
  switch (plain) {
    case PlainHttp::Refused: return false;
    case PlainHttp::OnLoopback: return is_loopback(endpoint->host);
    case PlainHttp::Anywhere: return true;
  }
  return false;
}

}  // namespace rialto::connection
