// Sequence numbers: none is ever given twice, whatever becomes of the batches.
#include "bus/sequence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/bytes.h"
#include "store/memory/memory_store.h"

namespace rialto::bus {
namespace {

class SequenceTest : public ::testing::Test {
 protected:
  // The end that the store knows; the first number when it knows none.
  store::Sequence stored_end() const {
    const auto bytes = store_.get(store::Table::Meta, store::bus_sequence_key(7));
    return *bytes ? ByteReader(**bytes).u64() : 1;
  }
  // As a start does it.
  SequenceSource load() const { return {7, stored_end()}; }
  void commit(SequenceSource& source, store::Batch batch, const SequenceSource::Taken& taken) {
    store_.submit(std::move(batch), [](const Result<>&) {});
    if (taken.reserved_end) source.confirm(*taken.reserved_end);
  }

  store::MemoryStore store_;
};

TEST_F(SequenceTest, CountsFromOne) {
  SequenceSource source = load();
  store::Batch batch;
  EXPECT_EQ(source.take(batch).number, 1U);
  EXPECT_EQ(source.take(batch).number, 2U);
}

TEST_F(SequenceTest, WritesAReservationOnlyTwiceABlock) {
  SequenceSource source = load();
  int writes = 0;
  for (store::Sequence i = 0; i < 2 * kSequenceBlock; ++i) {
    store::Batch batch;
    const auto taken = source.take(batch);
    EXPECT_EQ(batch.empty(), !taken.reserved_end);
    if (!batch.empty()) ++writes;
    commit(source, std::move(batch), taken);
  }
  EXPECT_LE(writes, 5);
  EXPECT_GT(stored_end(), 2 * kSequenceBlock);
}

TEST_F(SequenceTest, GoesOnAfterTheReservedBlockWhenItStartsAgain) {
  SequenceSource source = load();
  store::Batch batch;
  const auto taken = source.take(batch);
  commit(source, std::move(batch), taken);
  SequenceSource next = load();
  store::Batch other;
  EXPECT_EQ(next.take(other).number, *taken.reserved_end);
}

// A failed commit, an abandoned plan: the reservation was never stored, and the numbers go on.
TEST_F(SequenceTest, GivesNoNumberTwiceThoughTheBatchWithTheReservationWasLost) {
  SequenceSource source = load();
  store::Batch lost;
  source.take(lost);
  for (int i = 0; i < 3; ++i) {
    store::Batch batch;
    const auto taken = source.take(batch);
    store_.submit(std::move(batch), [](const Result<>&) {});
    EXPECT_GT(stored_end(), taken.number) << "a restart would give it again";
  }
}

// The second of two batches may be durable first, and then the process may end.
TEST_F(SequenceTest, GivesNoNumberTwiceThoughBatchesOvertakeEachOther) {
  SequenceSource source = load();
  store::Batch first;
  store::Batch second;
  source.take(first);
  const auto taken = source.take(second);
  store_.submit(std::move(second), [](const Result<>&) {});
  EXPECT_GT(stored_end(), taken.number);
}

TEST_F(SequenceTest, CoversEveryNumberWhileTheStoreKeepsFailing) {
  SequenceSource source = load();
  for (store::Sequence i = 0; i < 2 * kSequenceBlock; ++i) {
    store::Batch batch;
    const auto taken = source.take(batch);
    ASSERT_TRUE(taken.reserved_end);
    ASSERT_GT(*taken.reserved_end, taken.number);
  }
}

TEST_F(SequenceTest, GivesEveryThreadNumbersOfItsOwn) {
  SequenceSource source = load();
  constexpr std::size_t kEach = 20'000;
  std::vector<std::vector<store::Sequence>> taken(4);
  std::vector<std::thread> threads;
  for (auto& mine : taken) {
    threads.emplace_back([&source, &mine] {
      for (std::size_t i = 0; i < kEach; ++i) {
        store::Batch batch;
        const auto one = source.take(batch);
        mine.push_back(one.number);
        if (one.reserved_end) source.confirm(*one.reserved_end);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<store::Sequence> all;
  for (const auto& mine : taken) all.insert(all.end(), mine.begin(), mine.end());
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
  EXPECT_EQ(all.back(), taken.size() * kEach);
}

}  // namespace
}  // namespace rialto::bus
