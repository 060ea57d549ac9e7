#include "model/target.h"

#include "json/number.h"

namespace rialto::model {
namespace {

std::optional<std::string> find_text(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->as_string();
}

std::optional<std::int64_t> find_integer(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  if (member == nullptr || !member->is_number()) return std::nullopt;
  return json::to_int64(member->number_text());
}

}  // namespace

Result<Target> decode_target(json::Value given) {
  Target target;
  const auto id = find_text(given, "Id");
  const auto arn = find_text(given, "Arn");
  if (!id || !arn) return fail(Code::Corruption, "A stored target has no Id or no Arn.");
  target.id = *id;
  target.arn = *arn;
  if (const json::Value* dead_letters = given.find("DeadLetterConfig")) {
    target.dead_letter_arn = find_text(*dead_letters, "Arn");
  }
  if (const json::Value* policy = given.find("RetryPolicy")) {
    if (const auto retries = find_integer(*policy, "MaximumRetryAttempts")) {
      target.retry_policy.retries_max = static_cast<int>(*retries);
    }
    if (const auto age = find_integer(*policy, "MaximumEventAgeInSeconds")) {
      target.retry_policy.event_age_max = std::chrono::seconds(*age);
    }
  }
  target.given = std::move(given);
  return target;
}

}  // namespace rialto::model
