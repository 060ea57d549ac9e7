// The parts of a server, in the order in which they need each other. Private to server.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "access/key_ring.h"
#include "archive/archives.h"
#include "archive/replays.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/memory_budget.h"
#include "bus/catalog.h"
#include "bus/ingest.h"
#include "connection/api_destinations.h"
#include "connection/connections.h"
#include "delivery/engine.h"
#include "front/front.h"
#include "http/outbound.h"
#include "http/server.h"
#include "net/runtime.h"
#include "net/task_group.h"
#include "partner/event_sources.h"
#include "queue/queues.h"
#include "schedule/engine.h"
#include "server/live_keys.h"
#include "server/memory_shares.h"
#include "server/movable_clock.h"
#include "server/notices.h"
#include "server/options.h"
#include "service/events_service.h"
#include "service/sqs_service.h"
#include "service/sts_service.h"
#include "store/store.h"
#include "targets/credentials.h"
#include "watch/watch.h"

namespace rialto::server {

class Node final : public front::RialtoPort {
 public:
  // Opens the store and reads it. Errors: why not.
  static Result<std::unique_ptr<Node>> open(Options options);
  // Requires that `stop` was called, if `start` was.
  ~Node() override;

  // Listens; answers the port.
  Result<std::uint16_t> start();
  // Reads the certificate again; one that cannot be used leaves the one there is, and is logged.
  void reload();
  // Drains and ends everything but the store. Blocks.
  void stop();

  Task<Result<std::size_t>> put_envelopes(api::Caller caller, std::string bus,
                                          std::vector<json::Value> envelopes) override;
  Task<Result<json::Value>> explain(api::Caller caller, std::string bus,
                                    json::Value event) override;
  Task<Result<json::Value>> start_replay(api::Caller caller, json::Value request) override;
  Result<json::Value> describe_replay(const api::Caller& caller, const std::string& name) override;
  Task<Result<>> backup(std::string directory) override;
  Task<Result<>> reset() override;
  Result<TimePoint> advance_clock(std::chrono::seconds by) override;
  json::Value status() override;
  std::string metrics() override;
  Result<json::Value> trace(std::string event_id) override;
  Task<json::Value> targets(api::Caller caller) override;
  Task<Result<std::shared_ptr<http::BodyStream>>> tail(api::Caller caller, std::string bus,
                                                       std::optional<std::string> pattern) override;

 private:
  Node(Options options, const MemoryShares& shares, std::unique_ptr<store::Store> store,
       std::shared_ptr<const store::Metrics> store_metrics);
  Result<> load();
  Result<> load_secrets();
  Result<> load_certificate();
  Result<> load_connections(const crypto::SecretKey& key);

  const Options options_;
  MovableClock clock_;
  SystemIds ids_;
  Stopwatch uptime_;
  bus::Metrics bus_metrics_;
  delivery::Metrics delivery_metrics_;
  watch::Watch watch_;
  MemoryBudget memory_;
  std::shared_ptr<const store::Metrics> store_metrics_;
  std::unique_ptr<store::Store> store_;
  SystemClock signers_clock_;  // a clock that tests move is not that of those who sign
  access::KeyRing keys_;
  std::optional<LiveKeys> live_keys_;
  net::Runtime runtime_;
  net::Runtime pager_{1};
  http::Outbound outbound_;
  queue::Queues queues_;
  targets::Credentials credentials_;
  bus::Catalog catalog_;
  delivery::Engine deliveries_;
  bus::Ingest ingest_;
  schedule::Engine schedules_;
  archive::Archives archives_;
  archive::Replays replays_;
  connection::Connections connections_;
  connection::ApiDestinations api_destinations_;
  Notices notices_;
  partner::EventSources event_sources_;
  service::EventsService events_;
  service::SqsService sqs_;
  service::StsService sts_;
  front::Front front_;
  http::Server http_;
  std::atomic<bool> is_stopping_{false};
  net::TaskGroup upkeep_;
};

}  // namespace rialto::server
