// A log group of CloudWatch Logs as a target (docs/spec/02 §3): the one call that needs another one
// before it, for a stream has to be there.
#pragma once

#include "base/ids.h"
#include "targets/aws/call.h"
#include "targets/target_type.h"

namespace rialto::targets {

bool is_log_group(const model::Arn& arn);

std::unique_ptr<TargetType> make_logs_type(std::shared_ptr<AwsClient> client, Ids& ids);

}  // namespace rialto::targets
