// What PutTargets refuses about the parameters of ECS, Batch and Redshift targets (docs/spec/02
// §2). Pure. Private to targets.
#pragma once

#include "base/result.h"
#include "model/arn.h"
#include "model/target.h"

namespace rialto::targets {

// Errors: InvalidArgument, in AWS's words.
Result<> check_parameters(const model::Target& target, const model::Arn& arn);

}  // namespace rialto::targets
