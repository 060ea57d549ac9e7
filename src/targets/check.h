// What PutTargets refuses about one target, with AWS's texts (docs/spec/02 §2). Pure.
#pragma once

#include <string>

#include "base/result.h"
#include "model/arn.h"
#include "model/target.h"

namespace rialto::targets {

enum class Kind {
  Queue,    // committed together with the event
  Bus,      // attempted by delivery
  Called,   // attempted by delivery: another server is called
  Archive,  // of a managed rule only: committed together with the event
};

// What this build delivers to. Errors: InvalidArgument for what is no ARN and for services that
// AWS has no targets for; Unsupported, with a sentence that says so, for those not built yet.
Result<Kind> kind_of(const model::Arn& arn);

// Whether a rule of `bus` may have `target`. Input, InputPath and InputTransformer are compiled,
// and so checked, by transform. Whether the target exists is not checked, as at AWS.
Result<Kind> check_target(const model::Target& target, const model::BusRef& bus);

}  // namespace rialto::targets
