#include "store/keys.h"

#include "base/bytes.h"
#include "base/check.h"

namespace rialto::store {
namespace {

void append_terminated(std::string& out, std::string_view text) {
  RIALTO_CHECK(text.find('\0') == text.npos, "names are validated before they become keys");
  out += text;
  out += '\0';
}

std::string scoped_key(ResourceKind kind, const Scope& scope) {
  std::string out = resource_prefix(kind);
  append_terminated(out, scope.account);
  append_terminated(out, scope.region);
  return out;
}

std::string named_key(ResourceKind kind, const Scope& scope, std::string_view name) {
  std::string out = scoped_key(kind, scope);
  append_terminated(out, name);
  return out;
}

constexpr std::string_view kTally = "archive_tally/";

// Turns the order of signed numbers into that of unsigned ones, and back.
constexpr std::uint64_t kSignBit = 1ULL << 63;

std::string sequence_key(std::string_view kind, std::uint32_t id) {
  std::string out(kind);
  append_u32(out, id);
  return out;
}

DeliveryKey read_delivery_key(ByteReader& reader) {
  DeliveryKey key;
  key.event.bus = reader.u32();
  key.event.sequence = reader.u64();
  key.route = reader.u16();
  return key;
}

}  // namespace

std::string resource_prefix(ResourceKind kind) { return std::string(1, static_cast<char>(kind)); }

std::string bus_key(const Scope& scope, std::string_view bus) {
  return named_key(ResourceKind::Bus, scope, bus);
}

std::string rule_key(const Scope& scope, std::string_view bus, std::string_view rule) {
  std::string out = named_key(ResourceKind::Rule, scope, bus);
  append_terminated(out, rule);
  return out;
}

std::string queue_key(const Scope& scope, std::string_view queue) {
  return named_key(ResourceKind::Queue, scope, queue);
}

std::string move_task_key(const Scope& scope, std::string_view queue, std::uint64_t number) {
  std::string out = named_key(ResourceKind::MoveTask, scope, queue);
  append_u64(out, number);
  return out;
}

std::string archive_key(const Scope& scope, std::string_view archive) {
  return named_key(ResourceKind::Archive, scope, archive);
}

std::string replay_key(const Scope& scope, std::string_view replay) {
  return named_key(ResourceKind::Replay, scope, replay);
}

std::string connection_key(const Scope& scope, std::string_view connection) {
  return named_key(ResourceKind::Connection, scope, connection);
}

std::string api_destination_key(const Scope& scope, std::string_view destination) {
  return named_key(ResourceKind::ApiDestination, scope, destination);
}

std::string event_source_key(const Scope& scope, std::string_view source) {
  return named_key(ResourceKind::EventSource, scope, source);
}

std::string bus_sequence_key(BusId bus) { return sequence_key("bus_sequence/", bus); }
std::string queue_sequence_key(QueueId queue) { return sequence_key("queue_sequence/", queue); }

std::string encode(const RuleFiredKey& key) {
  return sequence_key(kRuleFiredPrefix, key.bus) + key.rule;
}

std::optional<RuleFiredKey> decode_rule_fired_key(std::string_view bytes) {
  if (!bytes.starts_with(kRuleFiredPrefix)) return std::nullopt;
  bytes.remove_prefix(kRuleFiredPrefix.size());
  if (bytes.size() <= sizeof(BusId)) return std::nullopt;
  RuleFiredKey key;
  key.bus = ByteReader(bytes.substr(0, sizeof(BusId))).u32();
  key.rule = bytes.substr(sizeof(BusId));
  return key;
}

std::string encode(const EventKey& key) {
  std::string out;
  append_u32(out, key.bus);
  append_u64(out, key.sequence);
  return out;
}

std::optional<EventKey> decode_event_key(std::string_view bytes) {
  ByteReader reader(bytes);
  const EventKey key{.bus = reader.u32(), .sequence = reader.u64()};
  if (!reader.is_at_end()) return std::nullopt;
  return key;
}

std::string encode(const DeliveryKey& key) {
  std::string out = encode(key.event);
  append_u16(out, key.route);
  return out;
}

std::optional<DeliveryKey> decode_delivery_key(std::string_view bytes) {
  ByteReader reader(bytes);
  const DeliveryKey key = read_delivery_key(reader);
  if (!reader.is_at_end()) return std::nullopt;
  return key;
}

std::string lane_key(const LaneId& lane) { return std::string(kLanePrefix) + due_prefix(lane); }

std::optional<LaneId> decode_lane_key(std::string_view bytes) {
  if (!bytes.starts_with(kLanePrefix)) return std::nullopt;
  ByteReader reader(bytes.substr(kLanePrefix.size()));
  const LaneId lane{.high = reader.u64(), .low = reader.u64()};
  if (!reader.is_at_end()) return std::nullopt;
  return lane;
}

std::string due_prefix(const LaneId& lane) {
  std::string out;
  append_u64(out, lane.high);
  append_u64(out, lane.low);
  return out;
}

std::string encode(const DueKey& key) {
  std::string out = due_prefix(key.lane);
  append_u64(out, static_cast<std::uint64_t>(to_millis(key.due_at)) ^ kSignBit);
  out += encode(key.delivery);
  return out;
}

std::optional<DueKey> decode_due_key(std::string_view bytes) {
  ByteReader reader(bytes);
  DueKey key;
  key.lane.high = reader.u64();
  key.lane.low = reader.u64();
  key.due_at = from_millis(static_cast<std::int64_t>(reader.u64() ^ kSignBit));
  key.delivery = read_delivery_key(reader);
  if (!reader.is_at_end()) return std::nullopt;
  return key;
}

std::string encode(const MessageKey& key) {
  std::string out;
  append_u32(out, key.queue);
  append_u64(out, key.sequence);
  return out;
}

std::optional<MessageKey> decode_message_key(std::string_view bytes) {
  ByteReader reader(bytes);
  const MessageKey key{.queue = reader.u32(), .sequence = reader.u64()};
  if (!reader.is_at_end()) return std::nullopt;
  return key;
}

std::string message_prefix(QueueId queue) {
  std::string out;
  append_u32(out, queue);
  return out;
}

std::string encode(const ArchivedKey& key) {
  std::string out = archived_prefix(key.archive, key.hour);
  append_u64(out, static_cast<std::uint64_t>(key.time_ms) ^ kSignBit);
  append_u64(out, key.sequence);
  return out;
}

std::optional<ArchivedKey> decode_archived_key(std::string_view bytes) {
  ByteReader reader(bytes);
  ArchivedKey key;
  key.archive = reader.u32();
  key.hour = reader.u32();
  key.time_ms = static_cast<std::int64_t>(reader.u64() ^ kSignBit);
  key.sequence = reader.u64();
  if (!reader.is_at_end()) return std::nullopt;
  return key;
}

std::string archived_prefix(ArchiveId archive) {
  std::string out;
  append_u32(out, archive);
  return out;
}

std::string archived_prefix(ArchiveId archive, std::uint32_t hour) {
  std::string out = archived_prefix(archive);
  append_u32(out, hour);
  return out;
}

std::string encode(const TallyKey& key) {
  std::string out = tally_prefix(key.archive, key.hour);
  append_u32(out, key.cell);
  return out;
}

std::optional<TallyKey> decode_tally_key(std::string_view bytes) {
  if (!bytes.starts_with(kTally)) return std::nullopt;
  ByteReader reader(bytes.substr(kTally.size()));
  const TallyKey key{.archive = reader.u32(), .hour = reader.u32(), .cell = reader.u32()};
  if (!reader.is_at_end()) return std::nullopt;
  return key;
}

std::string tally_prefix() { return std::string(kTally); }

std::string tally_prefix(ArchiveId archive) { return sequence_key(kTally, archive); }

std::string tally_prefix(ArchiveId archive, std::uint32_t hour) {
  std::string out = tally_prefix(archive);
  append_u32(out, hour);
  return out;
}

}  // namespace rialto::store
