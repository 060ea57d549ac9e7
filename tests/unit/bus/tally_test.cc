// The tally of an archive: right whatever becomes of the batches that carry it.
#include "bus/tally.h"

#include <gtest/gtest.h>

#include "base/crypto/digest.h"
#include "store/memory/memory_store.h"

namespace rialto::bus {
namespace {

constexpr store::ArchiveId kId = 7;
constexpr Hour kHour = 500'000;

class TallyTest : public ::testing::Test {
 protected:
  static Totals of(std::uint64_t events, std::int64_t time_ms = 5) {
    return {events, events * 100, time_ms, time_ms};
  }
  void commit(store::Batch batch) {
    store_.submit(std::move(batch), [](const Result<>&) {});
  }
  // A batch that is durable.
  void count(std::uint64_t events, Hour hour = kHour, std::int64_t time_ms = 5) {
    store::Batch batch;
    const auto ticket = tally().enter(batch, hour, of(events, time_ms));
    commit(std::move(batch));
    tally().leave(ticket, true);
  }
  Tally& tally() { return *tallies_.of(kId); }
  // As the next process reads it.
  std::uint64_t stored() {
    Tallies read;
    EXPECT_TRUE(read.load(store_).ok());
    return read.of(kId)->totals().events;
  }

  store::MemoryStore store_;
  Tallies tallies_;
};

TEST_F(TallyTest, TotalsArePinned) {
  EXPECT_EQ(crypto::hex(encode(Totals{1, 2, 3, -1})),
            "01"
            "0000000000000001"
            "0000000000000002"
            "0000000000000003"
            "ffffffffffffffff");
  const Totals totals{9, 8, -7, 6};
  EXPECT_EQ(*decode_totals(encode(totals)), totals);
  EXPECT_FALSE(decode_totals(encode(totals).substr(1)).ok());
  EXPECT_FALSE(decode_totals("\x02" + encode(totals).substr(1)).ok());
}

TEST_F(TallyTest, CountsWhatIsDurableOnly) {
  store::Batch batch;
  const auto ticket = tally().enter(batch, kHour, of(3));
  EXPECT_EQ(tally().totals().events, 0U);
  tally().leave(ticket, true);
  EXPECT_EQ(tally().totals(), of(3));
  store::Batch failed;
  const auto lost = tally().enter(failed, kHour, of(5));
  tally().leave(lost, false);
  EXPECT_EQ(tally().totals(), of(3));
}

TEST_F(TallyTest, OneCellDoesForBatchesThatFollowEachOther) {
  for (int i = 0; i < 10; ++i) count(2);
  EXPECT_EQ(store_.size(store::Table::Meta), 1U);
  EXPECT_EQ(stored(), 20U);
}

TEST_F(TallyTest, BatchesMayOvertakeEachOtherAndFail) {
  store::Batch first, second, third;
  const auto one = tally().enter(first, kHour, of(1));
  const auto two = tally().enter(second, kHour, of(10));
  const auto three = tally().enter(third, kHour, of(100));
  commit(std::move(third));
  tally().leave(three, true);
  EXPECT_EQ(stored(), 100U);
  tally().leave(two, false);
  commit(std::move(first));
  tally().leave(one, true);
  EXPECT_EQ(stored(), 101U);
  count(1'000);
  count(1'000);
  EXPECT_EQ(stored(), 2'101U);
  EXPECT_EQ(tally().totals().events, 2'101U);
}

TEST_F(TallyTest, GoesOnAfterARestart) {
  count(1);
  count(2, kHour + 1);
  tallies_.clear();
  ASSERT_TRUE(tallies_.load(store_).ok());
  count(4);
  EXPECT_EQ(stored(), 7U);
  EXPECT_EQ(tally().by_hour().at(kHour), of(5));
  EXPECT_EQ(tally().by_hour().at(kHour + 1), of(2));
}

TEST_F(TallyTest, KnowsTheEarliestAndTheLatestTime) {
  count(1, kHour, 50);
  count(1, kHour, 20);
  count(1, kHour, 70);
  EXPECT_EQ(tally().totals().first_ms, 20);
  EXPECT_EQ(tally().totals().last_ms, 70);
}

TEST_F(TallyTest, HoursExpireWhole) {
  count(1);
  count(2, kHour + 1);
  store_.submit(
      [] {
        store::Batch batch;
        batch.put(store::Table::Archive, store::encode(store::ArchivedKey{kId, kHour, 1, 1}), "x");
        batch.put(store::Table::Archive, store::encode(store::ArchivedKey{kId, kHour + 1, 1, 1}),
                  "x");
        return batch;
      }(),
      [](const Result<>&) {});
  store::Batch batch;
  const auto hours = tally().expire(batch, kHour + 1);
  EXPECT_EQ(hours, std::vector<Hour>{kHour});
  EXPECT_EQ(tally().totals().events, 3U) << "not durable yet";
  commit(std::move(batch));
  tally().forget(hours);
  EXPECT_EQ(tally().totals().events, 2U);
  EXPECT_EQ(stored(), 2U);
  EXPECT_EQ(store_.size(store::Table::Archive), 1U);
}

TEST_F(TallyTest, AnHourInWhichABatchIsOnItsWayStays) {
  store::Batch written, batch;
  const auto ticket = tally().enter(written, kHour, of(1));
  EXPECT_TRUE(tally().expire(batch, kHour + 9).empty());
  EXPECT_TRUE(tally().begin_fold(kHour + 9).hours.empty());
  tally().leave(ticket, true);
  EXPECT_EQ(tally().expire(batch, kHour + 9).size(), 1U);
}

TEST_F(TallyTest, FoldingLeavesOneCellAnHour) {
  store::Batch first, second;
  const auto one = tally().enter(first, kHour, of(1));
  const auto two = tally().enter(second, kHour, of(2));
  commit(std::move(first));
  commit(std::move(second));
  tally().leave(one, true);
  tally().leave(two, true);
  EXPECT_EQ(store_.size(store::Table::Meta), 2U);
  for (const bool is_durable : {false, true}) {
    auto folding = tally().begin_fold(kHour + 1);
    ASSERT_EQ(folding.hours.size(), 1U);
    if (is_durable) commit(std::move(folding.batch));
    tally().finish_fold(folding.hours, is_durable);
    EXPECT_EQ(stored(), 3U);
  }
  EXPECT_EQ(store_.size(store::Table::Meta), 1U);
  EXPECT_TRUE(tally().begin_fold(kHour + 1).hours.empty()) << "nothing is left to fold";
  count(4);
  EXPECT_EQ(stored(), 7U);
}

TEST_F(TallyTest, WhatIsCountedWhileFoldingStays) {
  store::Batch first, second, late;
  const auto one = tally().enter(first, kHour, of(1));
  const auto two = tally().enter(second, kHour, of(2));
  commit(std::move(first));
  commit(std::move(second));
  tally().leave(one, true);
  tally().leave(two, true);
  auto folding = tally().begin_fold(kHour + 1);
  const auto three = tally().enter(late, kHour, of(4));
  commit(std::move(late));
  commit(std::move(folding.batch));
  tally().leave(three, true);
  tally().finish_fold(folding.hours, true);
  EXPECT_EQ(stored(), 7U);
  for (int i = 0; i < 3; ++i) count(10);
  EXPECT_EQ(stored(), 37U);
  EXPECT_EQ(tally().totals().events, 37U);
}

}  // namespace
}  // namespace rialto::bus
