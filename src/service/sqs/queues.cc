// The SQS operations on queues themselves.
#include "model/arn.h"
#include "service/sqs/attributes.h"
#include "service/sqs/common.h"
#include "service/sqs/redrive.h"
#include "service/sqs_service.h"

namespace rialto::service {

using namespace sqs;  // the helpers of these handlers
namespace wire = api::sqs;

namespace {

constexpr std::size_t kTagsMax = 50;  // the limits of tags are AWS's own, everywhere
constexpr std::size_t kTagKeyMax = 128;
constexpr std::size_t kTagValueMax = 256;

// The length in characters.
std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & '\xC0') != '\x80'; }));
}

Result<> check_tags(const api::Map<std::string>& tags) {
  for (const auto& [key, value] : tags) {
    if (key.empty() || length_of(key) > kTagKeyMax) {
      return invalid_parameter("Tag keys must be between 1 and 128 characters in length.");
    }
    if (key.starts_with("aws:")) {
      return invalid_parameter("Tag keys must not begin with 'aws:': it is reserved.");
    }
    if (length_of(value) > kTagValueMax) {
      return invalid_parameter("Tag values must be between 0 and 256 characters in length.");
    }
  }
  return {};
}

Result<> check_tag_count(const queue::Tags& tags, std::string_view name) {
  if (tags.size() <= kTagsMax) return {};
  return invalid_parameter("Too many tags added for queue " + std::string(name) + ".");
}

// SQS tells a FIFO queue by its attribute, and then demands the name.
Result<queue::Settings> new_settings(const std::string& name,
                                     const api::Map<std::string>& attributes) {
  queue::Settings settings;
  const auto fifo = attributes.find("FifoQueue");
  if (fifo != attributes.end() && fifo->second == "true") {
    if (!name.ends_with(".fifo") || !is_queue_name(name)) {
      return invalid_parameter(
          "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
          "underscores, must end with .fifo suffix and be 1 to 80 in length.");
    }
    settings.fifo.emplace();
  } else if (!is_plain_name(name)) {
    return invalid_parameter(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
  RIALTO_TRY_VOID(apply(attributes, settings));
  return settings;
}

Result<> check_redrive(const queue::Queues& queues, const store::Scope& scope,
                       std::string_view name, const api::Map<std::string>& attributes) {
  const auto policy = attributes.find("RedrivePolicy");
  if (policy == attributes.end() || policy->second.empty()) return {};
  return check_redrive_target(queues, scope, name, policy->second);
}

}  // namespace

Task<Result<wire::CreateQueueResult>> SqsService::create_queue(api::Caller caller,
                                                               wire::CreateQueueRequest input) {
  const api::Map<std::string> attributes = input.attributes.value_or(api::Map<std::string>());
  queue::Tags tags = input.tags.value_or(api::Map<std::string>());
  RIALTO_CO_TRY(queue::Settings settings, new_settings(input.queue_name, attributes));
  RIALTO_CO_TRY_VOID(check_tags(tags));
  RIALTO_CO_TRY_VOID(check_tag_count(tags, input.queue_name));
  const store::Scope scope = scope_of(caller);
  RIALTO_CO_TRY_VOID(check_redrive(queues_, scope, input.queue_name, attributes));
  const Result<> created =
      co_await queues_.create(scope, input.queue_name, std::move(settings), std::move(tags));
  if (!created.ok() && created.error().code != Code::AlreadyExists) co_return created.error();
  if (!created.ok()) {
    // The same queue is no error; attributes that were not given are not compared, nor are tags.
    RIALTO_CO_TRY(const queue::QueueInfo info, queues_.describe(scope, input.queue_name));
    if (std::string name = find_difference(attributes, info.settings); !name.empty()) {
      co_return fail(
          Code::AlreadyExists,
          "A queue already exists with the same name and a different value for attribute " + name,
          queue::kQueueNameExists);
    }
  }
  co_return wire::CreateQueueResult{.queue_url = queue_url(caller, input.queue_name)};
}

Task<Result<>> SqsService::delete_queue(api::Caller caller, wire::DeleteQueueRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  co_return co_await queues_.remove(std::move(address.scope), std::move(address.name));
}

Task<Result<wire::GetQueueUrlResult>> SqsService::get_queue_url(api::Caller caller,
                                                                wire::GetQueueUrlRequest input) {
  const bool is_own = input.queue_owner_aws_account_id.value_or(caller.account) == caller.account;
  if (!is_own || !queues_.exists(scope_of(caller), input.queue_name)) {
    co_return fail(Code::NotFound, "The specified queue does not exist.",
                   queue::kQueueDoesNotExist);
  }
  co_return wire::GetQueueUrlResult{.queue_url = queue_url(caller, input.queue_name)};
}

Task<Result<wire::ListQueuesResult>> SqsService::list_queues(api::Caller caller,
                                                             wire::ListQueuesRequest input) {
  RIALTO_CO_TRY(const std::size_t count_max, list_count(input.max_results));
  RIALTO_CO_TRY(const std::string after, decode_token(input.next_token));
  // One more than is shown tells whether there is a next page.
  std::vector<std::string> names = queues_.list(
      scope_of(caller), input.queue_name_prefix.value_or(std::string()), after, count_max + 1);
  wire::ListQueuesResult out;
  out.next_token = cut_page(names, count_max, input.max_results.has_value());
  for (const std::string& name : names) {
    if (!out.queue_urls) out.queue_urls.emplace();
    out.queue_urls->push_back(queue_url(caller, name));
  }
  co_return out;
}

Task<Result<wire::GetQueueAttributesResult>> SqsService::get_queue_attributes(
    api::Caller caller, wire::GetQueueAttributesRequest input) {
  RIALTO_CO_TRY(const QueueAddress address, resolve(caller, input.queue_url));
  const auto names = input.attribute_names.value_or(std::vector<std::string>());
  for (const std::string& name : names) {
    if (is_known_attribute(name)) continue;
    co_return fail(Code::InvalidArgument, "Unknown Attribute " + name + ".",
                   "InvalidAttributeName");
  }
  RIALTO_CO_TRY(const queue::QueueInfo info, queues_.describe(address.scope, address.name));
  RIALTO_CO_TRY(const queue::Counts counts, queues_.counts(address.scope, address.name));
  api::Map<std::string> attributes = describe(
      info, counts, model::queue_arn(address.scope.region, address.scope.account, address.name));
  const bool is_all = std::ranges::find(names, "All") != names.end();
  std::erase_if(attributes, [&](const auto& one) {
    return !is_all && std::ranges::find(names, one.first) == names.end();
  });
  wire::GetQueueAttributesResult out;
  if (!attributes.empty()) out.attributes = std::move(attributes);
  co_return out;
}

Task<Result<>> SqsService::set_queue_attributes(api::Caller caller,
                                                wire::SetQueueAttributesRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  RIALTO_CO_TRY_VOID(check_redrive(queues_, address.scope, address.name, input.attributes));
  queue::Change change = [attributes = std::move(input.attributes)](queue::Settings& settings,
                                                                    queue::Tags&) {
    return apply(attributes, settings);
  };
  co_return co_await queues_.change(std::move(address.scope), std::move(address.name),
                                    std::move(change));
}

Task<Result<>> SqsService::purge_queue(api::Caller caller, wire::PurgeQueueRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  co_return co_await queues_.purge(std::move(address.scope), std::move(address.name));
}

Task<Result<>> SqsService::tag_queue(api::Caller caller, wire::TagQueueRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  if (input.tags.empty()) co_return missing_parameter("Tags");
  RIALTO_CO_TRY_VOID(check_tags(input.tags));
  queue::Change change = [added = std::move(input.tags), name = address.name](queue::Settings&,
                                                                              queue::Tags& tags) {
    for (const auto& [key, value] : added) tags.insert_or_assign(key, value);
    return check_tag_count(tags, name);
  };
  co_return co_await queues_.change(std::move(address.scope), std::move(address.name),
                                    std::move(change));
}

Task<Result<>> SqsService::untag_queue(api::Caller caller, wire::UntagQueueRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  if (input.tag_keys.empty()) co_return missing_parameter("TagKeys");
  queue::Change change = [removed = std::move(input.tag_keys)](queue::Settings&,
                                                               queue::Tags& tags) -> Result<> {
    for (const std::string& key : removed) tags.erase(key);
    return {};
  };
  co_return co_await queues_.change(std::move(address.scope), std::move(address.name),
                                    std::move(change));
}

Task<Result<wire::ListQueueTagsResult>> SqsService::list_queue_tags(
    api::Caller caller, wire::ListQueueTagsRequest input) {
  RIALTO_CO_TRY(const QueueAddress address, resolve(caller, input.queue_url));
  RIALTO_CO_TRY(queue::QueueInfo info, queues_.describe(address.scope, address.name));
  wire::ListQueueTagsResult out;
  if (!info.tags.empty()) out.tags = std::move(info.tags);
  co_return out;
}

}  // namespace rialto::service
