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
};

std::string encode_message(const NewMessage& message, MessageId id, TimePoint sent_at);
// The views of the result point into `bytes`.
std::optional<StoredMessage> decode_message(std::string_view bytes);
// Only when it was sent, from the first bytes.
std::optional<TimePoint> decode_sent_at(std::string_view bytes);

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
