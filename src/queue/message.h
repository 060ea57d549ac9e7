// What goes into a queue and what comes out. Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/keys.h"

namespace rialto::queue {

// `type` is String, Number or Binary, with an optional suffix after a dot; the `value` of a Binary
// is the raw bytes.
struct Attribute {
  std::string name;
  std::string type;
  std::string value;
  bool operator==(const Attribute&) const = default;
};

// A message on its way in. Views: they must live during the call, not longer.
struct NewMessage {
  std::string_view body{};
  std::string_view sender{};        // who sent it, as SenderId tells
  std::string_view trace_header{};  // AWSTraceHeader
  std::span<const Attribute> attributes{};
  std::optional<std::chrono::seconds> delay{};  // absent: the delay of the queue
  std::string_view group{};                     // MessageGroupId: required by FIFO queues
  std::string_view deduplication_id{};          // FIFO queues only
};

// The same, for coroutines, whose parameters must own what they hold.
struct OutgoingMessage {
  std::string body{};
  std::string sender{};
  std::string trace_header{};
  std::vector<Attribute> attributes{};
  std::optional<std::chrono::seconds> delay{};
  std::string group{};
  std::string deduplication_id{};

  NewMessage view() const {
    return {body, sender, trace_header, attributes, delay, group, deduplication_id};
  }
};

// 128 random bits, shown as a UUID.
struct MessageId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const MessageId&) const = default;

  std::string text() const;
};

// What the sender of a message is told.
struct Sent {
  MessageId id;
  store::Sequence sequence = 0;  // 0 in a standard queue, which has no SequenceNumber
};

// SequenceNumber: twenty digits, so that the order of the texts is the order of the numbers.
std::string sequence_number(store::Sequence sequence);

// Whether a MessageGroupId or a MessageDeduplicationId is one: 1 to 128 letters, digits and marks
// of ASCII. `name` is the parameter's.
Result<> check_id(std::string_view id, std::string_view name);

// The length that MaximumMessageSize limits: body, and name, type and value of every attribute.
std::size_t size_bytes(const NewMessage& message);

struct ReceivedMessage {
  MessageId id;
  std::string body;
  std::string sender;
  std::string trace_header;
  std::vector<Attribute> attributes;
  TimePoint sent_at;
  TimePoint first_received_at;
  std::uint32_t receive_count = 0;
  std::string receipt_handle;
  std::string group{};
  std::string deduplication_id{};
  std::string dead_letter_source{};  // the ARN of the queue that gave it up
  store::Sequence sequence = 0;      // 0 in a standard queue
};

}  // namespace rialto::queue
