// What a target is given of an event: all of it, or what its Input makes of it.
#pragma once

#include <string>

#include "base/result.h"
#include "delivery/delivery.h"
#include "transform/transform.h"

namespace rialto::delivery {

// Compiles the Input, InputPath or InputTransformer of `target`. Errors: as PutTargets words them
// (docs/spec/02 §2).
Result<transform::Transform> compile_transform(const model::Target& target);

// Error: InvalidArgument with the reason INVALID_JSON, which no retry mends.
Result<std::string> make_payload(const transform::Transform& transform, const model::Event& event,
                                 const Destination& destination);

}  // namespace rialto::delivery
