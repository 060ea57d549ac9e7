// The journal on a disk that damages what it keeps.
#include "store/journal/journal.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "support/fake_disk.h"
#include "support/seeded_ids.h"

namespace rialto::store {
namespace {

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() { log::configure(log::Level::Off, log::Format::Text); }

  Journal::Opened open(std::uint64_t absorbed = 0) {
    auto opened =
        Journal::open(disk_.open(), ids_, absorbed,
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

  test::FakeDisk disk_;
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

}  // namespace
}  // namespace rialto::store
