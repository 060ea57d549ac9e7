#include "queue/engine/codec.h"

#include "base/bytes.h"
#include "base/crypto/digest.h"
#include "base/ids.h"

namespace rialto::queue {
namespace {

// The first form has no group, no deduplication id and no past: most messages have none.
constexpr std::uint8_t kPlainVersion = 1;
constexpr std::uint8_t kMessageVersion = 2;
constexpr std::uint8_t kDeduplicationVersion = 1;
constexpr std::uint8_t kStateVersion = 1;
constexpr std::uint8_t kReceiptVersion = 1;

void append_u8(std::string& out, std::uint8_t number) { out += static_cast<char>(number); }

void append_time(std::string& out, TimePoint time) {
  append_u64(out, static_cast<std::uint64_t>(to_millis(time)));
}

TimePoint read_time(ByteReader& reader) {
  return from_millis(static_cast<std::int64_t>(reader.u64()));
}

// FNV-1a: enough to notice a handle that was cut or mistyped.
std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t sum = 2'166'136'261U;
  for (const char byte : bytes) {
    sum = (sum ^ static_cast<unsigned char>(byte)) * 16'777'619U;
  }
  return sum;
}

}  // namespace

std::string sequence_number(store::Sequence sequence) {
  std::string out = std::to_string(sequence);
  out.insert(0, 20 - out.size(), '0');
  return out;
}

std::string MessageId::text() const { return uuid_text(high, low); }

std::size_t size_bytes(const NewMessage& message) {
  std::size_t size = message.body.size();
  for (const Attribute& attribute : message.attributes) {
    size += attribute.name.size() + attribute.type.size() + attribute.value.size();
  }
  return size;
}

std::string encode_state(const ReceiveState& state) {
  std::string out;
  out.reserve(37);
  append_u8(out, kStateVersion);
  append_time(out, state.visible_at);
  append_time(out, state.received_at);
  append_time(out, state.first_received_at);
  append_u32(out, state.receive_count);
  append_u64(out, state.nonce);
  return out;
}

std::optional<ReceiveState> decode_state(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.u8() != kStateVersion) return std::nullopt;
  ReceiveState state;
  state.visible_at = read_time(reader);
  state.received_at = read_time(reader);
  state.first_received_at = read_time(reader);
  state.receive_count = reader.u32();
  state.nonce = reader.u64();
  if (!reader.is_at_end()) return std::nullopt;
  return state;
}

namespace {

bool is_plain(const NewMessage& message, const Past& past) {
  return message.group.empty() && message.deduplication_id.empty() &&
         past.dead_letter_source.empty() && past.receives == 0;
}

}  // namespace

std::string encode_message(const NewMessage& message, MessageId id, TimePoint sent_at,
                           const Past& past) {
  std::string out;
  const bool is_short = is_plain(message, past);
  // 43 bytes of fixed width, and 12 of lengths for each attribute; 16 more in the longer form.
  out.reserve(59 + message.sender.size() + message.trace_header.size() + size_bytes(message) +
              12 * message.attributes.size() + message.group.size() +
              message.deduplication_id.size() + past.dead_letter_source.size());
  append_u8(out, is_short ? kPlainVersion : kMessageVersion);
  append_time(out, sent_at);
  append_u64(out, id.high);
  append_u64(out, id.low);
  append_text(out, message.sender);
  append_text(out, message.trace_header);
  if (!is_short) {
    append_text(out, message.group);
    append_text(out, message.deduplication_id);
    append_text(out, past.dead_letter_source);
    append_u32(out, past.receives);
  }
  append_u16(out, static_cast<std::uint16_t>(message.attributes.size()));
  for (const Attribute& attribute : message.attributes) {
    append_text(out, attribute.name);
    append_text(out, attribute.type);
    append_text(out, attribute.value);
  }
  append_text(out, message.body);
  return out;
}

std::optional<StoredMessage> decode_message(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  if (version != kPlainVersion && version != kMessageVersion) return std::nullopt;
  StoredMessage message;
  message.sent_at = read_time(reader);
  message.id.high = reader.u64();
  message.id.low = reader.u64();
  message.sender = reader.text();
  message.trace_header = reader.text();
  if (version == kMessageVersion) {
    message.group = reader.text();
    message.deduplication_id = reader.text();
    message.dead_letter_source = reader.text();
    message.earlier_receives = reader.u32();
  }
  const std::uint16_t attributes = reader.u16();
  for (std::uint16_t i = 0; i < attributes && reader.is_ok(); ++i) {
    Attribute& attribute = message.attributes.emplace_back();
    attribute.name = reader.text();
    attribute.type = reader.text();
    attribute.value = reader.text();
  }
  message.body = reader.text();
  if (!reader.is_at_end()) return std::nullopt;
  return message;
}

std::optional<TimePoint> decode_sent_at(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  if (version != kPlainVersion && version != kMessageVersion) return std::nullopt;
  const TimePoint sent_at = read_time(reader);
  if (!reader.is_ok()) return std::nullopt;
  return sent_at;
}

std::optional<Place> decode_place(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.u8() != kMessageVersion) return std::nullopt;
  Place place;
  place.sent_at = read_time(reader);
  reader.u64();
  reader.u64();
  reader.text();
  reader.text();
  place.group = reader.text();
  if (!reader.is_ok()) return std::nullopt;
  return place;
}

DeduplicationKey deduplication_key(std::string_view id, std::string_view group) {
  // No id and no group holds a zero byte.
  std::string text(group);
  text += '\0';
  text += id;
  const std::string digest = crypto::sha256(text);
  ByteReader reader(digest);
  const std::uint64_t high = reader.u64();
  return {.high = high, .low = reader.u64()};
}

std::string encode_deduplication(const StoredDeduplication& stored) {
  std::string out;
  append_u8(out, kDeduplicationVersion);
  append_time(out, stored.sent_at);
  append_u64(out, stored.key.high);
  append_u64(out, stored.key.low);
  append_u64(out, stored.id.high);
  append_u64(out, stored.id.low);
  return out;
}

std::optional<StoredDeduplication> decode_deduplication(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.u8() != kDeduplicationVersion) return std::nullopt;
  StoredDeduplication stored;
  stored.sent_at = read_time(reader);
  stored.key.high = reader.u64();
  stored.key.low = reader.u64();
  stored.id.high = reader.u64();
  stored.id.low = reader.u64();
  if (!reader.is_at_end()) return std::nullopt;
  return stored;
}

std::string encode_receipt(const Receipt& receipt) {
  std::string bytes;
  append_u8(bytes, kReceiptVersion);
  append_u32(bytes, receipt.queue);
  append_u64(bytes, receipt.sequence);
  append_u64(bytes, receipt.nonce);
  append_u32(bytes, checksum(bytes));
  return crypto::base64(bytes);
}

std::optional<Receipt> decode_receipt(std::string_view text) {
  constexpr std::size_t kBytes = 25;
  if (text.size() > 64) return std::nullopt;
  const std::optional<std::string> bytes = crypto::from_base64(text);
  if (!bytes || bytes->size() != kBytes) return std::nullopt;
  ByteReader reader(*bytes);
  if (reader.u8() != kReceiptVersion) return std::nullopt;
  Receipt receipt;
  receipt.queue = reader.u32();
  receipt.sequence = reader.u64();
  receipt.nonce = reader.u64();
  if (reader.u32() != checksum(std::string_view(*bytes).substr(0, kBytes - 4))) return std::nullopt;
  return receipt;
}

}  // namespace rialto::queue
