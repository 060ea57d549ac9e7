// What the errors of AWS services mean to a delivery.
#include <algorithm>
#include <array>

#include "json/read.h"
#include "targets/aws/call.h"
#include "targets/aws/element.h"

namespace rialto::targets {
namespace {

// Of an error's text, in a dead letter.
constexpr std::size_t kMessageBytesMax = 400;

struct Meaning {
  std::string_view part;  // of the error's name
  Code code;
  std::string_view reason;
};
// The first that is a part of the name holds. Throttling and 5xx are tried again, all else is not
// (docs/spec/02 §5).
constexpr std::array<Meaning, 28> kMeanings = {{
    {"Throttl", Code::Throttled, "THROTTLING"},
    {"TooManyRequests", Code::Throttled, "THROTTLING"},
    {"RequestLimitExceeded", Code::Throttled, "THROTTLING"},
    {"ProvisionedThroughputExceeded", Code::Throttled, "THROTTLING"},
    {"BandwidthLimitExceeded", Code::Throttled, "THROTTLING"},
    {"SlowDown", Code::Throttled, "THROTTLING"},
    {"ExecutionLimitExceeded", Code::Throttled, "THROTTLING"},
    {"KMSThrottling", Code::Throttled, "THROTTLING"},
    {"RequestTimeout", Code::Timeout, "TIMEOUT"},
    {"ServiceUnavailable", Code::Unavailable, "ERROR_FROM_TARGET"},
    {"InternalFailure", Code::Unavailable, "ERROR_FROM_TARGET"},
    {"InternalServerError", Code::Unavailable, "ERROR_FROM_TARGET"},
    {"ServerException", Code::Unavailable, "ERROR_FROM_TARGET"},
    {"AccessDenied", Code::AccessDenied, "NO_PERMISSIONS"},
    {"NotAuthorized", Code::AccessDenied, "NO_PERMISSIONS"},
    {"Unauthorized", Code::AccessDenied, "NO_PERMISSIONS"},
    {"UnrecognizedClient", Code::AccessDenied, "NO_PERMISSIONS"},
    {"InvalidClientTokenId", Code::AccessDenied, "NO_PERMISSIONS"},
    {"Signature", Code::AccessDenied, "NO_PERMISSIONS"},
    {"AuthorizationError", Code::AccessDenied, "NO_PERMISSIONS"},
    {"NotFound", Code::NotFound, "NO_RESOURCE"},
    {"NonExistent", Code::NotFound, "NO_RESOURCE"},
    {"DoesNotExist", Code::NotFound, "NO_RESOURCE"},
    {"AlreadyExists", Code::AlreadyExists, "RESOURCE_ALREADY_EXISTS"},
    {"LimitExceeded", Code::LimitExceeded, "RESOURCE_LIMIT_EXCEEDED"},
    {"Conflict", Code::Conflict, "RESOURCE_MODIFICATION_COLLISION"},
    {"Concurrent", Code::Conflict, "RESOURCE_MODIFICATION_COLLISION"},
    {"Invalid", Code::InvalidArgument, "INVALID_PARAMETER"},
}};

struct Told {
  std::string name;
  std::string message;
};

std::string text_of(const json::Value& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const json::Value* found = object.find(name);
    if (found != nullptr && found->is_string()) return found->as_string();
  }
  return {};
}

// `com.amazonaws.sqs#QueueDoesNotExist:http://…` is QueueDoesNotExist.
std::string bare_name(std::string_view name) {
  if (const std::size_t hash = name.find('#'); hash != name.npos) name.remove_prefix(hash + 1);
  return std::string(name.substr(0, name.find(':')));
}

Told read_error(const http::Response& answer) {
  Told out;
  out.name = bare_name(http::find_header(answer.headers, "x-amzn-errortype"));
  const auto json = json::parse(answer.body);
  if (json.ok() && json->is_object()) {
    if (out.name.empty()) out.name = bare_name(text_of(*json, {"__type", "code", "Code"}));
    out.message = text_of(*json, {"message", "Message"});
  } else {
    if (out.name.empty()) out.name = element(answer.body, "Code");
    out.message = element(answer.body, "Message");
  }
  return out;
}

Meaning meaning_of(int status, std::string_view name) {
  const auto known = std::ranges::find_if(
      kMeanings, [name](const Meaning& meaning) { return name.find(meaning.part) != name.npos; });
  if (!name.empty() && known != kMeanings.end()) return *known;
  if (status == 429) return {"", Code::Throttled, "THROTTLING"};
  if (status >= 500) return {"", Code::Unavailable, "ERROR_FROM_TARGET"};
  if (status == 401 || status == 403) return {"", Code::AccessDenied, "NO_PERMISSIONS"};
  if (status == 404) return {"", Code::NotFound, "NO_RESOURCE"};
  if (name.ends_with("ValidationException")) {
    return {"", Code::InvalidArgument, "INVALID_PARAMETER"};
  }
  return {"", Code::InvalidArgument, "ERROR_FROM_TARGET"};
}

Error make_error(std::string what, const Told& told, int status) {
  const Meaning meaning = meaning_of(status, told.name);
  if (!told.name.empty()) what += ", " + told.name;
  if (!told.message.empty()) what += ": " + told.message.substr(0, kMessageBytesMax);
  return fail(meaning.code, std::move(what), meaning.reason);
}

}  // namespace

Error to_error(const http::Response& answer, std::string_view service) {
  return make_error(std::string(service) + " answered with status " + std::to_string(answer.status),
                    read_error(answer), answer.status);
}

Error to_entry_error(std::string_view service, const std::string& name, const std::string& message,
                     bool is_ours) {
  return make_error(std::string(service) + " did not take an entry of a batch",
                    {bare_name(name), message}, is_ours ? 400 : 500);
}

}  // namespace rialto::targets
