// The target types that are one signed call of an AWS service: one for each row.
#pragma once

#include "targets/aws/row.h"
#include "targets/target_type.h"

namespace rialto::targets {

// The call of one attempt, before it is signed. Pure. Errors: as Row::make.
Result<AwsCall> make_call(const Row& row, const Invocation& invocation);

std::unique_ptr<TargetType> make_signed_call_type(const Row& row,
                                                  std::shared_ptr<AwsClient> client);

}  // namespace rialto::targets
