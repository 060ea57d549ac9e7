// Archives and replays as resources: what the control plane stores and answers (docs/spec/04).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace rialto::model {

struct Archive {
  std::uint32_t id = 0;  // ours, for keys; never given twice
  std::string account;
  std::string region;
  std::string name;  // unique in its account and Region, over all buses
  std::string bus;
  std::optional<std::string> description;
  std::optional<std::string> event_pattern;  // as given
  std::int64_t retention_days = 0;           // 0: for ever
  TimePoint created_at;

  std::string arn() const;
  std::string bus_arn() const;
  // The name of the managed rule that feeds it.
  std::string rule_name() const;
};

enum class ReplayState : std::uint8_t {
  Starting,
  Running,
  Cancelling,
  Completed,
  Cancelled,
  Failed,
};
std::string_view to_text(ReplayState state);  // as AWS spells it
std::optional<ReplayState> parse_replay_state(std::string_view text);

// The last archived event that a replay has been through; the next one comes after it. Ordered by
// minute, then hour of archiving, then time and sequence number.
struct ReplayCursor {
  std::int64_t minute = 0;  // since 1970, of the event's time
  std::uint32_t hour = 0;   // since 1970, of the event's archiving
  std::int64_t time_ms = 0;
  std::uint64_t sequence = 0;
  bool operator==(const ReplayCursor&) const = default;
};

struct Replay {
  std::string account;
  std::string region;
  std::string name;
  std::optional<std::string> description;
  std::string archive;
  std::uint32_t archive_id = 0;
  std::string bus;
  std::vector<std::string> filter_arns;  // the rules that may see it; empty: all
  TimePoint from;                        // both included, compared with the events' `time`
  TimePoint to;
  ReplayState state = ReplayState::Starting;
  std::optional<std::string> state_reason;
  TimePoint started_at;
  std::optional<TimePoint> ended_at;
  std::optional<TimePoint> last_event_at;  // the `time` of the last event replayed
  std::optional<ReplayCursor> cursor;
  std::int64_t replayed = 0;  // events

  // What AWS's replays do not have: only the event of this id; at most so many events a second; as
  // far apart as they were accepted.
  std::optional<std::string> only_event;
  std::optional<std::int64_t> events_per_second;
  bool keeps_pace = false;

  std::string arn() const;
  std::string archive_arn() const;
  std::string bus_arn() const;
  // One of the at most ten (docs/spec/10 §2), which end by themselves.
  bool is_active() const {
    return state == ReplayState::Starting || state == ReplayState::Running ||
           state == ReplayState::Cancelling;
  }
};

// ArchiveV1 and ReplayV1, values of Table::Resource: small JSON documents
// (docs/internals/storage.md). Errors of decoding: Corruption.
std::string encode(const Archive& archive);
Result<Archive> decode_archive(std::string_view bytes);
std::string encode(const Replay& replay);
Result<Replay> decode_replay(std::string_view bytes);

}  // namespace rialto::model
