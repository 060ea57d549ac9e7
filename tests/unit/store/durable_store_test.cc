// The store on disk: group commit, restarts, and what it refuses.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "store/durable_store.h"
#include "store/keys.h"
#include "support/run.h"
#include "support/tsan_rocksdb.h"

namespace rialto::store {
namespace {

using namespace std::chrono_literals;

class DurableStoreTest : public ::testing::Test {
 protected:
  DurableStoreTest() {
    std::string name = (std::filesystem::temp_directory_path() / "rialto-store-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) directory_ = name;
  }
  ~DurableStoreTest() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  Result<std::unique_ptr<Store>> try_open(Durability durability = Durability::Os) const {
    return open_durable({.directory = directory_, .durability = durability});
  }
  void open() {
    auto opened = try_open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    store_ = std::move(opened).value();
  }
  Result<> commit(Batch batch) {
    return test::run(runtime_.executor(0), store_->commit(std::move(batch)));
  }
  Result<> put(Table table, std::string_view key, std::string_view value) {
    Batch batch;
    batch.put(table, key, value);
    return commit(std::move(batch));
  }
  std::string get(Table table, std::string_view key) const {
    const auto value = store_->get(table, key);
    if (!value.ok()) return "error: " + value.error().message;
    return value->value_or("nothing");
  }
  std::string keys(Table table, const Range& range = {}) const {
    std::string out;
    const auto outcome = store_->scan(table, range, [&out](std::string_view key, auto) {
      out += std::string(key) + " ";
      return true;
    });
    EXPECT_TRUE(outcome.ok());
    return out;
  }

  std::string directory_;
  net::Runtime runtime_{1};
  std::unique_ptr<Store> store_;
};

TEST_F(DurableStoreTest, KeepsTablesApart) {
  open();
  ASSERT_TRUE(put(Table::Resource, "k", "r").ok());
  ASSERT_TRUE(put(Table::MessageState, "k", "m").ok());
  EXPECT_EQ(get(Table::Resource, "k"), "r");
  EXPECT_EQ(get(Table::MessageState, "k"), "m");
  EXPECT_EQ(get(Table::Message, "k"), "nothing");
}

TEST_F(DurableStoreTest, AppliesTheChangesOfABatchInOrder) {
  open();
  Batch batch;
  batch.put(Table::Event, "a", "1");
  batch.put(Table::Event, "b", "1");
  batch.erase_range(Table::Event, {}, "b");
  batch.put(Table::Event, "c", "1");
  batch.erase(Table::Event, "c");
  batch.put(Table::Event, "b", "2");
  ASSERT_TRUE(commit(std::move(batch)).ok());
  EXPECT_EQ(keys(Table::Event), "b ");
  EXPECT_EQ(get(Table::Event, "b"), "2");
}

TEST_F(DurableStoreTest, ScansHalfOpenRangesAndStopsWhenTold) {
  open();
  Batch batch;
  for (const char* key : {"a", "b", "c", "d"}) batch.put(Table::Event, key, "");
  ASSERT_TRUE(commit(std::move(batch)).ok());
  EXPECT_EQ(keys(Table::Event, {"b", "d"}), "b c ");
  EXPECT_EQ(keys(Table::Event, {"c", ""}), "c d ");
  int seen = 0;
  EXPECT_TRUE(store_->scan(Table::Event, {}, [&seen](auto, auto) { return ++seen < 2; }).ok());
  EXPECT_EQ(seen, 2);
}

TEST_F(DurableStoreTest, ReadsItsOwnWritesAfterAReopening) {
  open();
  ASSERT_TRUE(put(Table::Event, "k", std::string(100'000, 'x')).ok());
  Batch erased;
  erased.put(Table::Delivery, "gone", "1");
  ASSERT_TRUE(commit(std::move(erased)).ok());
  Batch again;
  again.erase(Table::Delivery, "gone");
  ASSERT_TRUE(commit(std::move(again)).ok());
  store_.reset();
  open();
  EXPECT_EQ(get(Table::Event, "k").size(), 100'000U);
  EXPECT_EQ(get(Table::Delivery, "gone"), "nothing");
}

// From many threads at once: every thread's batches are seen in its own order, `done` comes in the
// order of submission, and a batch is readable as soon as its `done` is called.
TEST_F(DurableStoreTest, GroupsBatchesInTheOrderOfSubmission) {
  open();
  constexpr int kThreads = 4;
  constexpr int kBatches = 250;
  std::atomic<int> out_of_order{0};
  std::atomic<int> unreadable{0};
  std::atomic<int> ended{0};
  std::vector<std::thread> threads;
  std::vector<int> last(kThreads, -1);  // the committer's alone
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kBatches; ++i) {
        const std::string key = "thread" + std::to_string(thread);
        Batch batch;
        batch.put(Table::Event, key, std::to_string(i));
        batch.put(Table::Delivery, key + "/" + std::to_string(i), "");
        store_->submit(std::move(batch), [&, thread, i](const Result<>& outcome) {
          auto& before = last[static_cast<std::size_t>(thread)];
          if (!outcome.ok() || before != i - 1) ++out_of_order;
          before = i;
          const auto own = store_->get(Table::Delivery,
                                       "thread" + std::to_string(thread) + "/" + std::to_string(i));
          if (!own.ok() || !own->has_value()) ++unreadable;
          ++ended;
        });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(put(Table::Meta, "end", "").ok());  // after all of them
  EXPECT_EQ(ended, kThreads * kBatches);
  EXPECT_EQ(out_of_order, 0);
  EXPECT_EQ(unreadable, 0);
  for (int thread = 0; thread < kThreads; ++thread) {
    EXPECT_EQ(get(Table::Event, "thread" + std::to_string(thread)), std::to_string(kBatches - 1));
  }
}

TEST_F(DurableStoreTest, ResumesWhoCommitsOnTheirOwnLoop) {
  open();
  const auto where = [](Store* store) -> Task<bool> {
    const auto before = std::this_thread::get_id();
    Batch batch;
    batch.put(Table::Meta, "k", "v");
    const Result<> outcome = co_await store->commit(std::move(batch));
    co_return outcome.ok() && std::this_thread::get_id() == before;
  };
  EXPECT_TRUE(test::run(runtime_.executor(0), where(store_.get())));
}

TEST_F(DurableStoreTest, ClosingWritesWhatWasSubmittedBefore) {
  open();
  std::atomic<int> stored{0};
  constexpr int kBatches = 500;
  for (int i = 0; i < kBatches; ++i) {
    Batch batch;
    batch.put(Table::Event, std::to_string(i), std::string(1'000, 'x'));
    store_->submit(std::move(batch), [&stored](const Result<>& outcome) {
      if (outcome.ok()) ++stored;
    });
  }
  store_.reset();
  EXPECT_EQ(stored, kBatches) << "every `done` is called before the store is gone";
  open();
  EXPECT_EQ(get(Table::Event, "499").size(), 1'000U);
}

// A group ends at a size, so that one write is never unbounded; what does not fit comes next.
TEST_F(DurableStoreTest, SplitsWhatIsTooMuchForOneWrite) {
  open();
  std::atomic<int> stored{0};
  const std::string large(3U << 20, 'x');
  for (int i = 0; i < 8; ++i) {
    Batch batch;
    batch.put(Table::Event, std::to_string(i), large);
    store_->submit(std::move(batch), [&stored](const Result<>& outcome) {
      if (outcome.ok()) ++stored;
    });
  }
  ASSERT_TRUE(put(Table::Meta, "end", "").ok());
  EXPECT_EQ(stored, 8);
  EXPECT_EQ(keys(Table::Event), "0 1 2 3 4 5 6 7 ");
}

TEST_F(DurableStoreTest, RefusesADirectoryThatIsInUse) {
  open();
  const auto second = try_open();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Code::Conflict);
  EXPECT_EQ(second.error().message,
            "The data directory " + directory_ + " is in use by another Rialto server (process " +
                std::to_string(::getpid()) +
                "). Stop that server, or give this one another --data-dir.");
  EXPECT_TRUE(put(Table::Meta, "k", "v").ok()) << "the first is not disturbed";
}

TEST_F(DurableStoreTest, GivesTheDirectoryBackWhenItCloses) {
  open();
  store_.reset();
  EXPECT_TRUE(try_open().ok());
}

TEST_F(DurableStoreTest, MakesDirectoriesThatAreNotThere) {
  auto opened = open_durable({.directory = directory_ + "/a/b", .durability = Durability::Os});
  EXPECT_TRUE(opened.ok());
  EXPECT_TRUE(std::filesystem::exists(directory_ + "/a/b/LOCK"));
}

TEST_F(DurableStoreTest, SaysWhichDirectoryCannotBeMade) {
  std::ofstream(directory_ + "/file") << "x";
  const auto opened = open_durable({.directory = directory_ + "/file/data"});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, Code::Unavailable);
  EXPECT_EQ(opened.error().message,
            "Cannot create the data directory " + directory_ +
                "/file/data: Not a directory. Create it for the user who runs Rialto, or name "
                "another --data-dir.");
}

TEST_F(DurableStoreTest, DoingWithoutTheJournalLosesNothingThatIsInIt) {
  open();
  ASSERT_TRUE(put(Table::Event, "journaled", "1").ok());
  store_.reset();
  auto without_journal = try_open(Durability::None);
  ASSERT_TRUE(without_journal.ok());
  store_ = std::move(without_journal).value();
  EXPECT_EQ(get(Table::Event, "journaled"), "1");
  ASSERT_TRUE(put(Table::Event, "later", "2").ok());
  store_.reset();
  open();
  EXPECT_EQ(keys(Table::Event), "journaled later ");
}

TEST_F(DurableStoreTest, RefusesAFormatItDoesNotKnow) {
  auto without_journal = try_open(Durability::None);
  ASSERT_TRUE(without_journal.ok());
  store_ = std::move(without_journal).value();
  ASSERT_TRUE(put(Table::Meta, "format", "4").ok());
  store_.reset();
  const auto opened = try_open();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, Code::Unsupported);
  EXPECT_EQ(
      opened.error().message,
      "The data directory is in format 4, and this build of Rialto reads formats 1 to 3 only. "
      "Use the build that wrote it, or another --data-dir.");
}

TEST_F(DurableStoreTest, NotesTheFormatOfANewDirectory) {
  open();
  EXPECT_EQ(get(Table::Meta, "format"), std::to_string(kFormatVersion));
}

TEST_F(DurableStoreTest, AbsorbsBeforeItsLayersTakeMoreMemoryThanTheyMay) {
  const auto metrics = std::make_shared<Metrics>();
  auto small = open_durable({directory_, Durability::Os, metrics, {.layer_bytes = 8U << 20}});
  ASSERT_TRUE(small.ok());
  store_ = std::move(small).value();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(put(Table::Event, std::to_string(i), std::string(1U << 20, 'x')).ok());
  }
  EXPECT_GE(metrics->absorbed_layers + metrics->layers_waiting, 9U) << "a megabyte a layer";
  store_.reset();
  open();
  EXPECT_EQ(keys(Table::Event), "0 1 2 3 4 5 6 7 8 9 ");
}

// What an archive keeps comes to one file for each layer, and is never rewritten.
TEST_F(DurableStoreTest, KeepsFewFilesOpenHoweverManyThereAre) {
  const auto open_small = [this] {
    auto small = open_durable({.directory = directory_,
                               .durability = Durability::None,
                               .limits = {.layer_bytes = 8, .open_files = 25}});
    ASSERT_TRUE(small.ok());
    store_ = std::move(small).value();
  };
  open_small();
  constexpr int kFiles = 50;
  for (int i = 0; i < kFiles; ++i) {
    ASSERT_TRUE(put(Table::Archive, encode(ArchivedKey{.hour = std::uint32_t(i)}), "x").ok());
  }
  store_.reset();
  const auto count = [](const std::string& directory) {
    return std::distance(std::filesystem::directory_iterator(directory), {});
  };
  const auto before = count("/proc/self/fd");
  open_small();
  int found = 0;
  ASSERT_TRUE(store_->scan(Table::Archive, {}, [&](auto, auto) { return ++found; }).ok());
  EXPECT_EQ(found, kFiles);
  EXPECT_GT(count(directory_ + "/store"), kFiles) << "or this test shows nothing";
  EXPECT_LT(count("/proc/self/fd") - before, kFiles);
}

TEST_F(DurableStoreTest, SaysThatItCannotReadWhatIsNoStore) {
  std::filesystem::create_directories(directory_ + "/store");
  std::ofstream(directory_ + "/store/CURRENT") << "MANIFEST-000099\n";
  const auto opened = try_open();
  ASSERT_FALSE(opened.ok());
  EXPECT_TRUE(opened.error().message.starts_with("The store failed: "));
  std::filesystem::remove_all(directory_ + "/store");
  EXPECT_TRUE(try_open().ok()) << "a failed opening lets go of the lock";
}

TEST_F(DurableStoreTest, AnswersErrorsForWhatIsDamagedAndTheRestAsItWas) {
  constexpr int kKeys = 64;
  const auto value = [](int key) { return std::string(4096, static_cast<char>('A' + key % 26)); };
  auto without_journal = try_open(Durability::None);  // all is in tables when it is closed
  ASSERT_TRUE(without_journal.ok());
  store_ = std::move(without_journal).value();
  Batch batch;
  for (int i = 0; i < kKeys; ++i) batch.put(Table::Event, std::to_string(i), value(i));
  ASSERT_TRUE(commit(std::move(batch)).ok());
  store_.reset();
  std::filesystem::path tables;
  for (const auto& each : std::filesystem::directory_iterator(directory_ + "/store")) {
    if (each.path().extension() == ".sst" && each.file_size() > 4096U * kKeys) tables = each;
  }
  ASSERT_FALSE(tables.empty());
  {
    std::fstream file(tables, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100'000);
    file.put('!');
  }
  open();
  int damaged = 0;
  for (int i = 0; i < kKeys; ++i) {
    const auto found = store_->get(Table::Event, std::to_string(i));
    if (!found.ok()) {
      EXPECT_EQ(found.error().code, Code::Corruption);
      ++damaged;
    } else {
      EXPECT_EQ(found->value_or("nothing"), value(i));
    }
  }
  EXPECT_GT(damaged, 0);
  EXPECT_LT(damaged, 8) << "one block of 16 KB";
  EXPECT_FALSE(store_->scan(Table::Event, {}, [](auto, auto) { return true; }).ok());
  ASSERT_TRUE(put(Table::Event, "later", "1").ok());
  EXPECT_EQ(get(Table::Event, "later"), "1");
}

}  // namespace
}  // namespace rialto::store
