#include "targets/target_type.h"

namespace rialto::targets {

Task<std::vector<Outcome>> TargetType::invoke_batch(std::vector<Invocation> invocations) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(invocations.size());
  for (Invocation& each : invocations) outcomes.push_back(co_await invoke(std::move(each)));
  co_return outcomes;
}

}  // namespace rialto::targets
