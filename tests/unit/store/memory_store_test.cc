// The tests' own store: it must hold back and fail as asked, or it proves nothing.
#include "store/memory/memory_store.h"

#include <gtest/gtest.h>

#include "support/run.h"

namespace rialto::store {
namespace {

Batch put(std::string_view key, std::string_view value) {
  Batch batch;
  batch.put(Table::Meta, key, value);
  return batch;
}

std::string keys_of(const Store& store, const Range& range = {}) {
  std::string out;
  EXPECT_TRUE(store
                  .scan(Table::Meta, range,
                        [&out](std::string_view key, std::string_view) {
                          out += std::string(key) + " ";
                          return true;
                        })
                  .ok());
  return out;
}

TEST(MemoryStore, StoresReadsAndErases) {
  MemoryStore store;
  store.submit(put("a", "1"), [](const Result<>& outcome) { EXPECT_TRUE(outcome.ok()); });
  ASSERT_TRUE(store.get(Table::Meta, "a").ok());
  EXPECT_EQ(*store.get(Table::Meta, "a"), "1");
  EXPECT_FALSE(store.get(Table::Event, "a")->has_value()) << "tables are apart";
  Batch batch;
  batch.erase(Table::Meta, "a");
  store.submit(std::move(batch), [](const Result<>&) {});
  EXPECT_FALSE(store.get(Table::Meta, "a")->has_value());
  EXPECT_EQ(store.size(Table::Meta), 0U);
}

TEST(MemoryStore, ScansHalfOpenRangesInOrder) {
  MemoryStore store;
  for (const char* key : {"b", "d", "a", "c"}) store.submit(put(key, ""), [](const Result<>&) {});
  EXPECT_EQ(keys_of(store), "a b c d ");
  EXPECT_EQ(keys_of(store, {"b", "d"}), "b c ");
  Batch batch;
  batch.erase_range(Table::Meta, "b", "d");
  store.submit(std::move(batch), [](const Result<>&) {});
  EXPECT_EQ(keys_of(store), "a d ");
}

TEST(MemoryStore, HoldsCommitsBackUntilTheyAreReleased) {
  MemoryStore store;
  store.hold();
  std::string order;
  store.submit(put("a", "1"), [&order](const Result<>&) { order += "a"; });
  store.submit(put("a", "2"), [&order](const Result<>&) { order += "b"; });
  EXPECT_FALSE(store.get(Table::Meta, "a")->has_value());
  EXPECT_EQ(order, "");
  store.release();
  EXPECT_EQ(order, "ab");
  EXPECT_EQ(*store.get(Table::Meta, "a"), "2");
}

TEST(MemoryStore, FailsAsOftenAsAskedAndStoresNothing) {
  MemoryStore store;
  net::Runtime runtime(1);
  store.fail_next(2);
  for (int i = 0; i < 2; ++i) {
    const auto outcome = test::run(runtime.executor(0), store.commit(put("a", "1")));
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, Code::Unavailable);
  }
  EXPECT_EQ(store.size(Table::Meta), 0U);
  EXPECT_TRUE(test::run(runtime.executor(0), store.commit(put("a", "1"))).ok());
  EXPECT_EQ(store.size(Table::Meta), 1U);
}

TEST(MemoryStore, AnEmptyBatchCostsNoCommit) {
  MemoryStore store;
  net::Runtime runtime(1);
  store.fail_next(1);
  EXPECT_TRUE(test::run(runtime.executor(0), store.commit(Batch())).ok());
  EXPECT_FALSE(test::run(runtime.executor(0), store.commit(put("a", "1"))).ok());
}

}  // namespace
}  // namespace rialto::store
