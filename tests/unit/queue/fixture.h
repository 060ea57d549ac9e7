// A Queues on a memory store, with time and ids in the hands of the test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "queue/queues.h"
#include "store/memory/memory_store.h"
#include "support/fake_clock.h"
#include "support/run.h"
#include "support/seeded_ids.h"

namespace rialto::queue {

using namespace std::chrono_literals;

inline const Scope kScope{.account = "000000000000", .region = "us-east-1"};

class QueuesTest : public ::testing::Test {
 protected:
  explicit QueuesTest(Options options = {}) : options_(options) { restart(); }
  ~QueuesTest() override {
    group_.stop();
    runtime_.stop();
  }

  // A new server on the same store.
  void restart() {
    queues_ = std::make_unique<Queues>(store_, clock_, ids_, options_);
    ASSERT_TRUE(queues_->load().ok());
  }

  net::Executor executor(std::size_t index = 0) const { return runtime_.executor(index); }
  template <class T>
  T run(Task<T> task) {
    return test::run(executor(), std::move(task));
  }
  template <class T>
  std::future<T> start(Task<T> task, std::size_t index = 0) {
    return test::start(group_, executor(index), std::move(task));
  }

  void create(std::string name = "q", Settings settings = {}) {
    ASSERT_TRUE(run(queues_->create(kScope, std::move(name), std::move(settings), {})).ok());
  }
  bool send(std::vector<std::string> bodies, std::optional<std::chrono::seconds> delay = {}) {
    std::vector<OutgoingMessage> messages;
    for (std::string& body : bodies) {
      messages.push_back({.body = std::move(body), .sender = "me", .delay = delay});
    }
    auto sent = run(queues_->send(kScope, "q", std::move(messages)));
    if (!sent.ok()) return false;
    for (const auto& one : *sent) {
      if (!one.ok()) return false;
    }
    return true;
  }
  std::vector<ReceivedMessage> receive(std::size_t count_max = 10,
                                       std::optional<std::chrono::seconds> visibility = {}) {
    auto out = run(queues_->receive(
        kScope, "q", {.count_max = count_max, .visibility = visibility, .wait = 0s}));
    EXPECT_TRUE(out.ok());
    return out.ok() ? std::move(*out) : std::vector<ReceivedMessage>();
  }
  std::vector<std::string> bodies(std::size_t count_max = 10,
                                  std::optional<std::chrono::seconds> visibility = {}) {
    std::vector<std::string> out;
    for (auto& message : receive(count_max, visibility)) out.push_back(std::move(message.body));
    return out;
  }
  Result<> erase(std::string handle) {
    std::vector<std::string> handles;
    handles.push_back(std::move(handle));
    auto out = run(queues_->erase(kScope, "q", std::move(handles)));
    if (!out.ok()) return out.error();
    return out->front();
  }
  Result<> change_visibility(std::string handle, std::chrono::seconds visibility) {
    std::vector<VisibilityChange> changes;
    changes.push_back({std::move(handle), visibility});
    auto out = run(queues_->change_visibility(kScope, "q", std::move(changes)));
    if (!out.ok()) return out.error();
    return out->front();
  }
  Counts counts() {
    auto out = queues_->counts(kScope, "q");
    EXPECT_TRUE(out.ok());
    return out.ok() ? *out : Counts{};
  }

  Options options_;
  // The bodies of all messages, deleted as they come.
  std::vector<std::string> drain() {
    std::vector<std::string> out;
    for (;;) {
      auto messages = receive(10, 600s);
      if (messages.empty()) return out;
      for (auto& message : messages) {
        EXPECT_TRUE(erase(message.receipt_handle).ok());
        out.push_back(std::move(message.body));
      }
    }
  }
  static std::vector<std::string> numbers(int from, int to) {
    std::vector<std::string> out;
    for (int i = from; i < to; ++i) out.push_back(std::to_string(i));
    return out;
  }

  store::MemoryStore store_;
  test::FakeClock clock_;
  test::SeededIds ids_;
  net::Runtime runtime_{2};
  net::TaskGroup group_;
  std::unique_ptr<Queues> queues_;
};

}  // namespace rialto::queue
