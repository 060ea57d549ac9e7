// The schedule engine's promise: each due moment reaches the rule's targets, and none does twice.
#include "schedule/engine.h"

#include <algorithm>

#include "unit/bus/fixture.h"

namespace rialto::schedule {
namespace {

using bus::kScope;
using namespace std::chrono_literals;

class ScheduleTest : public bus::BusTest {
 protected:
  ScheduleTest() {
    make_queue("q");
    make_engine();
  }
  ~ScheduleTest() override { engine_->stop(); }

  void make_engine() {
    engine_ = std::make_unique<Engine>(
        Engine::Services{runtime_, store_, *catalog_, *ingest_, clock_, ids_});
    EXPECT_TRUE(engine_->load().ok());
    catalog_->on_schedule_put([this] { engine_->look_again(); });
    engine_->start();
  }
  void restart_all(Millis passes) {
    engine_->stop();
    engine_.reset();
    clock_.advance(passes);
    restart();
    make_engine();
  }
  void advance(Millis by) {
    clock_.advance(by);
    engine_->look_again();
  }

  void put_schedule(const std::string& name, const std::string& expression,
                    const std::vector<std::string>& targets,
                    std::optional<std::string> pattern = std::nullopt) {
    model::Rule rule = make_rule(name, "", targets);
    rule.event_pattern = std::move(pattern);
    rule.schedule = model::Schedule{expression, clock_.now()};
    ASSERT_TRUE(run(catalog_->use(bus::ref())).ok());
    const auto plan = [rule](const bus::CatalogState&,
                             const bus::BusState* before) -> Result<bus::BusChange> {
      RIALTO_TRY(auto compiled, bus::compile_rule(rule, bus::ref()));
      return bus::with_rule(*before, std::move(compiled));
    };
    ASSERT_TRUE(run(catalog_->change(bus::ref(), plan)).ok());
  }
  // The next message; waits for it.
  std::string next(const std::string& queue = "q") {
    auto got = run(queues_->receive({.account = kScope.account, .region = kScope.region}, queue,
                                    {.count_max = 1, .visibility = 12h, .wait = 20s}));
    return got.ok() && !got->empty() ? got->at(0).body : "nothing";
  }
  std::string next_time() {
    const auto event = json::parse(next());
    const json::Value* time = event.ok() ? event->find("time") : nullptr;
    return time != nullptr ? time->as_string() : "nothing";
  }
  std::size_t records() {
    std::size_t count = 0;
    EXPECT_TRUE(store_
                    .scan(store::Table::Meta, store::prefix_range(store::kRuleFiredPrefix),
                          [&count](std::string_view, std::string_view) { return ++count > 0; })
                    .ok());
    return count;
  }
  template <class Condition>
  void await(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      std::this_thread::sleep_for(200us);
    }
  }

  std::unique_ptr<Engine> engine_;
};

TEST_F(ScheduleTest, SendsTheScheduledEventInAwsShape) {
  put_schedule("r", "cron(5 12 * * ? *)", {to_queue("q")});
  advance(5min + 7s);
  const std::string text = next();
  const std::string head = R"({"version":"0","id":")";
  ASSERT_TRUE(text.starts_with(head)) << text;
  EXPECT_EQ(text.substr(head.size() + 36),
            R"(","detail-type":"Scheduled Event","source":"aws.events","account":"111122223333",)"
            R"("time":"2026-01-15T12:05:00Z","region":"us-east-1",)"
            R"("resources":["arn:aws:events:us-east-1:111122223333:rule/r"],"detail":{}})");
}

TEST_F(ScheduleTest, RatesFireAPeriodAfterTheirAnchor) {
  clock_.advance(10'250ms);
  put_schedule("r", "rate(1 minute)", {to_queue("q")});
  advance(60s);
  EXPECT_EQ(next_time(), "2026-01-15T12:01:10Z");
  advance(60s);
  EXPECT_EQ(next_time(), "2026-01-15T12:02:10Z");
}

TEST_F(ScheduleTest, ARuleThatIsPutLateFiresAtOnce) {
  // Its anchor is older than the moment at which it is published, as when a commit takes long.
  put_schedule("sentinel", "rate(1 day)", {to_queue("q")});
  model::Rule rule = make_rule("r", "", {to_queue("q")});
  rule.event_pattern = std::nullopt;
  rule.schedule = model::Schedule{"cron(* * * * ? *)", clock_.now() - 100ms};
  const auto plan = [rule](const bus::CatalogState&,
                           const bus::BusState* before) -> Result<bus::BusChange> {
    RIALTO_TRY(auto compiled, bus::compile_rule(rule, bus::ref()));
    return bus::with_rule(*before, std::move(compiled));
  };
  ASSERT_TRUE(run(catalog_->change(bus::ref(), plan)).ok());
  EXPECT_EQ(next_time(), "2026-01-15T12:00:00Z");
}

TEST_F(ScheduleTest, ReachesTheRulesOwnTargetsOnly) {
  make_queue("other");
  ASSERT_TRUE(put_rule("any", R"({"source":[{"prefix":""}]})", {to_queue("other")}).ok());
  put_schedule("r", "rate(1 minute)", {to_queue("q", R"("Input":"{\"a\":1}")"), to_queue("q")});
  advance(60s);
  const std::string first = next();
  const std::string second = next();
  EXPECT_TRUE((first == R"({"a":1})") != (second == R"({"a":1})")) << first << second;
  EXPECT_TRUE(receive("other").empty());
}

TEST_F(ScheduleTest, AndAPatternAreIndependent) {
  put_schedule("r", "rate(1 minute)", {to_queue("q")}, R"({"source":["app"]})");
  EXPECT_TRUE(put(entry())[0].ok());
  EXPECT_NE(next().find(R"("source":"app")"), std::string::npos);
  advance(60s);
  EXPECT_NE(next().find(R"("source":"aws.events")"), std::string::npos);
}

TEST_F(ScheduleTest, NoEventOfOthersTriggersIt) {
  put_schedule("r", "rate(1 minute)", {to_queue("q")});
  const auto put = run(ingest_->put_envelopes(
      bus::ref(), {*json::parse(R"({"source":"aws.events","detail-type":"Scheduled Event",)"
                                R"("resources":[],"detail":{}})")}));
  ASSERT_TRUE(put.ok());
  EXPECT_EQ(bus_metrics_->unmatched, 1U);
  EXPECT_TRUE(receive("q").empty());
}

TEST_F(ScheduleTest, GoesThroughTheDeliveriesToAnotherBus) {
  ASSERT_TRUE(make_bus("orders").ok());
  ASSERT_TRUE(
      put_rule("all", R"({"source":["aws.events"]})", {to_queue("q")}, bus::ref("orders")).ok());
  put_schedule("r", "rate(1 minute)", {to_bus(bus::bus_arn("orders"))});
  advance(60s);
  EXPECT_EQ(next_time(), "2026-01-15T12:01:00Z");
  EXPECT_EQ(delivery_metrics_->attempts, 2U);
}

TEST_F(ScheduleTest, ARestartFiresNothingTwice) {
  put_schedule("r", "cron(0/10 12 * * ? *)", {to_queue("q")});
  advance(10min);
  EXPECT_EQ(next_time(), "2026-01-15T12:10:00Z");
  restart_all(9min);
  put_schedule("sentinel", "cron(20 12 * * ? *)", {to_queue("q", R"("Input":"\"seen\"")")});
  advance(1min);
  std::vector<std::string> both{next(), next()};
  std::ranges::sort(both);
  EXPECT_EQ(both[0], R"("seen")");
  EXPECT_NE(both[1].find("T12:20:00Z"), std::string::npos) << both[1];
  EXPECT_EQ(engine_->metrics().fired, 2U);
}

TEST_F(ScheduleTest, WhatWasMissedFiresOnceAfterARestart) {
  put_schedule("r", "cron(0/10 12 * * ? *)", {to_queue("q")});
  restart_all(35min);
  EXPECT_EQ(next_time(), "2026-01-15T12:30:00Z");
  advance(5min);
  EXPECT_EQ(next_time(), "2026-01-15T12:40:00Z");
  EXPECT_EQ(engine_->metrics().fired, 2U);
}

TEST_F(ScheduleTest, WhatCannotBeStoredFiresLater) {
  put_schedule("r", "rate(1 minute)", {to_queue("q")});
  store_.fail_next(1);
  advance(60s);
  EXPECT_EQ(next_time(), "2026-01-15T12:01:00Z");
  EXPECT_EQ(engine_->metrics().failed, 1U);
  EXPECT_EQ(engine_->metrics().fired, 1U);
}

TEST_F(ScheduleTest, TheRecordGoesWithTheRule) {
  put_schedule("r", "rate(1 minute)", {});
  advance(60s);
  await([this] { return engine_->metrics().fired == 1; });
  EXPECT_EQ(records(), 1U);
  const auto plan = [](const bus::CatalogState&, const bus::BusState* before) {
    return Result<bus::BusChange>(bus::without_rule(*before, "r"));
  };
  ASSERT_TRUE(run(catalog_->change(bus::ref(), plan)).ok());
  EXPECT_EQ(records(), 0U);
}

TEST_F(ScheduleTest, TheRecordGoesWithAReset) {
  put_schedule("r", "rate(1 minute)", {});
  advance(60s);
  await([this] { return engine_->metrics().fired == 1; });
  ASSERT_TRUE(run(catalog_->reset()).ok());
  EXPECT_EQ(records(), 0U);
}

TEST_F(ScheduleTest, AStartErasesRecordsOfNothing) {
  put_schedule("r", "rate(1 minute)", {});
  advance(60s);
  await([this] { return engine_->metrics().fired == 1; });
  const store::BusId bus = catalog_->state()->find(bus::ref())->bus.id;
  store::Batch late;
  late.put(store::Table::Meta, store::encode(store::RuleFiredKey{bus, "gone"}),
           encode(Fired{clock_.now(), clock_.now()}));
  late.put(store::Table::Meta, store::encode(store::RuleFiredKey{99, "r"}),
           encode(Fired{clock_.now(), clock_.now()}));
  store_.submit(std::move(late), [](const Result<>&) {});
  EXPECT_EQ(records(), 3U);
  restart_all(0ms);
  await([this] { return records() == 1; });
}

TEST_F(ScheduleTest, ManyFireTogether) {
  for (int i = 0; i < 150; ++i) {
    put_schedule("r" + std::to_string(i), "rate(1 minute)", {to_queue("q")});
  }
  advance(60s);
  await([this] { return engine_->metrics().fired == 150; });
  EXPECT_EQ(records(), 150U);
}

TEST(ScheduleLoad, ARecordThatCannotBeReadStopsTheStart) {
  store::MemoryStore store;
  store::Batch batch;
  batch.put(store::Table::Meta, store::encode(store::RuleFiredKey{1, "r"}), "\x02");
  store.submit(std::move(batch), [](const Result<>&) {});
  test::FakeClock clock;
  test::SeededIds ids;
  net::Runtime runtime(1);
  queue::Queues queues(store, clock, ids);
  bus::Catalog catalog(store, clock);
  delivery::Metrics delivery_metrics;
  bus::Metrics metrics;
  net::Runtime pager(1);
  delivery::Engine deliveries(
      {runtime.executors(), pager.executor(0), store, queues, clock, ids, delivery_metrics});
  bus::Ingest ingest({store, catalog, queues, deliveries, clock, ids, metrics, delivery_metrics});
  Engine engine({runtime, store, catalog, ingest, clock, ids});
  EXPECT_EQ(engine.load().error().code, Code::Corruption);
}

}  // namespace
}  // namespace rialto::schedule
