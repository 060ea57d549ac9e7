#include "delivery/dead_letter.h"

#include "base/log.h"
#include "model/arn.h"

namespace rialto::delivery {
namespace {

// SQS takes no empty attribute value.
std::string_view or_unknown(std::string_view text) { return text.empty() ? "UNKNOWN" : text; }

void log_dropped(const model::Event& event, const Destination& destination, const GivenUp& given_up,
                 std::string_view why) {
  log::warn("delivery.dropped", {{"event", event.id},
                                 {"rule", destination.rule_arn},
                                 {"target", destination.target.arn},
                                 {"code", or_unknown(given_up.error.reason)},
                                 {"error", given_up.error.message},
                                 {"why", why}});
}

}  // namespace

std::vector<queue::Attribute> dead_letter_attributes(const Destination& destination,
                                                     const GivenUp& given_up) {
  std::vector<queue::Attribute> out;
  const auto add = [&out](std::string name, std::string_view value) {
    out.push_back({std::move(name), "String", std::string(value)});
  };
  add("RULE_ARN", destination.rule_arn);
  add("TARGET_ARN", destination.target.arn);
  add("ERROR_CODE", or_unknown(given_up.error.reason));
  add("ERROR_MESSAGE", or_unknown(given_up.error.message));
  if (!given_up.exhausted.empty()) add("EXHAUSTED_RETRY_CONDITION", given_up.exhausted);
  add("RETRY_ATTEMPTS", std::to_string(given_up.retries));
  return out;
}

std::optional<queue::Pending> append_dead_letter(queue::Queues& queues, store::Batch& batch,
                                                 const model::Event& event,
                                                 const Destination& destination,
                                                 const GivenUp& given_up) {
  if (!destination.target.dead_letter_arn) {
    log_dropped(event, destination, given_up, "the target has no dead-letter queue");
    return std::nullopt;
  }
  const auto queue = model::QueueRef::parse(*destination.target.dead_letter_arn);
  if (!queue.ok()) {
    log_dropped(event, destination, given_up, queue.error().message);
    return std::nullopt;
  }
  const auto attributes = dead_letter_attributes(destination, given_up);
  queue::NewMessage message;
  message.body = event.text;
  message.sender = queue->account;
  message.trace_header = event.trace_header;
  message.attributes = attributes;
  auto pending = queues.append(batch, {.account = queue->account, .region = queue->region},
                               queue->name, message);
  if (!pending.ok()) {
    log_dropped(event, destination, given_up, pending.error().message);
    return std::nullopt;
  }
  return std::move(pending).value();
}

}  // namespace rialto::delivery
