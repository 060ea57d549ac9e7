// The URL of a queue: `scheme://host/account/name`. Pure.
#pragma once

#include <string_view>

namespace rialto::model {

// The path of the URL, without what follows it and without slashes at its end, up to and with the
// queue's name: there is one reading of it for those who permit and for those who act.
constexpr std::string_view queue_path(std::string_view url) {
  std::string_view path = url.substr(0, url.find_first_of("?#"));
  if (const auto scheme = path.find("://"); scheme != path.npos) {
    const auto slash = path.find('/', scheme + 3);
    path = slash == path.npos ? std::string_view() : path.substr(slash);
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// The last part of that path; empty where there is none.
constexpr std::string_view queue_name(std::string_view url) {
  const std::string_view path = queue_path(url);
  const auto slash = path.rfind('/');
  return slash == path.npos ? std::string_view() : path.substr(slash + 1);
}

}  // namespace rialto::model
