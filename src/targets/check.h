// What PutTargets refuses about one target, with AWS's texts (docs/spec/02 §2). Pure.
#pragma once

#include <string>

#include "base/result.h"
#include "model/arn.h"
#include "model/target.h"
#include "targets/endpoints.h"

namespace rialto::targets {

enum class Kind {
  Queue,    // built in: committed together with the event
  Bus,      // attempted by delivery
  Call,     // of another server: attempted by delivery
  Archive,  // of a managed rule only: committed together with the event
};

// Queues are built in, unless `endpoints` say where SQS is. Errors: InvalidArgument for services
// that AWS has no targets for, and for resources of theirs that are none.
Result<Kind> kind_of(const model::Arn& arn, const Endpoints& endpoints);

// Whether a rule of `bus` that `owner`, an account, has made may have `target`: what is of one
// account only must be the owner's. Input, InputPath and InputTransformer are compiled,
// and so checked, by transform. Whether the target exists is not checked, as at AWS.
Result<Kind> check_target(const model::Target& target, const model::BusRef& bus,
                          const std::string& owner, const Endpoints& endpoints);

}  // namespace rialto::targets
