// A request as it arrives, whose parts a test changes.
#pragma once

#include <map>
#include <string>

#include "aws/request.h"

namespace rialto::test {

struct ReceivedRequest {
  std::string method = "POST";
  std::string path = "/";
  std::string query = {};
  std::string body = {};
  std::map<std::string, std::string, std::less<>> headers = {};  // names in small letters

  // Holds on to this.
  aws::Request view() const {
    aws::Request out;
    out.method = method;
    out.path = path;
    out.query = query;
    out.body = body;
    out.header = [this](std::string_view name) {
      const auto found = headers.find(name);
      return found == headers.end() ? std::string_view() : std::string_view(found->second);
    };
    return out;
  }
};

}  // namespace rialto::test
