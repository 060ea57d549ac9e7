#include "service/sqs/common.h"

#include "base/crypto/digest.h"
#include "model/queue_url.h"
#include "queue/queues.h"

namespace rialto::service::sqs {

Error invalid_parameter(std::string message) {
  return fail(Code::InvalidArgument, std::move(message));
}

Error invalid_value(std::string_view value, std::string_view name, std::string_view reason) {
  return invalid_parameter("Value " + std::string(value) + " for parameter " + std::string(name) +
                           " is invalid. Reason: " + std::string(reason));
}

Error missing_parameter(std::string_view name) {
  return fail(Code::InvalidArgument,
              "The request must contain the parameter " + std::string(name) + ".",
              queue::kMissingParameter);
}

Result<> check_range(std::optional<std::int64_t> value, std::int64_t low, std::int64_t high,
                     std::string_view name, std::string_view reason) {
  if (!value || (*value >= low && *value <= high)) return {};
  return invalid_value(std::to_string(*value), name, reason);
}

store::Scope scope_of(const api::Caller& caller) {
  return {.account = caller.account, .region = caller.region};
}

Result<QueueAddress> resolve(const api::Caller& caller, std::string_view url) {
  const auto invalid_address = [url] {
    return fail(Code::InvalidArgument,
                "The address " + std::string(url) + " is not valid for this endpoint.",
                "InvalidAddress");
  };
  const std::string_view name = model::queue_name(url);
  std::string_view path = model::queue_path(url);
  if (name.empty()) return invalid_address();
  path.remove_suffix(name.size() + 1);
  const auto before_account = path.rfind('/');
  const std::string_view account =
      before_account == path.npos ? path : path.substr(before_account + 1);
  // An account is digits: anything else is not the address of a queue at all.
  if (account.empty() || account.find_first_not_of("0123456789") != account.npos) {
    return invalid_address();
  }
  // A name that no queue can have (or that no key may hold) is not looked up.
  if (account != caller.account || !is_queue_name(name)) {
    return fail(Code::NotFound, "The specified queue does not exist.", queue::kQueueDoesNotExist);
  }
  return QueueAddress{.scope = scope_of(caller), .name = std::string(name)};
}

std::string queue_url(const api::Caller& caller, std::string_view name) {
  return caller.base_url + "/" + caller.account + "/" + std::string(name);
}

bool is_plain_name(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !text.empty() && text.size() <= 80 && std::ranges::all_of(text, is_plain);
}

bool is_queue_name(std::string_view text) {
  constexpr std::string_view kFifo = ".fifo";
  if (!text.ends_with(kFifo)) return is_plain_name(text);
  return text.size() <= 80 && is_plain_name(text.substr(0, text.size() - kFifo.size()));
}

Result<std::size_t> list_count(const std::optional<std::int64_t>& max_results) {
  constexpr std::int64_t kListMax = 1000;  // SQS quota
  const std::int64_t count_max = max_results.value_or(kListMax);
  if (count_max < 1 || count_max > kListMax) {
    return invalid_parameter(
        "Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between "
        "1 and 1000.");
  }
  return static_cast<std::size_t>(count_max);
}

Result<std::string> decode_token(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::string();
  std::optional<std::string> name = crypto::from_base64(*token);
  if (!name || !is_queue_name(*name)) {
    return invalid_parameter("Invalid or expired next token.");
  }
  return *std::move(name);
}

std::optional<std::string> cut_page(std::vector<std::string>& names, std::size_t count_max,
                                    bool is_paged) {
  if (names.size() <= count_max) return std::nullopt;
  names.pop_back();
  if (!is_paged) return std::nullopt;
  return crypto::base64(names.back());
}

Result<> check_batch(const std::vector<std::string_view>& ids, std::string_view shape) {
  constexpr std::size_t kEntriesMax = 10;  // SQS quota
  if (ids.empty()) {
    return fail(Code::InvalidArgument,
                "There should be at least one " + std::string(shape) + " in the request.",
                "EmptyBatchRequest");
  }
  if (ids.size() > kEntriesMax) {
    return fail(Code::InvalidArgument,
                "Maximum number of entries per request are 10. You have sent " +
                    std::to_string(ids.size()) + ".",
                "TooManyEntriesInBatchRequest");
  }
  std::set<std::string_view> seen;
  for (const std::string_view id : ids) {
    if (!is_plain_name(id)) {
      return fail(Code::InvalidArgument,
                  "A batch entry id can only contain alphanumeric characters, hyphens and "
                  "underscores. It can be at most 80 letters long.",
                  "InvalidBatchEntryId");
    }
    if (!seen.insert(id).second) {
      return fail(Code::InvalidArgument, "Id " + std::string(id) + " repeated.",
                  "BatchEntryIdsNotDistinct");
    }
  }
  return {};
}

api::sqs::BatchResultErrorEntry failed_entry(std::string id, const Error& error) {
  // SQS names the errors of entries as its query protocol does.
  const api::ErrorFacts& facts = api::wire_error(api::sqs::kFacts, error);
  return {.id = std::move(id),
          .sender_fault = facts.status < 500,
          .code = std::string(facts.query_code),
          .message = error.message};
}

}  // namespace rialto::service::sqs
