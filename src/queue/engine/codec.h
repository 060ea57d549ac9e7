// The bytes of messages, their receive state and receipt handles (docs/internals/storage.md). All
// begin with a version; what does not decode is Corruption, or for a handle, nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "queue/message.h"
#include "store/keys.h"

namespace rialto::queue {

// What Table::MessageState holds.
struct ReceiveState {
  TimePoint visible_at{};
  TimePoint received_at{};  // last
  TimePoint first_received_at{};
  std::uint32_t receive_count = 0;
  std::uint64_t nonce = 0;  // of the last receive: tells its receipt handle from older ones
};

std::string encode_state(const ReceiveState& state);
std::optional<ReceiveState> decode_state(std::string_view bytes);

struct StoredMessage {
  MessageId id;
  TimePoint sent_at{};
  std::string_view sender;
  std::string_view trace_header;
  std::vector<Attribute> attributes;
  std::string_view body;
  std::string_view group;
  std::string_view deduplication_id;
  std::string_view dead_letter_source;
  std::uint32_t earlier_receives = 0;  // in the queues that it was moved from
};

// What a message brings along from the queue that gave it up.
struct Past {
  std::string_view dead_letter_source{};  // the ARN of that queue
  std::uint32_t receives = 0;
};

std::string encode_message(const NewMessage& message, MessageId id, TimePoint sent_at,
                           const Past& past = {});
// The views of the result point into `bytes`.
std::optional<StoredMessage> decode_message(std::string_view bytes);
// Only when it was sent, from the first bytes.
std::optional<TimePoint> decode_sent_at(std::string_view bytes);
// Where a message stands in a FIFO queue.
struct Place {
  std::string group{};
  TimePoint sent_at{};
};
std::optional<Place> decode_place(std::string_view bytes);

// 128 bits of the SHA-256 of a deduplication id (and of its group, when each has ids of its own):
// enough that two ids never meet.
struct DeduplicationKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const DeduplicationKey&) const = default;
};
// An empty `group` is none.
DeduplicationKey deduplication_key(std::string_view id, std::string_view group);

// What Table::Deduplication holds for a message of that sequence number.
struct StoredDeduplication {
  TimePoint sent_at{};
  DeduplicationKey key;
  MessageId id;
};
std::string encode_deduplication(const StoredDeduplication& stored);
std::optional<StoredDeduplication> decode_deduplication(std::string_view bytes);

// One receive of one message. The text says nothing to its reader and is checked when it comes
// back, against damage and not against forgery: who may delete is settled by then.
struct Receipt {
  store::QueueId queue = 0;
  store::Sequence sequence = 0;
  std::uint64_t nonce = 0;
};

std::string encode_receipt(const Receipt& receipt);
std::optional<Receipt> decode_receipt(std::string_view text);

}  // namespace rialto::queue
