#include "model/arn.h"

#include <algorithm>

namespace rialto::model {
namespace {

constexpr std::string_view kBusPrefix = "event-bus/";
constexpr std::string_view kRulePrefix = "rule/";

// What a partition, a service or a region is made of: `aws-us-gov`, `execute-api`, `eu-west-1`.
bool is_word(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// The part of `rest` before the first colon, which is taken off; nothing when there is no colon.
std::optional<std::string_view> take_part(std::string_view& rest) {
  const std::size_t colon = rest.find(':');
  if (colon == rest.npos) return std::nullopt;
  const std::string_view part = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  return part;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Buses, rules and queues belong to a region and an account, unlike other resources.
bool is_owned(const Arn& arn, std::string_view service) {
  return arn.service == service && !arn.region.empty() && is_account_id(arn.account);
}

}  // namespace

std::string_view partition_of(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  return "aws";
}

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Error invalid_arn(std::string_view text) {
  return fail(Code::InvalidArgument, "Parameter " + std::string(text) +
                                         " is not valid. Reason: Provided Arn is not in correct "
                                         "format.");
}

Result<Arn> Arn::parse(std::string_view text) {
  std::string_view rest = text;
  const auto scheme = take_part(rest);
  const auto partition = take_part(rest);
  const auto service = take_part(rest);
  const auto region = take_part(rest);
  const auto account = take_part(rest);
  if (!account || *scheme != "arn" || rest.empty()) return invalid_arn(text);
  if (!partition->starts_with("aws") || service->empty()) return invalid_arn(text);
  for (const std::string_view part : {*partition, *service, *region, *account}) {
    if (!is_word(part)) return invalid_arn(text);
  }
  if (std::ranges::any_of(rest, is_control)) return invalid_arn(text);
  return Arn{.partition = std::string(*partition),
             .service = std::string(*service),
             .region = std::string(*region),
             .account = std::string(*account),
             .resource = std::string(rest)};
}

std::string Arn::text() const {
  return "arn:" + partition + ':' + service + ':' + region + ':' + account + ':' + resource;
}

std::string make_arn(std::string_view service, std::string_view region, std::string_view account,
                     std::string_view resource) {
  std::string out = "arn:";
  for (const std::string_view part : {partition_of(region), service, region, account}) {
    out += part;
    out += ':';
  }
  return out += resource;
}

std::string bus_arn(std::string_view region, std::string_view account, std::string_view bus) {
  return make_arn("events", region, account, std::string(kBusPrefix).append(bus));
}

std::string rule_arn(std::string_view region, std::string_view account, std::string_view bus,
                     std::string_view rule) {
  std::string resource(kRulePrefix);
  if (bus != kDefaultBus) resource.append(bus).append("/");
  return make_arn("events", region, account, resource.append(rule));
}

std::string user_arn(const Scope& scope, std::string_view user) {
  std::string out = "arn:" + std::string(partition_of(scope.region)) + ":iam::" + scope.account;
  return user.empty() ? out + ":root" : out + ":user/" + std::string(user);
}

std::string queue_arn(std::string_view region, std::string_view account, std::string_view name) {
  return make_arn("sqs", region, account, name);
}

Result<BusRef> BusRef::parse(std::optional<std::string_view> text, const Scope& caller) {
  if (!text) return BusRef{caller.region, caller.account, std::string(kDefaultBus)};
  if (text->empty()) return fail(Code::InvalidArgument, "Parameter EventBusName is not valid.");
  // A name cannot hold a colon, so whatever does means to be an ARN.
  if (!text->contains(':')) return BusRef{caller.region, caller.account, std::string(*text)};
  RIALTO_TRY(Arn arn, Arn::parse(*text));
  const std::string_view resource = arn.resource;
  if (!is_owned(arn, "events") || !resource.starts_with(kBusPrefix) ||
      resource.size() == kBusPrefix.size()) {
    return invalid_arn(*text);
  }
  std::string name(resource.substr(kBusPrefix.size()));
  return BusRef{std::move(arn.region), std::move(arn.account), std::move(name)};
}

Result<RuleRef> RuleRef::parse(std::string_view arn) {
  RIALTO_TRY(const Arn parsed, Arn::parse(arn));
  return from(parsed);
}

Result<RuleRef> RuleRef::from(const Arn& arn) {
  std::string_view name = arn.resource;
  if (!is_owned(arn, "events") || !name.starts_with(kRulePrefix)) return invalid_arn(arn.text());
  name.remove_prefix(kRulePrefix.size());
  // Rule names hold no slash and partner buses do: the last slash parts the two.
  std::string_view bus = kDefaultBus;
  if (const std::size_t slash = name.rfind('/'); slash != name.npos) {
    bus = name.substr(0, slash);
    name.remove_prefix(slash + 1);
  }
  if (bus.empty() || name.empty()) return invalid_arn(arn.text());
  return RuleRef{arn.region, arn.account, std::string(bus), std::string(name)};
}

Result<QueueRef> QueueRef::parse(std::string_view arn) {
  RIALTO_TRY(const Arn parsed, Arn::parse(arn));
  return from(parsed);
}

Result<QueueRef> QueueRef::from(const Arn& arn) {
  if (!is_owned(arn, "sqs") || arn.resource.find_first_of(":/") != arn.resource.npos) {
    return invalid_arn(arn.text());
  }
  return QueueRef{arn.region, arn.account, arn.resource};
}

}  // namespace rialto::model
