#include "server/can_i.h"

#include <cstdio>
#include <map>

#include "base/text.h"
#include "model/arn.h"
#include "policy/policy.h"
#include "server/input_file.h"
#include "server/key_store.h"

namespace rialto::server {
namespace {

Result<access::AccessKey> load_key(const CanIArguments& arguments) {
  RIALTO_TRY(const KeyStore store, open_key_store(arguments.flags, arguments.config_file));
  RIALTO_TRY(auto keys, store.load());
  RIALTO_TRY(access::AccessKey* const found, find_key(keys, arguments.key));
  return std::move(*found);
}

Result<policy::Request> to_request(const CanIArguments& arguments, const access::AccessKey& key) {
  policy::Request request;
  request.action = arguments.action;
  request.resource = arguments.resource;
  std::map<std::string, policy::Context::Values> context;
  for (const std::string& pair : arguments.context) {
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || equals == 0) {
      return fail(Code::InvalidArgument,
                  "--context takes pairs such as events:source=app, but not '" + pair + "'.");
    }
    context[to_lower(std::string_view(pair).substr(0, equals))].push_back(pair.substr(equals + 1));
  }
  for (auto& [name, values] : context) request.context.put(name, std::move(values));
  const model::Scope scope{.account = key.account, .region = "us-east-1"};
  policy::put_asker(request, {.account = key.account, .arn = model::user_arn(scope, key.user)},
                    SystemClock().now());
  return request;
}

// Of the resource: the account that its ARN names, or the key's own.
std::string owner_of(const std::string& resource, const access::AccessKey& key) {
  const auto arn = model::Arn::parse(resource);
  return arn.ok() && !arn->account.empty() ? arn->account : key.account;
}

std::string show_statement(const policy::Decision& decision, const policy::Policies* identity) {
  const policy::Statement& statement = decision.policy->statements()[decision.statement];
  std::string out = "statement " + std::to_string(decision.statement + 1);
  if (!statement.sid().empty()) out += " (" + statement.sid() + ")";
  if (decision.by == policy::Kind::Resource) return out + " of the bus's policy";
  return out + " of the key's policy " + std::to_string(decision.policy - identity->data() + 1);
}

std::string show(const policy::Decision& decision, const policy::Request& request,
                 const policy::Policies* identity) {
  if (!decision.is_allowed()) {
    std::string out = policy::why_not(request, decision);
    if (decision.policy != nullptr) out += ": " + show_statement(decision, identity);
    return "no: " + out;
  }
  if (decision.policy == nullptr) {
    return "yes: the key has no policies, and may do whatever its account may";
  }
  return "yes: by " + show_statement(decision, identity);
}

Result<bool> decide(const CanIArguments& arguments) {
  RIALTO_TRY(const auto key, load_key(arguments));
  RIALTO_TRY(const auto request, to_request(arguments, key));
  policy::Policies of_bus;
  if (!arguments.bus_policy_file.empty()) {
    RIALTO_TRY(const std::string text, read_input_file(arguments.bus_policy_file));
    RIALTO_TRY(of_bus.emplace_back(), policy::Policy::parse(text, policy::Kind::Resource));
  }
  const std::string owner = owner_of(arguments.resource, key);
  const policy::Judges judges{.identity = key.policies.get(),
                              .resource = of_bus.empty() ? nullptr : &of_bus.front(),
                              .owner = owner};
  const policy::Decision decision = policy::judge(judges, request);
  std::printf("%s\n", show(decision, request, key.policies.get()).c_str());
  return decision.is_allowed();
}

}  // namespace

int can_i(const CanIArguments& arguments) {
  const auto outcome = decide(arguments);
  if (outcome.ok()) return *outcome ? 0 : 1;
  std::fprintf(stderr, "rialto can-i: %s\n", outcome.error().message.c_str());
  return 2;
}

}  // namespace rialto::server
