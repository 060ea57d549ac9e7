// Stored keys, byte for byte: whoever changes one of these tests changes the format on disk.
#include "store/keys.h"

#include <gtest/gtest.h>

#include "store/store.h"

namespace rialto::store {
namespace {

using namespace std::string_literals;

const Scope kScope{.account = "111122223333", .region = "eu-west-1"};

TEST(Keys, OfResourcesAreKindAccountRegionAndNames) {
  EXPECT_EQ(bus_key(kScope, "orders"), "\x10"s + "111122223333\0eu-west-1\0orders\0"s);
  EXPECT_EQ(rule_key(kScope, "orders", "r"), "\x11"s + "111122223333\0eu-west-1\0orders\0r\0"s);
  EXPECT_EQ(move_task_key(kScope, "q", 0x0102),
            "\x20"s + "111122223333\0eu-west-1\0q\0\0\0\0\0\0\0\x01\x02"s);
  EXPECT_EQ(queue_key(kScope, "q"), "\x12"s + "111122223333\0eu-west-1\0q\0"s);
  EXPECT_EQ(archive_key(kScope, "a"), "\x13"s + "111122223333\0eu-west-1\0a\0"s);
  EXPECT_EQ(replay_key(kScope, "r"), "\x14"s + "111122223333\0eu-west-1\0r\0"s);
  EXPECT_EQ(connection_key(kScope, "c"), "\x15"s + "111122223333\0eu-west-1\0c\0"s);
  EXPECT_EQ(api_destination_key(kScope, "d"), "\x16"s + "111122223333\0eu-west-1\0d\0"s);
  EXPECT_EQ(event_source_key(kScope, "aws.partner/a/b"),
            "\x17"s + "111122223333\0eu-west-1\0aws.partner/a/b\0"s);
}

TEST(Keys, OfSequencesAreWordsAndIds) {
  EXPECT_EQ(bus_sequence_key(0x01020304), "bus_sequence/\x01\x02\x03\x04"s);
  EXPECT_EQ(queue_sequence_key(5), "queue_sequence/\0\0\0\x05"s);
  EXPECT_EQ(encode(RuleFiredKey{0x0102, "r"}), "rule_fired/\0\0\x01\x02r"s);
  EXPECT_EQ(kLastBusIdKey, "last_bus_id");
  EXPECT_EQ(kLastQueueIdKey, "last_queue_id");
  EXPECT_EQ(kLastArchiveIdKey, "last_archive_id");
}

TEST(Keys, OfEventsDeliveriesAndMessagesAreBigEndian) {
  EXPECT_EQ(encode(EventKey{1, 0x0203}), "\0\0\0\x01\0\0\0\0\0\0\x02\x03"s);
  EXPECT_EQ(encode(DeliveryKey{{1, 2}, 0x0304}), "\0\0\0\x01\0\0\0\0\0\0\0\x02\x03\x04"s);
  EXPECT_EQ(lane_key({1, 2}), "lane/\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02"s);
  EXPECT_EQ(encode(DueKey{{1, 2}, from_millis(3), {{4, 5}, 6}}),
            "\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02\x80\0\0\0\0\0\0\x03"s
            "\0\0\0\x04\0\0\0\0\0\0\0\x05\0\x06"s);
  EXPECT_EQ(due_prefix({1, 2}), "\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02"s);
  EXPECT_LT(encode(DueKey{{1, 2}, from_millis(-1), {}}),
            encode(DueKey{{1, 2}, from_millis(1), {}}));
  EXPECT_EQ(encode(MessageKey{9, 1}), "\0\0\0\x09\0\0\0\0\0\0\0\x01"s);
  EXPECT_EQ(message_prefix(9), "\0\0\0\x09"s);
}

TEST(Keys, OfArchivedEventsAreOrderedByHourOfArchivingThenTime) {
  EXPECT_EQ(encode(ArchivedKey{1, 0x0203, 0x04050607, 8}),
            "\0\0\0\x01\0\0\x02\x03\x80\0\0\0\x04\x05\x06\x07\0\0\0\0\0\0\0\x08"s);
  EXPECT_LT(encode(ArchivedKey{1, 2, -1, 9}), encode(ArchivedKey{1, 2, 0, 1}));
  EXPECT_LT(encode(ArchivedKey{1, 2, 5, 9}), encode(ArchivedKey{1, 3, -5, 1}));
  EXPECT_EQ(archived_prefix(1), "\0\0\0\x01"s);
  EXPECT_EQ(archived_prefix(1, 2), "\0\0\0\x01\0\0\0\x02"s);
}

TEST(Keys, OfTalliesAreTheWordArchiveHourAndCell) {
  EXPECT_EQ(encode(TallyKey{1, 2, 3}), "archive_tally/\0\0\0\x01\0\0\0\x02\0\0\0\x03"s);
  EXPECT_EQ(tally_prefix(), "archive_tally/");
  EXPECT_EQ(tally_prefix(1), "archive_tally/\0\0\0\x01"s);
  EXPECT_EQ(tally_prefix(1, 2), "archive_tally/\0\0\0\x01\0\0\0\x02"s);
}

TEST(Keys, NumbersOfTablesAndKindsNeverChange) {
  EXPECT_EQ(static_cast<int>(Table::Meta), 0);
  EXPECT_EQ(static_cast<int>(Table::Resource), 1);
  EXPECT_EQ(static_cast<int>(Table::Event), 2);
  EXPECT_EQ(static_cast<int>(Table::Delivery), 3);
  EXPECT_EQ(static_cast<int>(Table::Message), 4);
  EXPECT_EQ(static_cast<int>(Table::MessageState), 5);
  EXPECT_EQ(static_cast<int>(Table::Archive), 6);
  EXPECT_EQ(static_cast<int>(Table::Deduplication), 7);
  EXPECT_EQ(static_cast<int>(Table::Due), 8);
  EXPECT_EQ(static_cast<int>(ResourceKind::Archive), 0x13);
  EXPECT_EQ(static_cast<int>(ResourceKind::Replay), 0x14);
  EXPECT_EQ(static_cast<int>(ResourceKind::Bus), 0x10);
  EXPECT_EQ(static_cast<int>(ResourceKind::Rule), 0x11);
  EXPECT_EQ(static_cast<int>(ResourceKind::Queue), 0x12);
  EXPECT_EQ(static_cast<int>(ResourceKind::MoveTask), 0x20);
}

TEST(Keys, ReadBackWhatWasWritten) {
  const EventKey event{7, 1ULL << 40};
  EXPECT_EQ(decode_event_key(encode(event)), event);
  const DeliveryKey delivery{event, 65'535};
  EXPECT_EQ(decode_delivery_key(encode(delivery)), delivery);
  const LaneId lane{~0ULL, 1};
  EXPECT_EQ(decode_lane_key(lane_key(lane)), lane);
  EXPECT_FALSE(decode_lane_key(lane_key(lane) + "x"));
  EXPECT_FALSE(decode_lane_key("lan"));
  const DueKey due{lane, from_millis(-7), delivery};
  EXPECT_EQ(decode_due_key(encode(due)), due);
  EXPECT_FALSE(decode_due_key(encode(due).substr(1)));
  const RuleFiredKey fired{7, "rule"};
  EXPECT_EQ(decode_rule_fired_key(encode(fired)), fired);
  const MessageKey message{3, ~0ULL};
  EXPECT_EQ(decode_message_key(encode(message)), message);
  const ArchivedKey archived{7, 8, -9, 10};
  EXPECT_EQ(decode_archived_key(encode(archived)), archived);
  EXPECT_FALSE(decode_archived_key(encode(archived) + "x"));
  const TallyKey tally{7, 8, 9};
  EXPECT_EQ(decode_tally_key(encode(tally)), tally);
  EXPECT_FALSE(decode_tally_key("archive_tall"));
}

TEST(Keys, OfAnotherLengthAreNotRead) {
  const std::string event = encode(EventKey{1, 2});
  EXPECT_FALSE(decode_event_key(event.substr(1)));
  EXPECT_FALSE(decode_event_key(event + "x"));
  EXPECT_FALSE(decode_event_key(""));
  EXPECT_FALSE(decode_delivery_key(event)) << "a delivery's key is longer than its event's";
  EXPECT_FALSE(decode_message_key(event + "x"));
  EXPECT_FALSE(decode_rule_fired_key("rule_fired/\0\0\0\1"s)) << "a rule has a name";
  EXPECT_FALSE(decode_rule_fired_key(bus_sequence_key(1) + "r"));
}

TEST(Keys, OfAScopeDoNotMixWithLongerNames) {
  // The zero byte ends a name, so `a` is no prefix of `ab`.
  const Range rules_of_a =
      prefix_range(rule_key(kScope, "a", "").substr(0, rule_key(kScope, "a", "").size() - 1));
  const std::string of_ab = rule_key(kScope, "ab", "r");
  EXPECT_FALSE(rules_of_a.from <= of_ab && of_ab < rules_of_a.to);
  const std::string of_a = rule_key(kScope, "a", "r");
  EXPECT_TRUE(rules_of_a.from <= of_a && of_a < rules_of_a.to);
}

TEST(KeysDeathTest, ANameWithAZeroByteIsABug) {
  EXPECT_DEATH(bus_key(kScope, "a\0b"s), "names are validated");
}

}  // namespace
}  // namespace rialto::store
