#include "front/identity.h"

#include <algorithm>

#include "aws/credential.h"

namespace rialto::front {

bool is_account(std::string_view key) {
  return key.size() == 12 && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

namespace {

std::string account_of(const std::string& key, const IdentityOptions& options) {
  if (const auto found = options.accounts.find(key); found != options.accounts.end()) {
    return found->second;
  }
  return is_account(key) ? key : std::string(kDevAccount);
}

}  // namespace

api::Caller identify(const aws::Request& request, const IdentityOptions& options) {
  api::Caller caller;
  caller.account = kDevAccount;
  caller.region = options.default_region;
  if (auto credential = aws::find_credential(request)) {
    caller.account = account_of(credential->access_key, options);
    caller.access_key = std::move(credential->access_key);
    if (is_region(credential->region)) caller.region = std::move(credential->region);
  }
  const std::string_view host = request.header("host");
  caller.base_url = "http://" + std::string(host.empty() ? "127.0.0.1" : host);
  caller.trace_header = request.header("x-amzn-trace-id");
  return caller;
}

}  // namespace rialto::front
