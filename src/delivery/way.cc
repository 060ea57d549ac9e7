#include "delivery/way.h"

#include <algorithm>

#include "delivery/payload.h"

namespace rialto::delivery {

Result<Way> make_way(const targets::TargetTypes& types, const Destination& destination) {
  RIALTO_TRY(auto arn, model::Arn::parse(destination.target.arn));
  const auto type =
      std::ranges::find_if(types, [&arn](const auto& each) { return each->serves(arn); });
  if (type == types.end()) {
    return fail(Code::Unsupported, "No target type of this build serves " + arn.text() + ".",
                "INVALID_PARAMETER");
  }
  RIALTO_TRY(auto transform, compile_transform(destination.target));
  const targets::Batching batching = (*type)->batching();
  return Way{type->get(), batching, std::move(arn), std::move(transform)};
}

std::vector<std::size_t> split(const std::vector<targets::Invocation>& invocations,
                               const targets::Batching& batching) {
  std::vector<std::size_t> counts;
  std::size_t bytes = 0;
  for (const targets::Invocation& each : invocations) {
    const std::size_t size = each.payload.size() + batching.bytes_each;
    const bool fits =
        !counts.empty() && counts.back() < batching.count_max && bytes + size <= batching.bytes_max;
    if (!fits) {
      counts.push_back(0);
      bytes = 0;
    }
    ++counts.back();
    bytes += size;
  }
  return counts;
}

}  // namespace rialto::delivery
