// A bus with a queue, its archives and replays, on a memory store.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "archive/archives.h"
#include "archive/replays.h"
#include "json/read.h"
#include "store/memory/memory_store.h"
#include "support/fake_clock.h"
#include "support/run.h"
#include "support/seeded_ids.h"

namespace rialto::archive {

using namespace std::chrono_literals;

inline const model::Scope kScope{.account = "111122223333", .region = "us-east-1"};
inline const model::BusRef kBus{"us-east-1", "111122223333", "default"};

class ArchiveTest : public ::testing::Test {
 protected:
  explicit ArchiveTest(ReplayLimits limits = {}) : limits_(limits) {
    make();
    EXPECT_TRUE(run(queues_->create({kScope.account, kScope.region}, "q", {}, {})).ok());
    EXPECT_TRUE(run(catalog_->use(kBus)).ok());
  }
  ~ArchiveTest() override {
    store_.release();
    store_.fail_next(0);
    group_.stop();
    end();
    runtime_.stop();
  }

  void make() {
    queues_ = std::make_unique<queue::Queues>(store_, clock_, ids_);
    catalog_ = std::make_unique<bus::Catalog>(store_, clock_);
    deliveries_ = std::make_unique<delivery::Engine>(
        delivery::Engine::Services{runtime_.executors(), pager_.executor(0), store_, *queues_,
                                   clock_, ids_, delivery_metrics_});
    ingest_ = std::make_unique<bus::Ingest>(
        bus::Ingest::Services{store_, *catalog_, *queues_, *deliveries_, clock_, ids_, bus_metrics_,
                              delivery_metrics_, nullptr, &memory_});
    archives_ = std::make_unique<Archives>(store_, *catalog_, clock_, ids_);
    replays_ = std::make_unique<Replays>(
        Replays::Services{runtime_, store_, *ingest_, *archives_, clock_}, limits_);
    ASSERT_TRUE(queues_->load().ok());
    ASSERT_TRUE(catalog_->load().ok());
    ASSERT_TRUE(archives_->load().ok());
    ASSERT_TRUE(replays_->load().ok());
    deliveries_->set_target_types(targets::make_target_types({*ingest_}));
    ASSERT_TRUE(deliveries_->load().ok());
    replays_->resume();
  }
  void end() {
    replays_->stop();
    deliveries_->stop();
  }
  // The process ends and another one starts on the same store.
  void restart() {
    end();
    replays_.reset();
    archives_.reset();
    ingest_.reset();
    deliveries_.reset();
    catalog_.reset();
    queues_.reset();
    make();
  }

  template <class T>
  T run(Task<T> task) {
    return test::run(runtime_.executor(0), std::move(task));
  }
  void sweep() { net::run_blocking(runtime_.executor(0), archives_->sweep()); }

  static Result<> admit(const bus::BusState&, const bus::RuleState&) { return {}; }
  Result<model::Archive> make_archive(std::int64_t retention_days = 0, std::string name = "kept") {
    model::Archive archive;
    archive.account = kScope.account;
    archive.region = kScope.region;
    archive.name = std::move(name);
    archive.bus = "default";
    archive.retention_days = retention_days;
    return run(archives_->create(std::move(archive), admit));
  }
  std::uint64_t count(const std::string& name = "kept") {
    return archives_->totals(*archives_->get(kScope, name)).events;
  }
  // A rule with one target: the members of a target but its Id.
  void put_rule(const std::string& name, const std::string& pattern, const std::string& target) {
    model::Rule rule;
    rule.name = name;
    rule.created_by = kScope.account;
    rule.event_pattern = pattern;
    auto given = json::parse(R"({"Id":"t",)" + target + "}");
    ASSERT_TRUE(given.ok());
    rule.targets["t"] = *model::decode_target(std::move(given).value());
    ASSERT_TRUE(run(catalog_->change(
                        kBus,
                        [rule](const auto&, const bus::BusState* bus) -> Result<bus::BusChange> {
                          RIALTO_TRY(auto compiled, bus::compile_rule(rule, bus->ref));
                          return bus::with_rule(*bus, std::move(compiled));
                        }))
                    .ok());
  }
  // Replayed events go to the queue.
  void catch_replays() {
    put_rule("catch", R"({"replay-name":[{"exists":true}]})",
             R"("Arn":"arn:aws:sqs:us-east-1:111122223333:q")");
  }
  // One event with the number `n`, `after` the clock's start.
  std::string put(int n, std::chrono::seconds after = 0s) {
    bus::Entry entry;
    entry.source = "app";
    entry.detail_type = "type";
    entry.detail = R"({"n":)" + std::to_string(n) + "}";
    entry.time = start_ + after;
    std::vector<bus::Entry> entries;
    entries.push_back(std::move(entry));
    auto outcomes = run(ingest_->put_events(kScope, std::move(entries)));
    return outcomes.at(0).ok() ? outcomes[0].value() : std::string();
  }
  // The numbers of the events in the queue, in the order in which they came.
  std::vector<int> received() {
    std::vector<int> out;
    for (;;) {
      auto got = run(
          queues_->receive({kScope.account, kScope.region}, "q", {.count_max = 10, .wait = 0ms}));
      if (!got.ok() || got->empty()) return out;
      std::vector<std::string> handles;
      for (const auto& message : *got) {
        const auto root = json::parse(message.body);
        out.push_back(std::stoi(root->find("detail")->find("n")->number_text()));
        handles.push_back(message.receipt_handle);
      }
      (void)run(queues_->erase({kScope.account, kScope.region}, "q", std::move(handles)));
    }
  }

  model::Replay replay(std::string name = "again") {
    model::Replay out;
    out.account = kScope.account;
    out.region = kScope.region;
    out.name = std::move(name);
    out.archive = "kept";
    out.archive_id = archives_->get(kScope, "kept")->id;
    out.bus = "default";
    out.from = start_ - 24h;
    out.to = start_ + 24h;
    return out;
  }
  Result<model::Replay> begin(model::Replay replay) {
    return run(replays_->start(std::move(replay)));
  }
  // Waits for what another thread is about to do.
  template <class Condition>
  void await(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      std::this_thread::sleep_for(200us);
    }
  }
  model::Replay await_end(const std::string& name = "again") {
    await([&] { return !replays_->get(kScope, name)->is_active(); });
    return *replays_->get(kScope, name);
  }

  const ReplayLimits limits_;
  MemoryBudget memory_{1'000};
  store::MemoryStore store_;
  test::FakeClock clock_;
  const TimePoint start_ = clock_.now();
  test::SeededIds ids_;
  net::Runtime pager_{1};
  net::Runtime runtime_{2};
  net::TaskGroup group_;
  bus::Metrics bus_metrics_;
  delivery::Metrics delivery_metrics_;
  std::unique_ptr<queue::Queues> queues_;
  std::unique_ptr<bus::Catalog> catalog_;
  std::unique_ptr<delivery::Engine> deliveries_;
  std::unique_ptr<bus::Ingest> ingest_;
  std::unique_ptr<Archives> archives_;
  std::unique_ptr<Replays> replays_;
};

}  // namespace rialto::archive
