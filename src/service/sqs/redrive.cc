#include "service/sqs/redrive.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "json/number.h"
#include "json/read.h"
#include "json/write.h"
#include "model/arn.h"
#include "service/sqs/common.h"

namespace rialto::service::sqs {
namespace {

constexpr std::string_view kRedrive = "RedrivePolicy";
constexpr std::string_view kAllow = "RedriveAllowPolicy";
constexpr std::string_view kTarget = "deadLetterTargetArn";
constexpr std::string_view kCount = "maxReceiveCount";
constexpr std::int64_t kCountMax = 1000;    // SQS quota
constexpr std::size_t kSourceArnsMax = 10;  // SQS quota
// Unverified: what SQS says when the dead-letter queue does not take a queue's dead letters.
constexpr std::string_view kNotAllowed =
    "The dead-letter queue's redrive allow policy does not allow this queue as its source.";

Error invalid_redrive(std::string_view text, std::string_view reason) {
  return invalid_value(text, kRedrive, reason);
}

Error invalid_allow(std::string_view text, std::string_view reason) {
  return invalid_value(text, kAllow,
                       "Amazon SQS can't create the redrive allow policy. " + std::string(reason));
}

Error unsupported_allow_format() {
  return invalid_parameter(
      "Invalid value for the parameter RedriveAllowPolicy. Reason: Amazon SQS can't create the "
      "redrive allow policy, as it\xE2\x80\x99s in an unsupported format.");
}

// A number, or a text of one: clients send both.
std::optional<std::int64_t> to_count(const json::Value& value) {
  if (value.is_number()) return json::to_int64(value.number_text());
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.as_string();
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::string shown(const json::Value& value) {
  return value.is_string() ? value.as_string() : json::write(value);
}

}  // namespace

Result<queue::RedrivePolicy> parse_redrive_policy(const std::string& text) {
  const auto document = json::parse(text);
  if (!document.ok() || !document->is_object()) {
    return invalid_parameter(
        "Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON "
        "map.");
  }
  for (const std::string_view name : {kCount, kTarget}) {
    if (document->find(name) != nullptr) continue;
    return invalid_redrive(
        text, "Redrive policy does not contain mandatory attribute: " + std::string(name) + ".");
  }
  const json::Value& given = *document->find(kCount);
  const std::optional<std::int64_t> count = to_count(given);
  if (!count || *count < 1 || *count > kCountMax) {
    return invalid_redrive(text, "Invalid value for maxReceiveCount: " + shown(given) +
                                     ", valid values are from 1 to 1000 both inclusive.");
  }
  const json::Value& target = *document->find(kTarget);
  if (!target.is_string() || !model::Arn::parse(target.as_string()).ok()) {
    return invalid_redrive(text, "Dead-letter target ARN should be fully qualified ARN.");
  }
  if (model::Arn::parse(target.as_string())->service != "sqs") {
    return invalid_redrive(text, "Only SQS queues are valid resources for deadLetterTargetArn.");
  }
  if (document->members().size() > 2) {
    return invalid_redrive(
        text, "Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].");
  }
  return queue::RedrivePolicy{target.as_string(), static_cast<std::uint32_t>(*count)};
}

std::string redrive_policy_text(const queue::RedrivePolicy& policy) {
  json::Value out = json::Object();
  out.add(std::string(kTarget), policy.dead_letter_arn);
  out.add(std::string(kCount), static_cast<std::int64_t>(policy.receive_count_max));
  return json::write(out);
}

Result<> check_redrive_allow_policy(const std::string& text) {
  const auto document = json::parse(text);
  if (!document.ok() || !document->is_object()) return unsupported_allow_format();
  const json::Value* permission = document->find("redrivePermission");
  const json::Value* sources = document->find("sourceQueueArns");
  const std::size_t known = (permission != nullptr ? 1U : 0U) + (sources != nullptr ? 1U : 0U);
  if (permission == nullptr || !permission->is_string() || document->members().size() != known) {
    return unsupported_allow_format();
  }
  const std::string& word = permission->as_string();
  if (word != "allowAll" && word != "denyAll" && word != "byQueue") {
    return unsupported_allow_format();
  }
  if (sources != nullptr) {
    if (!sources->is_array() || !std::ranges::all_of(sources->items(), &json::Value::is_string)) {
      return unsupported_allow_format();
    }
    if (word != "byQueue") {
      return invalid_allow(text,
                           "To specify one or more source queue ARNs, you must set "
                           "redrivePermission to byQueue.");
    }
    if (sources->items().size() > kSourceArnsMax) {
      return invalid_allow(text, "The maximum number of source queue ARNs you can specify is 10.");
    }
  }
  if (word == "byQueue" && (sources == nullptr || sources->items().empty())) {
    return invalid_allow(text,
                         "When you specify the byQueue permission type, you must also specify one "
                         "or more sourceQueueArns values.");
  }
  return {};
}

namespace {

bool allows(const queue::Settings& settings, const std::string& source_arn) {
  const auto policy = settings.extras.find(kAllow);
  if (policy == settings.extras.end()) return true;
  const auto document = json::parse(policy->second);
  if (!document.ok()) return true;  // it was checked before it was stored
  const json::Value* permission = document->find("redrivePermission");
  if (permission == nullptr || permission->as_string() == "allowAll") return true;
  const json::Value* sources = document->find("sourceQueueArns");
  return sources != nullptr && std::ranges::any_of(sources->items(), [&](const json::Value& arn) {
           return arn.as_string() == source_arn;
         });
}

}  // namespace

Result<> check_redrive_target(const queue::Queues& queues, const store::Scope& scope,
                              std::string_view name, const std::string& text) {
  RIALTO_TRY(const queue::RedrivePolicy policy, parse_redrive_policy(text));
  const auto target = model::QueueRef::parse(policy.dead_letter_arn);
  if (!target.ok()) return invalid_redrive(text, "Dead letter target does not exist.");
  if (target->is_fifo() != name.ends_with(".fifo")) {
    return invalid_redrive(text,
                           "Dead-letter queue must be same type of queue as the source..");  // sic
  }
  // Other accounts and Regions have no queues that could be meant.
  const bool is_near = target->account == scope.account && target->region == scope.region;
  const auto info = queues.describe(scope, target->name);
  if (!is_near || !info.ok()) return invalid_redrive(text, "Dead letter target does not exist.");
  if (!allows(info->settings, model::queue_arn(scope.region, scope.account, name))) {
    return invalid_redrive(text, kNotAllowed);
  }
  return {};
}

}  // namespace rialto::service::sqs
