// The bytes on disk are a promise to every later version: they are pinned here.
#include "queue/engine/codec.h"

#include <gtest/gtest.h>

#include "base/crypto/digest.h"

namespace rialto::queue {
namespace {

NewMessage example(const std::vector<Attribute>& attributes) {
  return {.body = "hi", .sender = "me", .trace_header = "T", .attributes = attributes};
}

TEST(StoredMessage, IsPinned) {
  const std::vector<Attribute> attributes = {{"n", "String", "v"}};
  const std::string bytes = encode_message(example(attributes), {1, 2}, from_millis(0x0102));
  EXPECT_EQ(crypto::hex(bytes),
            "01"                                // version
            "0000000000000102"                  // sent at
            "00000000000000010000000000000002"  // id
            "000000026d65"                      // sender
            "0000000154"                        // trace header
            "0001"                              // one attribute
            "000000016e"
            "00000006537472696e67"
            "0000000176"
            "000000026869");  // body
  const auto message = decode_message(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->id, (MessageId{1, 2}));
  EXPECT_EQ(message->body, "hi");
  EXPECT_EQ(message->sender, "me");
  EXPECT_EQ(message->trace_header, "T");
  EXPECT_EQ(message->attributes, attributes);
  EXPECT_EQ(decode_sent_at(bytes), from_millis(0x0102));
}

TEST(StoredMessage, IsNotReadWhenCutOrUnknown) {
  const std::vector<Attribute> attributes = {{"n", "String", "v"}};
  std::string bytes = encode_message(example(attributes), {1, 2}, from_millis(7));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_message(bytes.substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_message(bytes + "x"));
  bytes[0] = 3;
  EXPECT_FALSE(decode_message(bytes));
  EXPECT_FALSE(decode_sent_at(bytes));
}

TEST(StoredMessage, HasALongerFormWithGroupAndPast) {
  const std::vector<Attribute> attributes = {{"n", "String", "v"}};
  NewMessage given = example(attributes);
  given.group = "g";
  given.deduplication_id = "d";
  const std::string bytes = encode_message(given, {1, 2}, from_millis(0x0102), {"arn", 7});
  EXPECT_EQ(crypto::hex(bytes),
            "02"                                // version
            "0000000000000102"                  // sent at
            "00000000000000010000000000000002"  // id
            "000000026d65"                      // sender
            "0000000154"                        // trace header
            "0000000167"                        // group
            "0000000164"                        // deduplication id
            "0000000361726e"                    // dead-letter source
            "00000007"                          // earlier receives
            "0001"                              // one attribute
            "000000016e"
            "00000006537472696e67"
            "0000000176"
            "000000026869");  // body
  const auto message = decode_message(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->group, "g");
  EXPECT_EQ(message->deduplication_id, "d");
  EXPECT_EQ(message->dead_letter_source, "arn");
  EXPECT_EQ(message->earlier_receives, 7U);
  EXPECT_EQ(message->body, "hi");
  EXPECT_EQ(decode_sent_at(bytes), from_millis(0x0102));
  const auto place = decode_place(bytes);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->group, "g");
  EXPECT_EQ(place->sent_at, from_millis(0x0102));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_message(bytes.substr(0, size))) << size;
  }
}

TEST(StoredDeduplicationId, IsPinned) {
  const DeduplicationKey key = deduplication_key("id", "");
  EXPECT_NE(key, deduplication_key("id", "g"));
  const std::string bytes = encode_deduplication({from_millis(1), {2, 3}, {4, 5}});
  EXPECT_EQ(crypto::hex(bytes),
            "01"
            "0000000000000001"
            "00000000000000020000000000000003"
            "00000000000000040000000000000005");
  const auto stored = decode_deduplication(bytes);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->sent_at, from_millis(1));
  EXPECT_EQ(stored->key, (DeduplicationKey{2, 3}));
  EXPECT_EQ(stored->id, (MessageId{4, 5}));
  EXPECT_FALSE(decode_deduplication(bytes.substr(1)));
}

TEST(StoredDeduplicationId, OfATextIsPinned) {
  // The first 16 bytes of the SHA-256 of group, zero byte, id.
  const std::string digest = crypto::sha256(std::string("g\0id", 4));
  const DeduplicationKey key = deduplication_key("id", "g");
  EXPECT_EQ(encode_deduplication({{}, key, {}}).substr(9, 16), digest.substr(0, 16));
}

TEST(StoredState, IsPinned) {
  const ReceiveState state{.visible_at = from_millis(1),
                           .received_at = from_millis(2),
                           .first_received_at = from_millis(3),
                           .receive_count = 4,
                           .nonce = 5};
  const std::string bytes = encode_state(state);
  EXPECT_EQ(crypto::hex(bytes),
            "01"
            "0000000000000001"
            "0000000000000002"
            "0000000000000003"
            "00000004"
            "0000000000000005");
  const auto read = decode_state(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->visible_at, state.visible_at);
  EXPECT_EQ(read->received_at, state.received_at);
  EXPECT_EQ(read->first_received_at, state.first_received_at);
  EXPECT_EQ(read->receive_count, state.receive_count);
  EXPECT_EQ(read->nonce, state.nonce);
  EXPECT_FALSE(decode_state(bytes.substr(1)));
  EXPECT_FALSE(decode_state(bytes + "x"));
}

TEST(ReceiptHandle, RoundTripsAndNoticesDamage) {
  const std::string text = encode_receipt({.queue = 3, .sequence = 70'000, .nonce = ~0ULL});
  const auto receipt = decode_receipt(text);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->queue, 3U);
  EXPECT_EQ(receipt->sequence, 70'000U);
  EXPECT_EQ(receipt->nonce, ~0ULL);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    const auto read = decode_receipt(damaged);
    // The last character before the padding has bits that mean nothing.
    EXPECT_TRUE(!read || (read->sequence == 70'000 && i + 3 >= text.size())) << i;
  }
}

TEST(MessageSize, CountsAttributes) {
  const std::vector<Attribute> attributes = {{"name", "String", "value"}};
  EXPECT_EQ(size_bytes(example(attributes)), 2U + 4 + 6 + 5);
}

}  // namespace
}  // namespace rialto::queue
