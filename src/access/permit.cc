#include "access/permit.h"

#include "model/arn.h"
#include "model/queue_url.h"
#include "policy/policy.h"

namespace rialto::access {
namespace {

std::string text_of(const json::Value& input, std::string_view member) {
  const json::Value* value = input.find(member);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

// `archive/{ArchiveName}`: what stands in braces is a member of the input. `{QueueUrl}` is the
// queue that the URL leads to.
std::string fill(std::string_view form, const json::Value& input) {
  const std::size_t open = form.find('{');
  if (open == form.npos) return std::string(form);
  const std::string_view member = form.substr(open + 1, form.find('}') - open - 1);
  std::string value = text_of(input, member);
  if (member == "QueueUrl") value = std::string(model::queue_name(value));
  if (member == "EventBusName" && value.empty()) value = model::kDefaultBus;
  // One spelling for what handlers take for the same.
  if (const auto arn = model::Arn::parse(value); arn.ok()) {
    return model::make_arn(arn->service, arn->region, arn->account, arn->resource);
  }
  return std::string(form.substr(0, open)) + value;
}

}  // namespace

Result<> permit(const api::Caller& caller, std::string action, std::string resource,
                TimePoint now) {
  if (caller.policies == nullptr) return {};
  policy::Request request;
  request.action = std::move(action);
  request.resource = std::move(resource);
  const model::Scope scope{.account = caller.account, .region = caller.region};
  policy::put_asker(request,
                    {.account = caller.account, .arn = model::user_arn(scope, caller.user)}, now);
  policy::put_way(request, caller.peer, caller.is_secure);
  const auto decision =
      policy::judge({.identity = caller.policies.get(), .owner = caller.account}, request);
  if (decision.is_allowed()) return {};
  return fail(Code::AccessDenied, policy::why_not(request, decision), "AccessDeniedException");
}

Result<> permit_call(const api::Caller& caller, const api::ServiceFacts& service,
                     const api::Operation& operation, const json::Value& input, TimePoint now) {
  if (caller.policies == nullptr || operation.resource.empty()) return {};
  std::string resource = fill(operation.resource, input);
  if (resource != "*" && !resource.starts_with("arn:")) {
    // Partner event sources are of no account.
    const bool is_nobodys = resource.starts_with("event-source/");
    resource = model::make_arn(service.signing_name, caller.region,
                               is_nobodys ? "" : caller.account, resource);
  }
  return permit(caller, std::string(service.signing_name) + ":" + std::string(operation.name),
                std::move(resource), now);
}

}  // namespace rialto::access
