// The SQS operations on messages.
#include "base/crypto/digest.h"
#include "service/sqs/attributes.h"
#include "service/sqs/common.h"
#include "service/sqs/message_attributes.h"
#include "service/sqs_service.h"

namespace rialto::service {

using namespace sqs;  // the helpers of these handlers
namespace wire = api::sqs;

namespace {

constexpr std::size_t kBatchBytesMax = 1'048'576;  // SQS quota (docs/spec/09 §9)
constexpr std::int64_t kVisibilityMax = 43'200;
constexpr std::string_view kVisibilityReason = "Must be >= 0 and <= 43200, if provided.";

// FIFO queues are told by their names.
bool is_fifo(const QueueAddress& address) { return address.name.ends_with(".fifo"); }

struct Prepared {
  queue::OutgoingMessage message;
  std::string body_md5;
  std::optional<std::string> attributes_md5;
  std::optional<std::string> system_attributes_md5;
};

// `input` is a SendMessageRequest or an entry of a batch: they have the same members.
template <class Input>
Result<Prepared> prepare(const api::Caller& caller, Input&& input) {
  if (input.message_body.empty()) return missing_parameter("MessageBody");
  RIALTO_TRY_VOID(check_range(input.delay_seconds, 0, 900, "DelaySeconds",
                              "DelaySeconds must be >= 0 and <= 900."));
  // An empty one is none for the queue, and not what SQS lets pass.
  for (const auto& [value, name] :
       {std::pair(&input.message_group_id, "MessageGroupId"),
        std::pair(&input.message_deduplication_id, "MessageDeduplicationId")}) {
    if (*value && (*value)->empty()) RIALTO_TRY_VOID(queue::check_id(**value, name));
  }
  if (!is_message_text(input.message_body)) return invalid_characters();
  Prepared out;
  if (input.message_attributes && !input.message_attributes->empty()) {
    RIALTO_TRY(out.message.attributes, to_attributes(*input.message_attributes));
    out.attributes_md5 = md5_of(out.message.attributes);
  }
  out.message.trace_header = caller.trace_header;
  if (input.message_system_attributes && !input.message_system_attributes->empty()) {
    RIALTO_TRY(auto attributes, to_system_attributes(*input.message_system_attributes));
    out.system_attributes_md5 = md5_of(attributes);
    out.message.trace_header = std::move(attributes.front().value);
  }
  out.body_md5 = crypto::hex(crypto::md5(input.message_body));
  out.message.body = std::move(input.message_body);
  out.message.sender = caller.account;
  if (input.delay_seconds) out.message.delay = std::chrono::seconds(*input.delay_seconds);
  if (input.message_group_id) out.message.group = std::move(*input.message_group_id);
  if (input.message_deduplication_id) {
    out.message.deduplication_id = std::move(*input.message_deduplication_id);
  }
  return out;
}

std::optional<std::string> number_text(const queue::Sent& sent) {
  if (sent.sequence == 0) return std::nullopt;
  return queue::sequence_number(sent.sequence);
}

// The attributes of ReceiveMessage; an empty one is left out.
struct SystemAttribute {
  std::string_view name;
  std::string (*get)(const queue::ReceivedMessage&);
};

constexpr SystemAttribute kSystemAttributes[] = {
    {"AWSTraceHeader", [](const queue::ReceivedMessage& m) { return m.trace_header; }},
    {"ApproximateFirstReceiveTimestamp",
     [](const queue::ReceivedMessage& m) {
       return std::to_string(to_millis(m.first_received_at));
     }},
    {"ApproximateReceiveCount",
     [](const queue::ReceivedMessage& m) { return std::to_string(m.receive_count); }},
    {"DeadLetterQueueSourceArn",
     [](const queue::ReceivedMessage& m) { return m.dead_letter_source; }},
    {"MessageDeduplicationId", [](const queue::ReceivedMessage& m) { return m.deduplication_id; }},
    {"MessageGroupId", [](const queue::ReceivedMessage& m) { return m.group; }},
    {"SenderId", [](const queue::ReceivedMessage& m) { return m.sender; }},
    {"SentTimestamp",
     [](const queue::ReceivedMessage& m) { return std::to_string(to_millis(m.sent_at)); }},
    {"SequenceNumber",
     [](const queue::ReceivedMessage& m) {
       return m.sequence == 0 ? std::string() : queue::sequence_number(m.sequence);
     }},
};

struct Selection {
  std::vector<std::string> system;
  std::vector<std::string> attributes;
};

Result<Selection> select(wire::ReceiveMessageRequest& input) {
  Selection out;
  // The older name of the same parameter, and the newer one.
  for (auto* names : {&input.attribute_names, &input.message_system_attribute_names}) {
    if (!*names) continue;
    for (std::string& name : **names) {
      const bool is_known =
          name == "All" || std::ranges::find(kSystemAttributes, name, &SystemAttribute::name) !=
                               std::end(kSystemAttributes);
      if (!is_known) {
        return fail(Code::InvalidArgument, "Unknown Attribute " + name + ".",
                    "InvalidAttributeName");
      }
      out.system.push_back(std::move(name));
    }
  }
  if (input.message_attribute_names) out.attributes = std::move(*input.message_attribute_names);
  return out;
}

// Checked and not used: a receive that is repeated gets what is ready then. What the first one took
// comes back after its visibility timeout.
Result<> check_attempt_id(const QueueAddress& address, const std::optional<std::string>& id) {
  constexpr std::string_view kName = "ReceiveRequestAttemptId";
  if (!id) return {};
  if (is_fifo(address)) return queue::check_id(*id, kName);
  return invalid_parameter("The request include parameter " + std::string(kName) +
                           " which is not valid for this queue type");
}

wire::Message to_wire(queue::ReceivedMessage message, const Selection& selection) {
  wire::Message out;
  out.message_id = message.id.text();
  out.md5_of_body = crypto::hex(crypto::md5(message.body));
  api::Map<std::string> system;
  for (const SystemAttribute& one : kSystemAttributes) {
    if (!is_wanted(selection.system, one.name)) continue;
    std::string value = one.get(message);
    if (!value.empty()) system.emplace(one.name, std::move(value));
  }
  if (!system.empty()) out.attributes = std::move(system);
  std::erase_if(message.attributes, [&](const queue::Attribute& attribute) {
    return !is_wanted(selection.attributes, attribute.name);
  });
  if (!message.attributes.empty()) {
    out.md5_of_message_attributes = md5_of(message.attributes);
    for (const queue::Attribute& attribute : message.attributes) {
      if (!out.message_attributes) out.message_attributes.emplace();
      out.message_attributes->emplace(attribute.name, to_value(attribute));
    }
  }
  out.body = std::move(message.body);
  out.receipt_handle = std::move(message.receipt_handle);
  return out;
}

// The outcomes of the entries that passed their checks, in the order of the request.
template <class Answer>
Answer collect(std::vector<std::string> ids, std::vector<Result<>> checks,
               std::vector<Result<>> outcomes) {
  Answer out;
  auto outcome = outcomes.begin();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Result<>& result = checks[i].ok() ? *outcome++ : checks[i];
    if (result.ok()) {
      out.successful.push_back({.id = std::move(ids[i])});
    } else {
      out.failed.push_back(failed_entry(std::move(ids[i]), result.error()));
    }
  }
  return out;
}

Result<> check_handle(const std::string& handle) {
  if (handle.empty()) return missing_parameter("ReceiptHandle");
  return {};
}

}  // namespace

Task<Result<wire::SendMessageResult>> SqsService::send_message(api::Caller caller,
                                                               wire::SendMessageRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  RIALTO_CO_TRY(Prepared prepared, prepare(caller, std::move(input)));
  std::vector<queue::OutgoingMessage> messages;
  messages.push_back(std::move(prepared.message));
  RIALTO_CO_TRY(const auto sent,
                co_await queues_.send(std::move(address.scope), std::move(address.name),
                                      std::move(messages)));
  if (!sent.front().ok()) co_return sent.front().error();
  co_return wire::SendMessageResult{
      .md5_of_message_body = std::move(prepared.body_md5),
      .md5_of_message_attributes = std::move(prepared.attributes_md5),
      .md5_of_message_system_attributes = std::move(prepared.system_attributes_md5),
      .message_id = sent.front()->id.text(),
      .sequence_number = number_text(*sent.front())};
}

Task<Result<wire::SendMessageBatchResult>> SqsService::send_message_batch(
    api::Caller caller, wire::SendMessageBatchRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  RIALTO_CO_TRY_VOID(check_batch(input.entries, "SendMessageBatchRequestEntry"));
  std::vector<Result<Prepared>> prepared;
  std::vector<queue::OutgoingMessage> messages;
  std::size_t size = 0;
  for (wire::SendMessageBatchRequestEntry& entry : input.entries) {
    size += entry.message_body.size();
    prepared.push_back(prepare(caller, std::move(entry)));
    if (!prepared.back().ok()) continue;
    messages.push_back(std::move(prepared.back()->message));
    size += size_bytes(messages.back().view()) - messages.back().body.size();
  }
  if (size > kBatchBytesMax) {
    co_return fail(Code::InvalidArgument,
                   "Batch requests cannot be longer than " + std::to_string(kBatchBytesMax) +
                       " bytes. You have sent " + std::to_string(size) + " bytes.",
                   "BatchRequestTooLong");
  }
  RIALTO_CO_TRY(const auto sent,
                co_await queues_.send(std::move(address.scope), std::move(address.name),
                                      std::move(messages)));
  wire::SendMessageBatchResult out;
  auto next = sent.begin();
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    std::string id = std::move(input.entries[i].id);
    if (!prepared[i].ok()) {
      out.failed.push_back(failed_entry(std::move(id), prepared[i].error()));
    } else if (const Result<queue::Sent>& outcome = *next++; !outcome.ok()) {
      out.failed.push_back(failed_entry(std::move(id), outcome.error()));
    } else {
      out.successful.push_back(
          {.id = std::move(id),
           .message_id = outcome->id.text(),
           .md5_of_message_body = std::move(prepared[i]->body_md5),
           .md5_of_message_attributes = std::move(prepared[i]->attributes_md5),
           .md5_of_message_system_attributes = std::move(prepared[i]->system_attributes_md5),
           .sequence_number = number_text(*outcome)});
    }
  }
  co_return out;
}

Task<Result<wire::ReceiveMessageResult>> SqsService::receive_message(
    api::Caller caller, wire::ReceiveMessageRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  RIALTO_CO_TRY_VOID(check_range(input.max_number_of_messages, 1, 10, "MaxNumberOfMessages",
                                 "Must be between 1 and 10, if provided."));
  RIALTO_CO_TRY_VOID(check_range(input.wait_time_seconds, 0, 20, "WaitTimeSeconds",
                                 "Must be >= 0 and <= 20, if provided."));
  RIALTO_CO_TRY_VOID(check_range(input.visibility_timeout, 0, kVisibilityMax, "VisibilityTimeout",
                                 kVisibilityReason));
  RIALTO_CO_TRY_VOID(check_attempt_id(address, input.receive_request_attempt_id));
  RIALTO_CO_TRY(const Selection selection, select(input));
  queue::ReceiveOptions options;
  options.count_max = static_cast<std::size_t>(input.max_number_of_messages.value_or(1));
  if (input.visibility_timeout) {
    options.visibility = std::chrono::seconds(*input.visibility_timeout);
  }
  if (input.wait_time_seconds) options.wait = std::chrono::seconds(*input.wait_time_seconds);
  RIALTO_CO_TRY(auto messages, co_await queues_.receive(std::move(address.scope),
                                                        std::move(address.name), options));
  wire::ReceiveMessageResult out;
  for (queue::ReceivedMessage& message : messages) {
    if (!out.messages) out.messages.emplace();
    out.messages->push_back(to_wire(std::move(message), selection));
  }
  co_return out;
}

Task<Result<>> SqsService::delete_message(api::Caller caller, wire::DeleteMessageRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  RIALTO_CO_TRY_VOID(check_handle(input.receipt_handle));
  std::vector<std::string> handles;
  handles.push_back(std::move(input.receipt_handle));
  RIALTO_CO_TRY(auto outcomes, co_await queues_.erase(std::move(address.scope),
                                                      std::move(address.name), std::move(handles)));
  co_return std::move(outcomes.front());
}

Task<Result<wire::DeleteMessageBatchResult>> SqsService::delete_message_batch(
    api::Caller caller, wire::DeleteMessageBatchRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  RIALTO_CO_TRY_VOID(check_batch(input.entries, "DeleteMessageBatchRequestEntry"));
  std::vector<std::string> ids;
  std::vector<Result<>> checks;
  std::vector<std::string> handles;
  for (wire::DeleteMessageBatchRequestEntry& entry : input.entries) {
    ids.push_back(std::move(entry.id));
    checks.push_back(check_handle(entry.receipt_handle));
    if (checks.back().ok()) handles.push_back(std::move(entry.receipt_handle));
  }
  RIALTO_CO_TRY(auto outcomes, co_await queues_.erase(std::move(address.scope),
                                                      std::move(address.name), std::move(handles)));
  co_return collect<wire::DeleteMessageBatchResult>(std::move(ids), std::move(checks),
                                                    std::move(outcomes));
}

Task<Result<>> SqsService::change_message_visibility(api::Caller caller,
                                                     wire::ChangeMessageVisibilityRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  RIALTO_CO_TRY_VOID(check_handle(input.receipt_handle));
  RIALTO_CO_TRY_VOID(check_range(input.visibility_timeout, 0, kVisibilityMax, "VisibilityTimeout",
                                 kVisibilityReason));
  std::vector<queue::VisibilityChange> changes;
  changes.push_back({.receipt_handle = std::move(input.receipt_handle),
                     .visibility = std::chrono::seconds(input.visibility_timeout)});
  RIALTO_CO_TRY(auto outcomes,
                co_await queues_.change_visibility(std::move(address.scope),
                                                   std::move(address.name), std::move(changes)));
  co_return std::move(outcomes.front());
}

Task<Result<wire::ChangeMessageVisibilityBatchResult>> SqsService::change_message_visibility_batch(
    api::Caller caller, wire::ChangeMessageVisibilityBatchRequest input) {
  RIALTO_CO_TRY(QueueAddress address, resolve(caller, input.queue_url));
  RIALTO_CO_TRY_VOID(check_batch(input.entries, "ChangeMessageVisibilityBatchRequestEntry"));
  std::vector<std::string> ids;
  std::vector<Result<>> checks;
  std::vector<queue::VisibilityChange> changes;
  for (wire::ChangeMessageVisibilityBatchRequestEntry& entry : input.entries) {
    ids.push_back(std::move(entry.id));
    Result<> check = check_handle(entry.receipt_handle);
    if (check.ok() && !entry.visibility_timeout) check = missing_parameter("VisibilityTimeout");
    if (check.ok()) {
      check = check_range(entry.visibility_timeout, 0, kVisibilityMax, "VisibilityTimeout",
                          kVisibilityReason);
    }
    if (check.ok()) {
      changes.push_back({.receipt_handle = std::move(entry.receipt_handle),
                         .visibility = std::chrono::seconds(*entry.visibility_timeout)});
    }
    checks.push_back(std::move(check));
  }
  RIALTO_CO_TRY(auto outcomes,
                co_await queues_.change_visibility(std::move(address.scope),
                                                   std::move(address.name), std::move(changes)));
  co_return collect<wire::ChangeMessageVisibilityBatchResult>(std::move(ids), std::move(checks),
                                                              std::move(outcomes));
}

}  // namespace rialto::service
