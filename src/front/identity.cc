#include "front/identity.h"

#include "aws/credential.h"
#include "model/arn.h"

namespace rialto::front {

namespace {

std::string account_of(const std::string& key, const IdentityOptions& options) {
  if (const auto found = options.accounts.find(key); found != options.accounts.end()) {
    return found->second;
  }
  return model::is_account_id(key) ? key : std::string(kDevAccount);
}

}  // namespace

api::Caller identify(const aws::Request& request, const IdentityOptions& options) {
  api::Caller caller;
  caller.account = kDevAccount;
  caller.region = options.default_region;
  if (auto credential = aws::find_credential(request)) {
    caller.account = account_of(credential->access_key, options);
    caller.access_key = std::move(credential->access_key);
    if (model::is_region(credential->region)) caller.region = std::move(credential->region);
  }
  const std::string_view host = request.header("host");
  caller.base_url = request.is_secure ? "https://" : "http://";
  caller.base_url += host.empty() ? "127.0.0.1" : host;
  caller.peer = request.peer;
  caller.is_secure = request.is_secure;
  caller.trace_header = request.header("x-amzn-trace-id");
  return caller;
}

}  // namespace rialto::front
