// Signs what it reads: one request a line, as JSON. For test_sigv4.py, which compares.
#include <cstdio>
#include <iostream>
#include <string>

#include "aws/sigv4.h"
#include "base/iso_time.h"
#include "json/read.h"

namespace {

std::string text(const rialto::json::Value& request, const char* member) {
  return request.find(member)->as_string();
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto request = rialto::json::parse(line);
    if (!request.ok()) return 1;
    const std::string method = text(*request, "method");
    const std::string path = text(*request, "path");
    const std::string query = text(*request, "query");
    rialto::aws::Signable signable{
        .method = method, .path = path, .query = query, .headers = {}, .payload_sha256 = {}};
    for (const auto& header : request->find("headers")->members()) {
      signable.headers.emplace_back(header.key, header.value.as_string());
    }
    rialto::aws::sign(signable, text(*request, "body"),
                      {text(*request, "key"), text(*request, "secret"), text(*request, "token")},
                      text(*request, "region"), text(*request, "service"),
                      *rialto::parse_iso(text(*request, "time")));
    std::puts(signable.headers.back().second.c_str());
  }
}
