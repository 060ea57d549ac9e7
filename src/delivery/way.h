// The way to a destination: what every attempt at it needs, made once for all of them.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "delivery/destination.h"
#include "model/arn.h"
#include "targets/target_type.h"
#include "transform/transform.h"

namespace rialto::delivery {

struct Way {
  targets::TargetType* type;  // never null
  targets::Batching batching;
  model::Arn target;
  transform::Transform transform;
};

// `types` must outlive the way. Errors: what every attempt ends with, as no retry mends it: an ARN
// that is none or that no type serves, and an Input that cannot be compiled.
Result<Way> make_way(const targets::TargetTypes& types, const Destination& destination);

// How many of the invocations each call takes, in order: as many as `batching` allows. What is too
// large for any call has one of its own, whose answer says so.
std::vector<std::size_t> split(const std::vector<targets::Invocation>& invocations,
                               const targets::Batching& batching);

}  // namespace rialto::delivery
