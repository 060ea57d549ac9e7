// The same engine on the store that keeps bytes on disk.
#include <stdlib.h>

#include <filesystem>

#include "fixture.h"
#include "store/durable_store.h"
#include "support/tsan_rocksdb.h"

namespace rialto::queue {
namespace {

class OnDisk : public ::testing::Test {
 protected:
  OnDisk() {
    std::string name = (std::filesystem::temp_directory_path() / "rialto-queue-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) directory_ = name;
  }
  ~OnDisk() override {
    close();
    runtime_.stop();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  void open() {
    auto store =
        store::open_durable({.directory = directory_, .durability = store::Durability::Os});
    ASSERT_TRUE(store.ok());
    store_ = *std::move(store);
    queues_ = std::make_unique<Queues>(*store_, clock_, ids_, Options{.window_max = 100});
    ASSERT_TRUE(queues_->load().ok());
  }
  void close() {
    store_.reset();
    queues_.reset();
  }
  template <class T>
  T run(Task<T> task) {
    return test::run(runtime_.executor(0), std::move(task));
  }

  std::string directory_;
  test::FakeClock clock_;
  test::SeededIds ids_;
  net::Runtime runtime_{1};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Queues> queues_;
};

TEST_F(OnDisk, KeepsMessagesAndTheirStateOverARestart) {
  open();
  ASSERT_TRUE(run(queues_->create(kScope, "q", {}, {})).ok());
  constexpr int kMessages = 500;
  for (int i = 0; i < kMessages; i += 50) {
    std::vector<OutgoingMessage> messages(50);
    for (int j = 0; j < 50; ++j) {
      messages[static_cast<std::size_t>(j)].body = std::to_string(i + j);
    }
    ASSERT_TRUE(run(queues_->send(kScope, "q", std::move(messages))).ok());
  }
  auto first = run(queues_->receive(kScope, "q", {.count_max = 10, .visibility = 60s}));
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->size(), 10U);
  std::vector<std::string> handles;
  for (std::size_t i = 0; i < 5; ++i) handles.push_back((*first)[i].receipt_handle);
  ASSERT_TRUE(run(queues_->erase(kScope, "q", std::move(handles))).ok());
  close();
  open();
  EXPECT_EQ(*queues_->counts(kScope, "q"), (Counts{.visible = 490, .in_flight = 5}));
  clock_.advance(60s);
  for (int i = 5; i < kMessages; ++i) {
    auto got = run(queues_->receive(kScope, "q", {.count_max = 1, .visibility = 600s}));
    ASSERT_TRUE(got.ok());
    ASSERT_EQ(got->at(0).body, std::to_string(i));
    EXPECT_EQ(got->at(0).receive_count, i < 10 ? 2U : 1U);
  }
  EXPECT_EQ(*queues_->counts(kScope, "q"), (Counts{.in_flight = 495}));
  ASSERT_TRUE(run(queues_->purge(kScope, "q")).ok());
  close();
  open();
  EXPECT_EQ(*queues_->counts(kScope, "q"), Counts{});
}

}  // namespace
}  // namespace rialto::queue
