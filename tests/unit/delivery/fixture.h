// An engine on a memory store, whose only target does as the test says.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/snapshot.h"
#include "delivery/engine.h"
#include "json/read.h"
#include "store/memory/memory_store.h"
#include "support/fake_clock.h"
#include "support/run.h"

namespace rialto::delivery {

using namespace std::chrono_literals;

inline const store::Scope kScope{.account = "111122223333", .region = "us-east-1"};
inline constexpr const char* kTargetArn = "arn:aws:events:us-east-1:111122223333:event-bus/to";
inline constexpr const char* kDeadLetterArn = "arn:aws:sqs:us-east-1:111122223333:dlq";
inline constexpr const char* kRuleArn = "arn:aws:events:us-east-1:111122223333:rule/r";
inline constexpr const char* kEventText =
    R"({"version":"0","id":"event-1","detail-type":"t","source":"s","detail":{"n":1.0}})";

// Chance that always makes the shortest wait, one millisecond, and ids that differ all the same.
class ShortestWait final : public Ids {
 public:
  std::uint64_t random() override { return 900'000ULL * 1'024 * ++calls_; }

 private:
  std::atomic<std::uint64_t> calls_{0};
};

// What a test says an attempt does, and what it was called with.
class FakeTarget final : public targets::TargetType {
 public:
  // By the number of the call, from 1. On the loop of the target.
  using Act = std::function<Task<targets::Outcome>(int call, targets::Invocation invocation)>;

  // What the next calls do. A test replaces it while others are under way, which go on as they
  // were.
  class NextAct {
   public:
    template <class Callable>
    NextAct& operator=(Callable act) {
      act_.set(std::make_shared<const Act>(std::move(act)));
      return *this;
    }
    std::shared_ptr<const Act> get() const { return act_.get(); }

   private:
    Snapshot<Act> act_{nullptr};
  };

  struct Script {
    std::mutex mutex;
    std::vector<targets::Invocation> calls;  // guarded by mutex
    std::vector<std::size_t> batches;        // sizes; guarded by mutex
    targets::Batching batching;
    NextAct act;
    std::atomic<int> count{0};
    bool keeps_calls = true;
  };

  explicit FakeTarget(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  std::string_view name() const override { return "fake"; }
  bool serves(const model::Arn& arn) const override { return arn.service == "events"; }
  Task<targets::Outcome> invoke(targets::Invocation invocation) override {
    if (script_->keeps_calls) {
      const std::lock_guard guard(script_->mutex);
      script_->calls.push_back(invocation);
    }
    const auto act = script_->act.get();  // the closure outlives what it starts
    co_return co_await (*act)(++script_->count, std::move(invocation));
  }
  targets::Batching batching() const override { return script_->batching; }
  Task<std::vector<targets::Outcome>> invoke_batch(
      std::vector<targets::Invocation> invocations) override {
    if (script_->keeps_calls) {
      const std::lock_guard guard(script_->mutex);
      script_->batches.push_back(invocations.size());
    }
    co_return co_await TargetType::invoke_batch(std::move(invocations));
  }

 private:
  std::shared_ptr<Script> script_;
};

inline Task<targets::Outcome> answer(targets::Outcome outcome) { co_return outcome; }

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() {
    script_->act = [](int, auto) { return answer(Result<>()); };
    make_queue("dlq");
    make_engine();
  }
  ~EngineTest() override {
    store_.release();
    engine_->stop();
    runtime_.stop();
    pager_.stop();
  }

  template <class T>
  T run(Task<T> task) {
    return test::run(runtime_.executor(0), std::move(task));
  }

  void make_queue(std::string name) {
    ASSERT_TRUE(run(queues_.create(kScope, std::move(name), {}, {})).ok());
  }
  void make_engine() {
    engine_ = std::make_unique<Engine>(Engine::Services{runtime_.executors(), pager_.executor(0),
                                                        store_, queues_, clock_, ids_, metrics_,
                                                        &watch_, limits_});
    targets::TargetTypes types;
    types.push_back(std::make_unique<FakeTarget>(script_));
    engine_->set_target_types(std::move(types));
    ASSERT_TRUE(engine_->load().ok());
  }
  // The process ends and another one starts on the same store.
  void restart() {
    engine_->stop();
    make_engine();
  }

  // As `restart`; from then on the target does as `act` says.
  template <class Act>
  void restart_with(Act act) {
    engine_->stop();
    script_->act = std::move(act);
    make_engine();
  }

  // Answers `error` to every attempt, after `took`.
  void fail_always(Error error, Millis took = 1ms) {
    script_->act = [this, error, took](int, auto) {
      clock_.advance(took);
      return answer(error);
    };
  }

  std::shared_ptr<const model::Event> make_event() const {
    auto root = json::parse(kEventText);
    model::Event event = model::make_event(std::move(root).value(), clock_.now());
    event.trace_header = "Root=1-5759e988-bd862e3fe1be46a994272793";
    return std::make_shared<const model::Event>(std::move(event));
  }
  // Deliveries of one event, one per target given as more members of it.
  std::vector<Delivery> make_deliveries(const std::vector<std::string>& targets,
                                        store::Sequence sequence = 1) const {
    std::vector<Delivery> out;
    const auto event = make_event();
    for (const std::string& more : targets) {
      auto given = json::parse(R"({"Id":"t","Arn":")" + std::string(kTargetArn) + '"' +
                               (more.empty() ? "" : ",") + more + "}");
      EXPECT_TRUE(given.ok()) << more;
      auto target = model::decode_target(std::move(given).value());
      EXPECT_TRUE(target.ok());
      Delivery& made = out.emplace_back();
      made.key = {{7, sequence}, static_cast<std::uint16_t>(out.size() - 1)};
      made.event = event;
      made.destination = make_destination(kRuleArn, "r", std::move(target).value());
      made.accepted_at = event->accepted_at;
      made.due_at = event->accepted_at;
    }
    for (Delivery& made : out) made.routes = static_cast<std::uint16_t>(out.size());
    return out;
  }
  // As ingest does it: durable first, then started.
  void take_on(const std::vector<std::string>& targets, store::Sequence sequence = 1) {
    auto deliveries = make_deliveries(targets, sequence);
    store::Batch batch;
    engine_->owe(batch, deliveries);
    ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
    engine_->start(std::move(deliveries));
  }
  static std::string dead_letters() {
    return R"("DeadLetterConfig":{"Arn":")" + std::string(kDeadLetterArn) + R"("})";
  }
  static std::string retries(int count, int age_seconds = 86'400) {
    return R"("RetryPolicy":{"MaximumRetryAttempts":)" + std::to_string(count) +
           R"(,"MaximumEventAgeInSeconds":)" + std::to_string(age_seconds) + "}";
  }

  void await(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "waited in vain";
      std::this_thread::sleep_for(200us);
    }
  }
  // Time passes meanwhile, a millisecond at a look.
  void await_settled() {
    await([this] {
      clock_.advance(1ms);
      return engine_->pending() == 0;
    });
  }
  std::size_t owed_events() const { return store_.size(store::Table::Event); }
  std::size_t owed_deliveries() const { return store_.size(store::Table::Due); }
  std::vector<queue::ReceivedMessage> dead_letters_received() {
    auto out = run(queues_.receive(kScope, "dlq", {.count_max = 10, .wait = 0ms}));
    EXPECT_TRUE(out.ok());
    return out.ok() ? std::move(out).value() : std::vector<queue::ReceivedMessage>();
  }

  store::MemoryStore store_;
  test::FakeClock clock_;
  ShortestWait ids_;
  queue::Queues queues_{store_, clock_, ids_};
  Metrics metrics_;
  watch::Watch watch_;
  std::shared_ptr<FakeTarget::Script> script_ = std::make_shared<FakeTarget::Script>();
  LaneLimits limits_;
  net::Runtime runtime_{2};
  net::Runtime pager_{1};
  std::unique_ptr<Engine> engine_;
};

}  // namespace rialto::delivery
