// The EventBridge handlers over buses, queues and deliveries in memory.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "service/events_service.h"
#include "store/memory/memory_store.h"
#include "support/fake_clock.h"
#include "support/fake_sender.h"
#include "support/run.h"
#include "support/seeded_ids.h"

namespace rialto::service {

namespace events = api::events;

class EventsTest : public ::testing::Test {
 protected:
  explicit EventsTest(EventsQuotas quotas = {})
      : service_({catalog_, ingest_, archives_, replays_, connections_, api_destinations_,
                  event_sources_, clock_},
                 quotas) {
    EXPECT_TRUE(connections_.load(crypto::make_secret_key()).ok());
    deliveries_.set_target_types(targets::make_target_types({ingest_}));
  }
  ~EventsTest() override {
    replays_.stop();
    connections_.stop();
    deliveries_.stop();
    runtime_.stop();
  }

  template <class T>
  T run(Task<T> task) {
    return test::run(runtime_.executor(0), std::move(task));
  }

  static std::string queue_arn(const std::string& name) {
    return "arn:aws:sqs:us-east-1:111122223333:" + name;
  }
  Result<events::PutRuleResponse> put_rule(const std::string& name,
                                           const std::string& pattern = kPattern,
                                           std::optional<std::string> bus = std::nullopt) {
    return run(service_.put_rule(
        caller_, {.name = name, .event_pattern = pattern, .event_bus_name = std::move(bus)}));
  }
  Result<events::CreateEventBusResponse> create_bus(const std::string& name) {
    return run(service_.create_event_bus(caller_, {.name = name}));
  }
  Result<events::PutTargetsResponse> put_targets(const std::string& rule,
                                                 std::vector<events::Target> targets) {
    return run(service_.put_targets(caller_, {.rule = rule, .targets = std::move(targets)}));
  }
  std::vector<events::Target> targets_of(const std::string& rule) {
    auto out = run(service_.list_targets_by_rule(caller_, {.rule = rule}));
    EXPECT_TRUE(out.ok());
    return out.ok() ? *std::move(out->targets) : std::vector<events::Target>();
  }

  // By the error's name on the wire.
  template <class T>
  static void expect_error(const Result<T>& result, std::string_view name,
                           std::string_view message) {
    ASSERT_FALSE(result.ok()) << message;
    EXPECT_EQ(api::wire_error(events::kFacts, result.error()).name, name);
    EXPECT_EQ(result.error().message, message);
  }

  static constexpr const char* kPattern = R"({"source":["app"]})";

  api::Caller caller_{.account = "111122223333", .region = "us-east-1"};
  store::MemoryStore store_;
  test::FakeClock clock_;
  test::SeededIds ids_;
  bus::Metrics bus_metrics_;
  delivery::Metrics delivery_metrics_;
  net::Runtime runtime_{1};
  net::Runtime pager_{1};
  queue::Queues queues_{store_, clock_, ids_};
  bus::Catalog catalog_{store_, clock_};
  delivery::Engine deliveries_{
      {runtime_.executors(), pager_.executor(0), store_, queues_, clock_, ids_, delivery_metrics_}};
  bus::Ingest ingest_{
      {store_, catalog_, queues_, deliveries_, clock_, ids_, bus_metrics_, delivery_metrics_}};
  archive::Archives archives_{store_, catalog_, clock_, ids_};
  archive::Replays replays_{{runtime_, store_, ingest_, archives_, clock_}};
  test::FakeSender sender_;
  connection::Connections connections_{
      {runtime_.executor(0), store_, clock_, ids_, sender_, connection::PlainHttp::OnLoopback}};
  connection::ApiDestinations api_destinations_{
      {store_, clock_, ids_, connections_, connection::PlainHttp::Anywhere}};
  partner::EventSources event_sources_{{store_, catalog_, clock_}};
  EventsService service_;
};

}  // namespace rialto::service
