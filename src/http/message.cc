#include "http/message.h"

#include <algorithm>

#include "base/text.h"

namespace rialto::http {

bool is_same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string_view find_header(const Headers& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (is_same_name(header.name, name)) return header.value;
  }
  return {};
}

}  // namespace rialto::http
