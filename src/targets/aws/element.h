// What stands in an XML element of an AWS service's answer. Private to targets.
#pragma once

#include <string>
#include <string_view>

namespace rialto::targets {

// The text of the first element of that name without attributes; empty when there is none. The
// texts we look for (names, keys, times) hold no entities.
inline std::string_view element(std::string_view xml, std::string_view name) {
  const std::string from = "<" + std::string(name) + ">";
  const std::size_t begin = xml.find(from);
  if (begin == xml.npos) return {};
  const std::size_t end = xml.find("</" + std::string(name) + ">", begin);
  if (end == xml.npos) return {};
  return xml.substr(begin + from.size(), end - begin - from.size());
}

}  // namespace rialto::targets
