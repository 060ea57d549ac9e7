// The only place that builds or reads a key. The twin of docs/internals/storage.md: what is there
// in prose is here in code, and a golden test pins both.
//
// Integers are big-endian and of fixed width, texts end with a zero byte (no text in a key may hold
// one): the order of the bytes is the order of the meaning.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/arn.h"
#include "store/batch.h"

namespace rialto::store {

using model::Scope;
using BusId = std::uint32_t;
using QueueId = std::uint32_t;
using ArchiveId = std::uint32_t;
using Sequence = std::uint64_t;

// Kinds of resources: the first byte of a key of Table::Resource. Stored: never change or reuse.
enum class ResourceKind : std::uint8_t {
  Bus = 0x10,
  Rule = 0x11,
  Queue = 0x12,
  Archive = 0x13,
  Replay = 0x14,
  Connection = 0x15,
  ApiDestination = 0x16,
  EventSource = 0x17,
  MoveTask = 0x20,
};

std::string bus_key(const Scope& scope, std::string_view bus);
std::string rule_key(const Scope& scope, std::string_view bus, std::string_view rule);
std::string queue_key(const Scope& scope, std::string_view queue);
// `number` orders the move tasks of one source queue by their start.
std::string move_task_key(const Scope& scope, std::string_view queue, std::uint64_t number);
std::string archive_key(const Scope& scope, std::string_view archive);
std::string replay_key(const Scope& scope, std::string_view replay);
std::string connection_key(const Scope& scope, std::string_view connection);
std::string api_destination_key(const Scope& scope, std::string_view destination);
// `scope` is the customer's.
std::string event_source_key(const Scope& scope, std::string_view source);
// Every resource of one kind.
std::string resource_prefix(ResourceKind kind);

// Table::Meta: the end of the range of sequence numbers that a bus or queue has reserved, and the
// last number given to a bus or queue. The value is a u64; of kLastBusIdKey, a u32.
std::string bus_sequence_key(BusId bus);
std::string queue_sequence_key(QueueId queue);
// When the schedule of a rule last fired; the value is schedule's own.
struct RuleFiredKey {
  BusId bus = 0;
  std::string rule;
  auto operator<=>(const RuleFiredKey&) const = default;
};
std::string encode(const RuleFiredKey& key);
std::optional<RuleFiredKey> decode_rule_fired_key(std::string_view bytes);
inline constexpr std::string_view kRuleFiredPrefix = "rule_fired/";

// Greater than every key of a table.
inline constexpr std::string_view kAfterAllKeys = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";

// Of the last segment of the journal that the tables have absorbed; a u64.
inline constexpr std::string_view kAbsorbedKey = "absorbed_segment";

inline constexpr std::string_view kLastBusIdKey = "last_bus_id";
inline constexpr std::string_view kLastQueueIdKey = "last_queue_id";
inline constexpr std::string_view kLastArchiveIdKey = "last_archive_id";

// Table::Event: an accepted event that still owes deliveries.
struct EventKey {
  BusId bus = 0;
  Sequence sequence = 0;
  auto operator<=>(const EventKey&) const = default;
};
std::string encode(const EventKey& key);
std::optional<EventKey> decode_event_key(std::string_view bytes);

// One delivery that the event owes; `route` counts from 0 within the event. Table::Delivery has it
// for events that owe several, so that the last one to be settled knows that it is.
struct DeliveryKey {
  EventKey event;
  std::uint16_t route = 0;
  auto operator<=>(const DeliveryKey&) const = default;
};
std::string encode(const DeliveryKey& key);
std::optional<DeliveryKey> decode_delivery_key(std::string_view bytes);

// What names a lane: the first bytes of the SHA-256 of its destination.
struct LaneId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const LaneId&) const = default;
};
// Table::Meta: the destination of a lane.
std::string lane_key(const LaneId& lane);
std::optional<LaneId> decode_lane_key(std::string_view bytes);
inline constexpr std::string_view kLanePrefix = "lane/";

// Table::Due: a delivery that is owed, in the order in which those of its lane are due.
struct DueKey {
  LaneId lane;
  TimePoint due_at;
  DeliveryKey delivery;
  auto operator<=>(const DueKey&) const = default;
};
std::string encode(const DueKey& key);
std::optional<DueKey> decode_due_key(std::string_view bytes);
std::string due_prefix(const LaneId& lane);

// Table::Message; Table::MessageState for messages that are delayed or were received; and
// Table::Deduplication for messages that FIFO queues took within five minutes.
struct MessageKey {
  QueueId queue = 0;
  Sequence sequence = 0;
  auto operator<=>(const MessageKey&) const = default;
};
std::string encode(const MessageKey& key);
std::optional<MessageKey> decode_message_key(std::string_view bytes);
std::string message_prefix(QueueId queue);

// Table::Archive: an archived event. `hour` is that of archiving, counted from 1970, so that what
// expires lies together; `time_ms` is the event's own time; `sequence` the one its bus gave it.
struct ArchivedKey {
  ArchiveId archive = 0;
  std::uint32_t hour = 0;
  std::int64_t time_ms = 0;
  Sequence sequence = 0;
  auto operator<=>(const ArchivedKey&) const = default;
};
std::string encode(const ArchivedKey& key);
std::optional<ArchivedKey> decode_archived_key(std::string_view bytes);
std::string archived_prefix(ArchiveId archive);
std::string archived_prefix(ArchiveId archive, std::uint32_t hour);

// Table::Meta: a part of what is known of an archive's events of one hour; the parts add up.
struct TallyKey {
  ArchiveId archive = 0;
  std::uint32_t hour = 0;
  std::uint32_t cell = 0;
  auto operator<=>(const TallyKey&) const = default;
};
std::string encode(const TallyKey& key);
std::optional<TallyKey> decode_tally_key(std::string_view bytes);
std::string tally_prefix();
std::string tally_prefix(ArchiveId archive);
std::string tally_prefix(ArchiveId archive, std::uint32_t hour);

}  // namespace rialto::store
