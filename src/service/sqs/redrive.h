// RedrivePolicy and RedriveAllowPolicy: from the JSON texts of a request, and back.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "queue/queues.h"
#include "queue/settings.h"

namespace rialto::service::sqs {

Result<queue::RedrivePolicy> parse_redrive_policy(const std::string& text);
std::string redrive_policy_text(const queue::RedrivePolicy& policy);

// Whether `text` may be kept as a RedriveAllowPolicy.
Result<> check_redrive_allow_policy(const std::string& text);

// Whether the queue `name` may have the policy `text`, which `parse_redrive_policy` accepts: the
// dead-letter queue is there, of the same kind, and takes the queue's dead letters.
Result<> check_redrive_target(const queue::Queues& queues, const store::Scope& scope,
                              std::string_view name, const std::string& text);

}  // namespace rialto::service::sqs
