// The bytes of the journal, pinned: whoever changes this test changes the format.
#include <gtest/gtest.h>

#include "base/crypto/digest.h"
#include "store/batch.h"
#include "store/journal/format.h"

namespace rialto::store {
namespace {

constexpr std::uint64_t kSalt = 0x1122334455667788;

using crypto::hex;

std::string group(const std::vector<std::string_view>& records, std::uint64_t salt = kSalt) {
  BlockString out;
  encode_group(salt, records, out);
  return std::string(out);
}

std::string segment(const std::vector<std::string>& groups) {
  std::string out = encode(SegmentHead{.number = 7, .salt = kSalt});
  for (const std::string& each : groups) out += each;
  out.resize(out.size() + 4 * kBlockBytes);
  return out;
}

using Records = std::vector<std::string_view>;

TEST(JournalFormat, TheHeadOfASegment) {
  const std::string block = encode(SegmentHead{.number = 7, .salt = kSalt});
  ASSERT_EQ(block.size(), kBlockBytes);
  EXPECT_EQ(hex(block.substr(0, 48)),
            "5249414c544f4a0a"
            "0100000000000000"
            "0700000000000000"
            "8877665544332211"
            "91accf8cf1e305c7"
            "0000000000000000");
  const auto head = decode_segment_head(block);
  ASSERT_TRUE(head.ok() && head->has_value());
  EXPECT_EQ((*head)->number, 7U);
  EXPECT_EQ((*head)->salt, kSalt);
}

TEST(JournalFormat, AGroupOfOneBatch) {
  Batch batch;
  batch.insert(Table::Message, "k", "value");
  batch.erase(Table::Event, "e");
  const std::string bytes = group({batch.bytes()});
  ASSERT_EQ(bytes.size(), kBlockBytes);
  EXPECT_EQ(hex(bytes.substr(0, 67)),
            "52475250"
            "01000000"
            "4300000000000000"
            "307279f26b1be810"
            "1b00000000000000"
            "f2aa3ee4a3d99619"
            "03040100000005000000"
            "6b"
            "76616c7565"
            "01020100000000000000"
            "65");
}

TEST(JournalFormat, AHeadThatIsNotWhatWasWrittenIsDamaged) {
  for (const std::size_t at : {0U, 17U, 30U, 35U}) {
    std::string block = encode(SegmentHead{.number = 7, .salt = kSalt});
    block[at] ^= 1;
    const auto head = decode_segment_head(block);
    ASSERT_FALSE(head.ok()) << at;
    EXPECT_EQ(head.error().code, Code::Corruption) << at;
  }
}

TEST(JournalFormat, AFileThatWasNeverUsedHasNoHead) {
  EXPECT_FALSE(decode_segment_head(std::string(kBlockBytes, '\0'))->has_value());
  EXPECT_FALSE(decode_segment_head("RIALTOJ\n")->has_value());
}

TEST(JournalFormat, FindsTheGroupsInOrder) {
  const std::string long_record(2 * kBlockBytes, 'x');
  const std::string bytes = segment({group({"a", "b"}), group({long_record}), group({"c"})});
  const ScannedSegment scanned = scan_segment(bytes, kSalt, End::MayBeTorn);
  EXPECT_EQ(scanned.records, (Records{"a", "b", long_record, "c"}));
  EXPECT_EQ(scanned.groups, 3U);
  EXPECT_EQ(scanned.end, (1 + 1 + 3 + 1) * kBlockBytes);
  EXPECT_TRUE(scanned.damaged.empty());
  EXPECT_FALSE(scanned.has_torn_end);
}

TEST(JournalFormat, AGroupOfAnEarlierUseEndsTheSegment) {
  const std::string bytes = segment({group({"a"}), group({"old"}, kSalt + 1)});
  const ScannedSegment scanned = scan_segment(bytes, kSalt, End::MayBeTorn);
  EXPECT_EQ(scanned.records, Records{"a"});
  EXPECT_TRUE(scanned.damaged.empty());
  EXPECT_EQ(scanned.end, 2 * kBlockBytes);
}

TEST(JournalFormat, ATornEndIsLeftOutWhole) {
  std::string bytes = segment({group({"a"}), group({"b", "c"})});
  bytes[2 * kBlockBytes + 24 + 2 * 16 + 1] ^= 1;  // in "c"
  const ScannedSegment scanned = scan_segment(bytes, kSalt, End::MayBeTorn);
  EXPECT_EQ(scanned.records, Records{"a"});
  EXPECT_TRUE(scanned.has_torn_end);
  EXPECT_TRUE(scanned.damaged.empty());
  EXPECT_EQ(scanned.end, 2 * kBlockBytes);
}

TEST(JournalFormat, ADamagedRecordIsIsolated) {
  std::string bytes = segment({group({"a", "b"}), group({"c"})});
  bytes[kBlockBytes + 24 + 2 * 16] ^= 1;  // "a"
  const ScannedSegment scanned = scan_segment(bytes, kSalt, End::MayBeTorn);
  EXPECT_EQ(scanned.records, (Records{"b", "c"}));
  EXPECT_EQ(scanned.damaged, std::vector<std::size_t>{kBlockBytes});
  EXPECT_FALSE(scanned.has_torn_end);
}

TEST(JournalFormat, ADamagedGroupIsIsolated) {
  std::string bytes = segment({group({"a"}), group({"b"}), group({"c"})});
  bytes[2 * kBlockBytes + 8] ^= 1;
  const ScannedSegment scanned = scan_segment(bytes, kSalt, End::MayBeTorn);
  EXPECT_EQ(scanned.records, (Records{"a", "c"}));
  EXPECT_EQ(scanned.damaged, std::vector<std::size_t>{2 * kBlockBytes});
}

// A stranger's event may hold the bytes of a group, but does not know the salt.
TEST(JournalFormat, ABatchThatLooksLikeAGroupIsNone) {
  std::string forged(kBlockBytes - 24 - 16, '.');
  forged += group({"forged"}, 0);
  std::string bytes = segment({group({"a"}), group({forged})});
  bytes[2 * kBlockBytes] ^= 1;
  EXPECT_EQ(scan_segment(bytes, kSalt, End::MayBeTorn).records, Records{"a"});
}

TEST(JournalFormat, AnySizeThatIsNotTrueIsNoGroup) {
  for (const std::size_t at : {4U, 8U, 12U, 15U, 24U, 31U}) {
    std::string bytes = segment({group({"a"})});
    bytes[kBlockBytes + at] = '\xFF';
    const ScannedSegment scanned = scan_segment(bytes, kSalt, End::MayBeTorn);
    EXPECT_TRUE(scanned.records.empty()) << at;
    EXPECT_EQ(scanned.end, kBlockBytes) << at;
  }
}

TEST(JournalFormat, RefusesAFormatOfTheFuture) {
  // Made as a newer build would: the sum of a head that says 2.
  const auto head = decode_segment_head(encode(SegmentHead{.number = 1, .salt = 1}, 2));
  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, Code::Unsupported);
  EXPECT_EQ(head.error().message,
            "The journal is in format 2, and this build of Rialto reads format 1 only. Use the "
            "build that wrote it, or another --data-dir.");
}

}  // namespace
}  // namespace rialto::store
