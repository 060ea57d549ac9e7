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
    auto opened = Journal::open(disk_.open(), ids_, absorbed, {.segment_bytes = 8 * kBlockBytes});
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

}  // namespace
}  // namespace rialto::store
