#include "front/host.h"

#include <algorithm>

namespace rialto::front {

bool is_loopback_host(std::string_view host) {
  if (host.starts_with('[')) return host == "[::1]" || host.starts_with("[::1]:");
  const std::string_view name = host.substr(0, host.find(':'));
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  const bool is_address =
      std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return is_address && name.starts_with("127.");
}

}  // namespace rialto::front
