// Message attributes: checking, digesting and choosing them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/sqs_types.h"
#include "base/result.h"
#include "queue/message.h"

namespace rialto::service::sqs {

// Whether XML 1.0 could carry `text`, which is what SQS accepts in messages.
bool is_message_text(std::string_view text);
Error invalid_characters();

// In order of their names.
Result<std::vector<queue::Attribute>> to_attributes(
    const api::Map<api::sqs::MessageAttributeValue>& attributes);

// Only AWSTraceHeader exists.
Result<std::vector<queue::Attribute>> to_system_attributes(
    const api::Map<api::sqs::MessageSystemAttributeValue>& attributes);

// The digest that clients check (docs/spec/09 §9). Requires the order of the names.
std::string md5_of(std::span<const queue::Attribute> attributes);

// Whether one of `names` asks for `attribute`: `All`, `.*`, its name, or a prefix before `.*`.
bool is_wanted(std::span<const std::string> names, std::string_view attribute);

api::sqs::MessageAttributeValue to_value(const queue::Attribute& attribute);

}  // namespace rialto::service::sqs
