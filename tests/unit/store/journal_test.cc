// The journal on a disk that damages what it keeps.
#include "store/journal/journal.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/log.h"
#include "support/fake_journal.h"
#include "support/seeded_ids.h"

namespace rialto::store {
namespace {

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() { log::configure(log::Level::Off, log::Format::Text); }

  Journal::Opened open(std::uint64_t absorbed = 0) {
    auto opened =
        Journal::open(files_.open(), ids_, absorbed,
                      {.segment_bytes = 8 * kBlockBytes, .filled_bytes_min = 2 * kBlockBytes});
    EXPECT_TRUE(opened.ok());
    return std::move(opened).value();
  }

  // A segment of one group of one record.
  void write(std::uint64_t number, std::string_view record) {
    auto opened = open(number - 1);
    ASSERT_TRUE(opened.journal->begin_segment(number, 0).ok());
    const std::vector<std::string_view> records{record};
    ASSERT_TRUE(opened.journal->append(records).ok());
  }

  test::FakeJournal files_;
  test::FakeDisk& disk_ = files_.segments;
  test::SeededIds ids_;
};

TEST_F(JournalTest, ReadsBackWhatWasAppended) {
  write(1, "one");
  const auto opened = open();
  ASSERT_EQ(opened.recovered.size(), 1U);
  EXPECT_EQ(opened.recovered[0].number, 1U);
  EXPECT_EQ(opened.recovered[0].records, std::vector<std::string>{"one"});
  EXPECT_EQ(opened.damaged, 0U);
}

TEST_F(JournalTest, TellsOfADamagedHeadAndLeavesTheFileAlone) {
  write(1, "one");
  ASSERT_EQ(disk_.names().size(), 1U);
  const std::string name = disk_.names()[0];
  disk_.bytes(name)[20] ^= 1;
  const std::string before = disk_.bytes(name);
  auto opened = open();
  EXPECT_EQ(opened.damaged, 1U);
  EXPECT_TRUE(opened.recovered.empty());
  ASSERT_TRUE(opened.journal->begin_segment(2, 0).ok());
  EXPECT_EQ(disk_.bytes(name), before) << "it must not be used again";
}

TEST_F(JournalTest, UsesTheFilesOfWhatWasAbsorbedAgain) {
  write(1, "one");
  auto opened = open(1);
  EXPECT_TRUE(opened.recovered.empty());
  ASSERT_TRUE(opened.journal->begin_segment(2, 0).ok());
  EXPECT_EQ(disk_.names().size(), 1U);
}

// The first write of a block costs more than later ones, so what is not filled is left for what is.
TEST_F(JournalTest, LeavesASegmentThatIsNotFilledForASpare) {
  auto journal = open().journal;
  ASSERT_TRUE(journal->begin_segment(1, 0).ok());
  const std::vector<std::string_view> records{"one"};
  ASSERT_TRUE(journal->append(records).ok());
  EXPECT_TRUE(journal->wants_spare());
  EXPECT_TRUE(journal->fits(kBlockBytes)) << "there is no spare yet";
  ASSERT_TRUE(journal->make_spare().ok());
  EXPECT_FALSE(journal->fits(kBlockBytes));
  ASSERT_TRUE(journal->begin_segment(2, 0).ok());
  EXPECT_TRUE(journal->fits(7 * kBlockBytes));
  journal->release(1);
  ASSERT_TRUE(
      journal->append(std::vector<std::string_view>{std::string(3 * kBlockBytes, 'x')}).ok());
  ASSERT_TRUE(journal->wants_spare()) << "what was released is still not filled";
  ASSERT_TRUE(journal->make_spare().ok());
  EXPECT_EQ(disk_.names().size(), 2U) << "it is filled, and used again";
  EXPECT_TRUE(journal->fits(kBlockBytes)) << "where there is nothing to gain, all room is used";
}

// Two segments, neither of which is absorbed: one group of `older` and `old`, and two of `new` and
// `newer`, with room left.
class JournalOfTwoTest : public JournalTest {
 protected:
  JournalOfTwoTest() {
    auto journal = open().journal;
    append(*journal, 1, {{"older", "old"}});
    append(*journal, 2, {{"new"}, {"newer"}});
  }

  static void append(Journal& journal, std::uint64_t number,
                     const std::vector<std::vector<std::string_view>>& groups) {
    EXPECT_TRUE(journal.begin_segment(number, 0).ok());
    for (const auto& group : groups) EXPECT_TRUE(journal.append(group).ok());
  }

  static std::vector<std::string> records(const Journal::Opened& opened) {
    std::vector<std::string> out;
    for (const RecoveredSegment& each : opened.recovered) {
      out.insert(out.end(), each.records.begin(), each.records.end());
    }
    return out;
  }

  void expect(std::size_t damaged, const std::vector<std::string>& left) {
    const auto opened = open();
    EXPECT_EQ(opened.damaged, damaged);
    EXPECT_EQ(records(opened), left);
    EXPECT_GE(opened.last_number, 2U) << "no number is used again";
  }

  bool has(const std::string& name) const {
    const auto names = disk_.names();
    return std::ranges::find(names, name) != names.end();
  }
};

TEST_F(JournalOfTwoTest, IsWholeWhenNothingHappened) {
  expect(0, {"older", "old", "new", "newer"});
}

TEST_F(JournalOfTwoTest, TellsThatTheNewestIsGone) {
  disk_.remove("segment-2");
  expect(1, {"older", "old"});
}

TEST_F(JournalOfTwoTest, TellsThatAnOlderOneIsGone) {
  disk_.remove("segment-1");
  expect(1, {"new", "newer"});
}

TEST_F(JournalOfTwoTest, TellsThatAllAreGone) {
  disk_.remove("segment-1");
  disk_.remove("segment-2");
  expect(2, {});
}

TEST_F(JournalOfTwoTest, TellsItOnceAndNotWhatIsAbsorbed) {
  disk_.remove("segment-2");
  EXPECT_EQ(open(2).damaged, 0U) << "it was not needed any more";
  auto opened = open();
  EXPECT_EQ(opened.damaged, 1U);
  ASSERT_TRUE(opened.journal->begin_segment(opened.last_number + 1, 0).ok());
  expect(0, {"older", "old"});
}

TEST_F(JournalOfTwoTest, TellsOfAFileThatIsShorterThanItWas) {
  for (const std::size_t size : {7 * kBlockBytes, 3 * kBlockBytes, 2 * kBlockBytes + 9}) {
    disk_.bytes("segment-2").resize(size);
    expect(1, size >= 3 * kBlockBytes ? std::vector<std::string>{"older", "old", "new", "newer"}
                                      : std::vector<std::string>{"older", "old", "new"});
  }
  disk_.bytes("segment-2").resize(kBlockBytes / 2);
  expect(1, {"older", "old"});
}

TEST_F(JournalOfTwoTest, MissesOfAnOlderOneOnlyWhatItHeld) {
  disk_.bytes("segment-1").resize(3 * kBlockBytes);
  expect(0, {"older", "old", "new", "newer"});
  disk_.bytes("segment-1").resize(kBlockBytes);
  expect(1, {"new", "newer"});
}

// Nothing in the segment itself tells such an end from one that nobody was answered for.
TEST_F(JournalOfTwoTest, TellsThatTheEndOfAnOlderOneIsDamaged) {
  disk_.bytes("segment-1")[kBlockBytes + 8] ^= 1;
  expect(1, {"new", "newer"});
}

TEST_F(JournalOfTwoTest, LeavesATornEndOutAtEachStart) {
  disk_.bytes("segment-2")[2 * kBlockBytes + 24 + 16] ^= 1;
  auto opened = open();
  EXPECT_EQ(opened.damaged, 0U);
  append(*opened.journal, 3, {{"newest"}});
  opened.journal.reset();
  expect(0, {"older", "old", "new", "newest"});
}

TEST_F(JournalOfTwoTest, KeepsAFileWithoutAHeadAside) {
  std::string& bytes = disk_.bytes("segment-2");
  bytes.replace(0, kBlockBytes, kBlockBytes, '\0');
  const std::string before = bytes;
  expect(1, {"older", "old"});
  EXPECT_FALSE(has("segment-2"));
  EXPECT_EQ(disk_.bytes("damaged-2"), before);
  disk_.bytes("segment-1").clear();
  expect(2, {});
  EXPECT_TRUE(has("damaged-1"));
}

TEST_F(JournalOfTwoTest, KeepsADamagedFileAsideOnceItIsAbsorbed) {
  disk_.bytes("segment-1").back() = 'x';
  disk_.bytes("segment-1")[kBlockBytes + 24 + 2 * 16] ^= 1;
  const std::string before = disk_.bytes("segment-1");
  auto opened = open();
  EXPECT_EQ(opened.damaged, 1U);
  EXPECT_EQ(records(opened), (std::vector<std::string>{"old", "new", "newer"}))
      << "a segment that another one follows has no torn end";
  EXPECT_TRUE(has("segment-1")) << "until the tables have what is left of it";
  opened.journal->release(1);
  EXPECT_FALSE(has("segment-1"));
  EXPECT_EQ(disk_.bytes("damaged-1"), before);
  opened.journal.reset();
  opened = open(2);
  EXPECT_EQ(opened.damaged, 0U);
  ASSERT_TRUE(opened.journal->begin_segment(3, 0).ok());
  ASSERT_TRUE(opened.journal->begin_segment(4, 0).ok());
  EXPECT_EQ(disk_.bytes("damaged-1"), before) << "it is not used again";
}

TEST_F(JournalOfTwoTest, ReadsOnBehindWhatTheDiskDoesNotGive) {
  disk_.make_unreadable("segment-2", kBlockBytes);
  expect(1, {"older", "old", "newer"});
}

// It may be that nobody was answered for it, and it may not.
TEST_F(JournalOfTwoTest, TellsOfAnEndThatTheDiskDoesNotGive) {
  disk_.make_unreadable("segment-2", 2 * kBlockBytes);
  expect(1, {"older", "old", "new"});
}

TEST_F(JournalOfTwoTest, DoesNotStartWhereTheDiskGivesNothing) {
  disk_.make_unreadable("segment-2", 0);
  const auto opened = Journal::open(files_.open(), ids_, 0, {});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, Code::Unavailable);
}

TEST_F(JournalOfTwoTest, TellsThatItsNoteIsDamaged) {
  std::string& note = files_.home.bytes(std::string(kNoteName));
  for (const std::size_t place : {0U, 1U}) note[place * kBlockBytes + 20] ^= 1;
  expect(1, {"older", "old", "new", "newer"});
}

TEST_F(JournalOfTwoTest, DemandsNothingWithoutANote) {
  files_.home.remove(std::string(kNoteName));
  expect(0, {"older", "old", "new", "newer"});
  disk_.remove("segment-1");
  disk_.remove("segment-2");
  EXPECT_EQ(open().damaged, 0U);
}

// The note may be on the disk although it could not be synced; the file is then of another segment.
TEST_F(JournalOfTwoTest, DemandsNoSegmentThatCouldNotBeBegun) {
  auto journal = open().journal;
  files_.home.set_broken(true);
  EXPECT_FALSE(journal->begin_segment(3, 0).ok());
  files_.home.set_broken(false);
  append(*journal, 4, {{"newest"}});
  journal.reset();
  expect(0, {"older", "old", "new", "newer", "newest"});
}

// Nor is that an end of the one that is written on.
TEST_F(JournalOfTwoTest, WritesOnWhenNoOtherSegmentCouldBeBegun) {
  auto journal = open().journal;
  append(*journal, 3, {{"before"}});
  files_.home.set_broken(true);
  EXPECT_FALSE(journal->begin_segment(4, 0).ok());
  files_.home.set_broken(false);
  EXPECT_TRUE(journal->append(std::vector<std::string_view>{"after"}).ok());
  journal.reset();
  expect(0, {"older", "old", "new", "newer", "before", "after"});
}

}  // namespace
}  // namespace rialto::store
