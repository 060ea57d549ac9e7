// The note of the journal: its bytes, pinned (whoever changes them changes the format), and what is
// left of it after a write that was cut short.
#include "store/journal/note.h"

#include <gtest/gtest.h>

#include "base/crypto/digest.h"
#include "store/disk/block_string.h"
#include "support/fake_disk.h"

namespace rialto::store {
namespace {

using crypto::hex;

class JournalNote : public ::testing::Test {
 protected:
  std::unique_ptr<NoteFile> open() {
    auto note = open_note(*disk_.open());
    EXPECT_TRUE(note.ok());
    return std::move(note).value();
  }
  std::string& bytes() { return disk_.bytes(std::string(kNoteName)); }

  const std::vector<NotedSegment> one_ = {{.number = 7, .name = 2, .size = 1U << 26U, .end = 0}};
  const std::vector<NotedSegment> two_ = {
      {.number = 7, .name = 2, .size = 1U << 26U, .end = 0x3000},
      {.number = 8, .name = 1, .size = 1U << 26U, .end = 0}};
  test::FakeDisk disk_;
};

TEST_F(JournalNote, TheBytes) {
  const std::string block = encode({.count = 5, .absorbed = 6, .segments = two_});
  ASSERT_EQ(block.size(), kBlockBytes);
  EXPECT_EQ(hex(block.substr(0, 112)),
            "5249414c544f4e0a"
            "0100000002000000"
            "0500000000000000"
            "0600000000000000"
            "0700000000000000"
            "0200000000000000"
            "0000000400000000"
            "0030000000000000"
            "0800000000000000"
            "0100000000000000"
            "0000000400000000"
            "0000000000000000"
            "9de06d40354ef8e1"
            "0000000000000000");
  const auto note = decode_note(block);
  ASSERT_TRUE(note.ok() && note->has_value());
  EXPECT_EQ((*note)->count, 5U);
  EXPECT_EQ((*note)->absorbed, 6U);
  EXPECT_EQ((*note)->segments, two_);
}

TEST_F(JournalNote, AnyOtherByteIsDamage) {
  for (std::size_t at = 0; at < 104; ++at) {
    std::string block = encode({.count = 5, .absorbed = 6, .segments = two_});
    block[at] ^= '\x80';
    const auto note = decode_note(block);
    ASSERT_FALSE(note.ok()) << at;
    EXPECT_EQ(note.error().code, Code::Corruption) << at;
  }
}

TEST_F(JournalNote, RefusesAFormatOfTheFuture) {
  ASSERT_TRUE(open()->write(1, one_).ok());
  bytes().replace(0, kBlockBytes, encode({.count = 9, .absorbed = 0, .segments = {}}, 2));
  const auto note = open_note(*disk_.open());
  ASSERT_FALSE(note.ok());
  EXPECT_EQ(note.error().code, Code::Unsupported);
  EXPECT_EQ(note.error().message,
            "The note of the journal is in format 2, and this build of Rialto reads format 1 only. "
            "Use the build that wrote it, or another --data-dir.");
}

TEST_F(JournalNote, HoldsTheNewestOfTooManySegments) {
  std::vector<NotedSegment> many;
  for (std::uint64_t i = 1; i <= kNotedMax + 3; ++i) many.push_back({.number = i});
  ASSERT_TRUE(open()->write(0, many).ok());
  many.erase(many.begin(), many.begin() + 3);
  EXPECT_EQ(open()->last().segments, many);
}

TEST_F(JournalNote, ATornNoteLeavesTheOneBeforeIt) {
  ASSERT_TRUE(open()->write(6, one_).ok());
  ASSERT_TRUE(open()->write(6, two_).ok());
  EXPECT_EQ(open()->last().segments, two_);
  bytes()[100] ^= 1;  // in the place of the second
  auto note = open();
  EXPECT_EQ(note->last().segments, one_);
  EXPECT_FALSE(note->is_damaged());
  ASSERT_TRUE(note->write(7, two_).ok());
  EXPECT_EQ(open()->last().segments, two_);
}

TEST_F(JournalNote, TheFirstMayBeTornToo) {
  ASSERT_TRUE(open()->write(6, one_).ok());
  bytes()[kBlockBytes + 9] ^= 1;
  EXPECT_FALSE(open()->is_damaged());
  EXPECT_TRUE(open()->last().segments.empty());
}

TEST_F(JournalNote, IsDamagedWhenNoneIsWhole) {
  ASSERT_TRUE(open()->write(6, one_).ok());
  for (const std::size_t place : {0U, 1U}) bytes()[place * kBlockBytes + 9] ^= 1;
  auto note = open();
  EXPECT_TRUE(note->is_damaged());
  ASSERT_TRUE(note->write(6, two_).ok());
  EXPECT_FALSE(open()->is_damaged());
}

TEST_F(JournalNote, IsDamagedWhenItIsCutOff) {
  ASSERT_TRUE(open()->write(6, one_).ok());
  ASSERT_TRUE(open()->write(6, two_).ok());
  ASSERT_TRUE(open()->write(6, two_).ok());
  bytes().resize(kBlockBytes);
  EXPECT_TRUE(open()->is_damaged());
  EXPECT_EQ(open()->last().segments, two_);
}

TEST_F(JournalNote, FindsRoomOnADiskThatIsFullLater) {
  open();
  EXPECT_EQ(bytes().size(), 2 * kBlockBytes);
}

}  // namespace
}  // namespace rialto::store
