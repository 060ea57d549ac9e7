// What the SQS handlers share: naming a queue, wording errors, checking batches.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/sqs.h"
#include "base/result.h"
#include "store/keys.h"

namespace rialto::service::sqs {

Error invalid_parameter(std::string message);
// `Value <value> for parameter <name> is invalid. Reason: <reason>`
Error invalid_value(std::string_view value, std::string_view name, std::string_view reason);
Error missing_parameter(std::string_view name);
// InvalidArgument unless `low` <= value <= `high`.
Result<> check_range(std::optional<std::int64_t> value, std::int64_t low, std::int64_t high,
                     std::string_view name, std::string_view reason);

store::Scope scope_of(const api::Caller& caller);

struct QueueAddress {
  store::Scope scope;
  std::string name;
};

// Errors: InvalidAddress when `url` has no account and name, QueueDoesNotExist when the account is
// not the caller's.
Result<QueueAddress> resolve(const api::Caller& caller, std::string_view url);
std::string queue_url(const api::Caller& caller, std::string_view name);

// Only letters, digits, hyphens and underscores, 1 to 80 of them.
bool is_plain_name(std::string_view text);

// A plain name, with `.fifo` after it or not, at most 80 characters together.
bool is_queue_name(std::string_view text);

// How many names a listing gives at most.
Result<std::size_t> list_count(const std::optional<std::int64_t>& max_results);
// The name that a listing goes on after.
Result<std::string> decode_token(const std::optional<std::string>& token);
// Cuts `names` to a page; answers the token of the next one. Only who asks for pages gets them, as
// at SQS. `names` has one more than is shown when there is a next page.
std::optional<std::string> cut_page(std::vector<std::string>& names, std::size_t count_max,
                                    bool is_paged);

// Requires nothing; `shape` is the name of the entries' structure.
Result<> check_batch(const std::vector<std::string_view>& ids, std::string_view shape);
template <class Entry>
Result<> check_batch(const std::vector<Entry>& entries, std::string_view shape) {
  std::vector<std::string_view> ids;
  for (const Entry& entry : entries) ids.push_back(entry.id);
  return check_batch(ids, shape);
}

api::sqs::BatchResultErrorEntry failed_entry(std::string id, const Error& error);

}  // namespace rialto::service::sqs
