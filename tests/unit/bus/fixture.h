// Buses, queues and deliveries joined as a server joins them, on a memory store.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bus/ingest.h"
#include "json/read.h"
#include "store/memory/memory_store.h"
#include "support/fake_clock.h"
#include "support/run.h"
#include "support/seeded_ids.h"

namespace rialto::bus {

using namespace std::chrono_literals;

inline const model::Scope kScope{.account = "111122223333", .region = "us-east-1"};

inline model::BusRef ref(std::string name = "default", std::string region = "us-east-1") {
  return {std::move(region), "111122223333", std::move(name)};
}
inline std::string queue_arn(const std::string& name) {
  return "arn:aws:sqs:us-east-1:111122223333:" + name;
}
inline std::string bus_arn(const std::string& name, const std::string& region = "us-east-1") {
  return "arn:aws:events:" + region + ":111122223333:event-bus/" + name;
}

class BusTest : public ::testing::Test {
 protected:
  BusTest() { make(); }
  ~BusTest() override {
    store_.release();
    store_.fail_next(0);
    group_.stop();
    deliveries_->stop();
    runtime_.stop();
  }

  void make() {
    bus_metrics_ = std::make_unique<Metrics>();
    delivery_metrics_ = std::make_unique<delivery::Metrics>();
    queues_ = std::make_unique<queue::Queues>(store_, clock_, ids_);
    catalog_ = std::make_unique<Catalog>(store_, clock_);
    deliveries_ = std::make_unique<delivery::Engine>(
        delivery::Engine::Services{runtime_.executors(), pager_.executor(0), store_, *queues_,
                                   clock_, ids_, *delivery_metrics_});
    ingest_ = std::make_unique<Ingest>(Ingest::Services{store_, *catalog_, *queues_, *deliveries_,
                                                        clock_, ids_, *bus_metrics_,
                                                        *delivery_metrics_, nullptr, &memory_});
    ASSERT_TRUE(queues_->load().ok());
    ASSERT_TRUE(catalog_->load().ok());
    deliveries_->set_target_types(targets::make_target_types({*ingest_}));
    ASSERT_TRUE(deliveries_->load().ok());
  }
  // The process ends and another one starts on the same store.
  void restart() {
    deliveries_->stop();
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

  void make_queue(std::string name, queue::Settings settings = {}) {
    ASSERT_TRUE(run(queues_->create({.account = kScope.account, .region = kScope.region},
                                    std::move(name), std::move(settings), {}))
                    .ok());
  }
  Result<> make_bus(std::string name, std::string region = "us-east-1") {
    model::Bus bus;
    bus.account = kScope.account;
    bus.region = region;
    bus.name = name;
    return run(catalog_->change(
        ref(name, region), [this, bus](const CatalogState&, const BusState*) -> Result<BusChange> {
          return catalog_->make_bus(bus);
        }));
  }
  // A rule with one target per text: the members of a target but its Id.
  Result<> put_rule(const std::string& name, const std::string& pattern,
                    const std::vector<std::string>& targets, const model::BusRef& bus = ref(),
                    const std::string& state = "ENABLED") {
    auto made = make_rule(name, pattern, targets, state);
    if (auto used = run(catalog_->use(bus)); !used.ok()) return used.error();
    return run(catalog_->change(
        bus, [made, bus](const CatalogState&, const BusState* before) -> Result<BusChange> {
          RIALTO_TRY(auto compiled, compile_rule(made, bus));
          return with_rule(*before, std::move(compiled));
        }));
  }
  static model::Rule make_rule(const std::string& name, const std::string& pattern,
                               const std::vector<std::string>& targets,
                               const std::string& state = "ENABLED") {
    model::Rule rule;
    rule.name = name;
    rule.event_pattern = pattern;
    rule.state = state;
    rule.created_by = kScope.account;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const std::string id = "t" + std::to_string(i);
      auto given = json::parse(R"({"Id":")" + id + "\"," + targets[i] + "}");
      EXPECT_TRUE(given.ok()) << targets[i];
      rule.targets[id] = *model::decode_target(std::move(given).value());
    }
    return rule;
  }
  static std::string to_queue(const std::string& name, const std::string& more = "") {
    return R"("Arn":")" + queue_arn(name) + '"' + (more.empty() ? "" : ",") + more;
  }
  static std::string to_bus(const std::string& arn, const std::string& more = "") {
    return R"("RoleArn":"r","Arn":")" + arn + '"' + (more.empty() ? "" : ",") + more;
  }
  static std::string dead_letters(const std::string& queue = "dlq") {
    return R"("DeadLetterConfig":{"Arn":")" + queue_arn(queue) + R"("})";
  }

  static Entry entry(std::string source = "app", std::string detail = "{}") {
    Entry out;
    out.source = std::move(source);
    out.detail_type = "type";
    out.detail = std::move(detail);
    return out;
  }
  std::vector<EntryOutcome> put(std::vector<Entry> entries) {
    return run(ingest_->put_events(kScope, std::move(entries)));
  }
  std::vector<EntryOutcome> put(Entry entry) {
    std::vector<Entry> entries;
    entries.push_back(std::move(entry));
    return put(std::move(entries));
  }
  std::vector<queue::ReceivedMessage> receive(std::string name) {
    auto out = run(queues_->receive({.account = kScope.account, .region = kScope.region},
                                    std::move(name), {.count_max = 10, .wait = 0ms}));
    EXPECT_TRUE(out.ok());
    return out.ok() ? std::move(out).value() : std::vector<queue::ReceivedMessage>();
  }
  static std::string code_of(const queue::ReceivedMessage& dead_letter) {
    for (const auto& each : dead_letter.attributes) {
      if (each.name == "ERROR_CODE") return each.value;
    }
    return {};
  }
  void await_settled() {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (deliveries_->pending() > 0) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      std::this_thread::sleep_for(200us);
    }
  }

  MemoryBudget memory_{1'000};
  store::MemoryStore store_;
  test::FakeClock clock_;
  test::SeededIds ids_;
  net::Runtime pager_{1};
  net::Runtime runtime_{2};
  net::TaskGroup group_;
  std::unique_ptr<Metrics> bus_metrics_;
  std::unique_ptr<delivery::Metrics> delivery_metrics_;
  std::unique_ptr<queue::Queues> queues_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<delivery::Engine> deliveries_;
  std::unique_ptr<Ingest> ingest_;
};

inline void expect_failed(const EntryOutcome& outcome, std::string_view code,
                          std::string_view message) {
  ASSERT_FALSE(outcome.ok()) << message;
  EXPECT_EQ(outcome.error().reason, code);
  EXPECT_EQ(outcome.error().message, message);
}

}  // namespace rialto::bus
