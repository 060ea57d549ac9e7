// Attributes of queues: from the texts of a request to settings, and back.
#pragma once

#include <string>
#include <string_view>

#include "api/codec.h"
#include "base/result.h"
#include "queue/settings.h"

namespace rialto::service::sqs {

// Changes what `attributes` name. Errors: InvalidAttributeName, InvalidAttributeValue, and
// UnsupportedOperation for what does not act yet, so that nothing is stored and ignored.
Result<> apply(const api::Map<std::string>& attributes, queue::Settings& settings);

// The first attribute whose value `settings` does not have; empty when there is none. Requires that
// `apply` accepts them.
std::string find_difference(const api::Map<std::string>& attributes,
                            const queue::Settings& settings);

// Every attribute that exists.
api::Map<std::string> describe(const queue::QueueInfo& info, const queue::Counts& counts,
                               std::string_view arn);

// Whether SQS knows an attribute of that name that a client may ask for.
bool is_known_attribute(std::string_view name);

}  // namespace rialto::service::sqs
