// How much of everything an account may have in a Region.
#pragma once

#include <cstddef>

namespace rialto::service {

// AWS's quotas, per account and Region (docs/spec/10 §1).
struct EventsQuotas {
  std::size_t buses = 100;
  std::size_t rules_per_bus = 300;
  std::size_t wildcard_rules_per_bus = 30;
  std::size_t targets_per_rule = 5;
  std::size_t pattern_chars = 2'048;
  std::size_t put_events_bytes = 1'048'576;
  std::size_t tags_per_resource = 50;
  std::size_t policy_chars = 10'240;
};

}  // namespace rialto::service
