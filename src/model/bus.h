// Buses and rules as resources: what the control plane stores and answers (docs/spec/02 §1, 03 §1).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/target.h"

namespace rialto::model {

using Tags = std::map<std::string, std::string>;

struct Bus {
  std::uint32_t id = 0;  // ours, for keys; never given twice
  std::string account;
  std::string region;
  std::string name;
  std::optional<std::string> description;
  std::optional<std::string> dead_letter_arn;
  std::optional<std::string> policy;  // as given, or as PutPermission made it
  TimePoint created_at;
  TimePoint modified_at;
  Tags tags;

  std::string arn() const;
};

// When a rule fires by itself (docs/spec/06).
struct Schedule {
  std::string expression;  // as given
  // When the rule was last put or enabled: what rates count from, and before which nothing is due.
  TimePoint anchor;
  bool operator==(const Schedule&) const = default;
};

struct Rule {
  std::string name;
  // A rule has one of the two or both.
  std::optional<std::string> event_pattern;  // as given
  std::optional<Schedule> schedule;
  // ENABLED, DISABLED or ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS.
  std::string state = "ENABLED";
  std::optional<std::string> description;
  std::optional<std::string> role_arn;
  std::string created_by;                              // account
  std::optional<std::string> managed_by;               // the service whose rule it is
  std::optional<std::uint32_t> archive_id;             // of the archive that it feeds
  std::map<std::string, Target, std::less<>> targets;  // by id, in the order of ListTargetsByRule
  Tags tags;

  bool is_enabled() const { return state != "DISABLED"; }
};

// BusV1 and RuleV1, values of Table::Resource: small JSON documents (docs/internals/storage.md).
// Errors of decoding: Corruption.
std::string encode(const Bus& bus);
Result<Bus> decode_bus(std::string_view bytes);

struct StoredRule {
  std::string account;
  std::string region;
  std::string bus;
  Rule rule;
};
std::string encode(const StoredRule& stored);
Result<StoredRule> decode_rule(std::string_view bytes);

}  // namespace rialto::model
