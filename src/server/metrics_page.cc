#include "server/metrics_page.h"

#include <algorithm>

#include "base/exposition.h"
#include "base/version.h"
#include "server/process.h"

namespace rialto::server {
namespace {

using Type = Exposition::Type;

double seconds(std::uint64_t nanos) { return static_cast<double>(nanos) / 1e9; }

void add_events(Exposition& out, const bus::Metrics& from) {
  out.counter("rialto_events_accepted_total", from.accepted.load(),
              "Events accepted, matched or not (CloudWatch: PutEventsEntriesCount less "
              "PutEventsFailedEntriesCount).");
  out.counter("rialto_entries_rejected_total", from.rejected.load(),
              "PutEvents entries not accepted (CloudWatch: PutEventsFailedEntriesCount).");
  out.counter("rialto_entries_throttled_total", from.throttled.load(),
              "Of these, entries refused because the memory budget, a rate or a FIFO queue was at "
              "its limit (CloudWatch: PutEventsThrottledCount, which counts calls).");
  out.counter("rialto_events_unmatched_total", from.unmatched.load(),
              "Events accepted that matched no rule.");
  out.counter("rialto_events_for_unknown_bus_total", from.unknown_bus.load(),
              "Events accepted for an event bus that does not exist, and dropped as AWS does.");
  out.counter("rialto_rules_matched_total", from.matched_rules.load(),
              "Rules that events matched (CloudWatch: TriggeredRules).");
}

void add_buses(Exposition& out, const bus::CatalogState& catalog) {
  const auto add = [&](std::string_view name, std::atomic<std::uint64_t> bus::BusMetrics::* count,
                       std::string_view help) {
    out.family(name, Type::Counter, help);
    std::size_t shown = 0;
    for (const auto& [key, bus] : catalog.buses) {
      if (++shown > kBusesShownMax) break;
      const model::BusRef& ref = bus->ref;
      out.sample((bus->metrics.get()->*count).load(),
                 {{"account", ref.account}, {"region", ref.region}, {"bus", ref.name}});
    }
  };
  out.gauge("rialto_buses", std::uint64_t{catalog.buses.size()},
            "Event buses; the first 1,000 have series of their own.");
  add("rialto_bus_events_total", &bus::BusMetrics::events, "Events a bus accepted.");
  add("rialto_bus_events_matched_total", &bus::BusMetrics::matched,
      "Events that matched a rule of the bus (CloudWatch: MatchedEvents by EventBusName).");
  add("rialto_bus_rules_matched_total", &bus::BusMetrics::matched_rules,
      "Rules of the bus that events matched (CloudWatch: TriggeredRules by EventBusName).");
}

void add_by_reason(Exposition& out, std::string_view name, const CountsByName& counts,
                   std::string_view help) {
  out.family(name, Type::Counter, help);
  for (const auto& [reason, count] : counts.read()) out.sample(count, {{"reason", reason}});
}

void add_deliveries(Exposition& out, const MetricSources& from) {
  const delivery::Metrics& metrics = from.deliveries;
  out.counter("rialto_delivery_attempts_total", metrics.attempts.load(),
              "Attempts to deliver an event to a target (CloudWatch: InvocationAttempts).");
  out.counter("rialto_deliveries_succeeded_total", metrics.delivered.load(),
              "Events delivered to a target (CloudWatch: SuccessfulInvocationAttempts).");
  out.counter("rialto_delivery_retries_total", metrics.retried.load(),
              "Attempts that failed and are made again (CloudWatch: RetryInvocationAttempts).");
  add_by_reason(out, "rialto_delivery_attempts_failed_total", metrics.failed_attempts,
                "Attempts that failed, by ERROR_CODE, retried or not.");
  out.counter("rialto_deliveries_dead_lettered_total", metrics.dead_lettered.load(),
              "Deliveries given up that are in a dead-letter queue (CloudWatch: "
              "InvocationsSentToDlq).");
  out.counter("rialto_deliveries_dropped_total", metrics.dropped.load(),
              "Deliveries given up and lost for want of a dead-letter queue (CloudWatch: "
              "FailedInvocations, InvocationsFailedToBeSentToDlq).");
  add_by_reason(out, "rialto_deliveries_given_up_total", metrics.given_up,
                "Deliveries dead-lettered or dropped, by ERROR_CODE (CloudWatch: "
                "FailedInvocations, DeadLetterInvocations).");
  out.gauge("rialto_deliveries_pending", std::uint64_t{from.engine.pending()},
            "Deliveries owed: being attempted, or waiting for the next attempt.");
  out.gauge("rialto_deliveries_in_memory", std::uint64_t{from.engine.in_memory()},
            "Of these, the ones that wait in memory; others are under way, or on disk only.");
  out.counter("rialto_delivery_breakers_opened_total", metrics.breakers_opened.load(),
              "Times that a target was found dead: twenty attempts in a row got no answer.");
  out.gauge("rialto_delivery_breakers_open", std::uint64_t{from.engine.open_breakers()},
            "Targets of rules that are dead: attempted one at a time until one answers.");
  out.gauge("rialto_deliveries_held_back", std::uint64_t{from.engine.held_back()},
            "Deliveries owed to dead targets: not attempted until the target answers again.");
  const auto oldest = from.engine.oldest();
  out.gauge("rialto_oldest_pending_event_age_seconds",
            oldest
                ? std::max(0.0, std::chrono::duration<double>(from.clock.now() - *oldest).count())
                : 0.0,
            "The age of the oldest event that is owed to a target; 0 when none is.");
  out.histogram(
      "rialto_ingest_to_first_attempt_seconds", metrics.to_first_attempt,
      "From when an event arrives to its first attempt at a target; for a built-in queue, "
      "until its message is stored (CloudWatch: IngestiontoInvocationStartLatency).");
  out.histogram("rialto_ingest_to_success_seconds", metrics.to_success,
                "From when an event arrives to its delivery, with retries (CloudWatch: "
                "IngestionToInvocationSuccessLatency).");
}

void add_outbound(Exposition& out, const http::OutboundMetrics& from) {
  out.family("rialto_outbound_calls_total", Type::Counter,
             "Calls of other servers, by outcome: the class of the answer's status, timeout, "
             "unavailable, denied (by the egress guard), invalid (also: no such host), cancelled.");
  for (std::size_t ending = 0; ending < http::kEndings.size(); ++ending) {
    out.sample(from.calls[ending].load(), {{"outcome", http::kEndings[ending]}});
  }
  out.gauge("rialto_outbound_calls_under_way", from.under_way.load(),
            "Calls of other servers that are not answered yet.");
  out.counter("rialto_outbound_connections_opened_total", from.connections_opened.load(),
              "Connections that were made for them.");
  out.counter("rialto_outbound_connections_reused_total", from.connections_reused.load(),
              "Calls that were made over a connection of an earlier one.");
}

void add_requests(Exposition& out, const front::Metrics& from) {
  const auto each = [&](std::string_view name, Type type, std::string_view help, auto add) {
    out.family(name, type, help);
    for (const front::OperationMetrics& one : from.operations()) {
      // Operations that nobody has called would be most of the page.
      if (one.succeeded + one.refused + one.failed > 0) add(one);
    }
  };
  each("rialto_requests_total", Type::Counter,
       "Calls of API operations, by outcome: succeeded, refused (4xx), failed (5xx) (CloudWatch, "
       "for "
       "PutEvents: PutEventsApproximateCallCount, ...SuccessCount, ...FailedCount).",
       [&out](const front::OperationMetrics& one) {
         const auto sample = [&](std::string_view outcome, std::uint64_t count) {
           out.sample(
               count,
               {{"service", one.service}, {"operation", one.operation}, {"outcome", outcome}});
         };
         sample("succeeded", one.succeeded);
         sample("refused", one.refused);
         sample("failed", one.failed);
       });
  each("rialto_request_duration_seconds", Type::Histogram,
       "From when a call was read until it is answered (CloudWatch, for PutEvents: "
       "PutEventsLatency).",
       [&out](const front::OperationMetrics& one) {
         out.sample(one.duration, {{"service", one.service}, {"operation", one.operation}});
       });
  each("rialto_request_bytes_total", Type::Counter,
       "Bytes of the bodies of calls (CloudWatch, for PutEvents: the sum of PutEventsRequestSize).",
       [&out](const front::OperationMetrics& one) {
         out.sample(one.request_bytes.load(),
                    {{"service", one.service}, {"operation", one.operation}});
       });
  out.counter("rialto_requests_unknown_total", from.unknown.load(),
              "Requests that named no operation of ours.");
}

void add_queues(Exposition& out, const queue::Queues& queues) {
  const auto depths = queues.depths(kQueuesShownMax);
  out.gauge("rialto_queues", std::uint64_t{depths.queues},
            "Built-in queues; the first 1,000 have series of their own.");
  const auto add = [&](std::string_view name, std::int64_t queue::Counts::* count,
                       std::string_view help) {
    out.family(name, Type::Gauge, help);
    for (const auto& depth : depths.first) {
      out.sample(static_cast<std::uint64_t>(std::max<std::int64_t>(0, depth.counts.*count)),
                 {{"account", depth.scope.account},
                  {"region", depth.scope.region},
                  {"queue", depth.queue}});
    }
  };
  add("rialto_queue_messages_visible", &queue::Counts::visible,
      "Messages that can be received (CloudWatch: AWS/SQS ApproximateNumberOfMessagesVisible).");
  add("rialto_queue_messages_in_flight", &queue::Counts::in_flight,
      "Messages received and not deleted yet (CloudWatch: AWS/SQS "
      "ApproximateNumberOfMessagesNotVisible).");
  add("rialto_queue_messages_delayed", &queue::Counts::delayed,
      "Messages that cannot be received yet (CloudWatch: AWS/SQS "
      "ApproximateNumberOfMessagesDelayed).");
}

void add_store(Exposition& out, const store::Metrics& from) {
  out.counter("rialto_store_batches_total", from.batches.load(), "Batches of changes written.");
  out.histogram("rialto_store_group_batches", from.group_batches,
                "Batches that were made durable together, by one write.");
  out.counter("rialto_store_write_failures_total", from.failures.load(),
              "Groups of batches that could not be written.");
  out.counter("rialto_store_damaged_total", from.damaged.load(),
              "Places of the journal that could not be read back at start, and segments that are "
              "missing: what was accepted and lies there is lost.");
  out.counter("rialto_store_journal_bytes_total", from.journal_bytes.load(),
              "Bytes written to the journal.");
  out.histogram("rialto_store_sync_duration_seconds", from.sync,
                "fdatasync of the journal: one for each group.");
  out.counter("rialto_store_layers_absorbed_total", from.absorbed_layers.load(),
              "Layers that RocksDB has absorbed: the changes of one segment of the journal.");
  out.counter("rialto_store_absorb_seconds_total", seconds(from.absorb_nanos),
              "Seconds that absorbing has taken.");
  out.gauge("rialto_store_layers_waiting", from.layers_waiting.load(),
            "Layers in memory that wait to be absorbed.");
  out.counter("rialto_store_stalls_total", from.stalls.load(),
              "Writes that had to wait until a layer was absorbed.");
  out.counter("rialto_store_stall_seconds_total", seconds(from.stall_nanos),
              "Seconds that they waited.");
}

void add_process(Exposition& out, const MetricSources& from) {
  const ProcessFacts process = read_process();
  const double uptime = std::chrono::duration<double>(from.uptime.elapsed()).count();
  const double now = static_cast<double>(to_millis(from.clock.now())) / 1e3;
  out.counter("process_cpu_seconds_total", process.cpu_seconds,
              "User and system CPU time spent in seconds.");
  out.gauge("process_resident_memory_bytes", process.resident_bytes,
            "Resident memory size in bytes.");
  out.gauge("rialto_memory_budget_bytes", std::uint64_t{from.memory.limit_bytes()},
            "Resident memory above which producers are throttled.");
  out.gauge("process_open_fds", process.open_files, "Number of open file descriptors.");
  out.gauge("process_start_time_seconds", now - uptime,
            "Start time of the process since unix epoch in seconds.");
  out.gauge("rialto_uptime_seconds", uptime, "Seconds since the server was started.");
  out.family("rialto_build_info", Type::Gauge, "1; the version is in the label.");
  out.sample(std::uint64_t{1}, {{"version", kVersion}});
}

}  // namespace

std::string metrics_page(const MetricSources& from) {
  Exposition out;
  add_events(out, from.buses);
  add_buses(out, from.catalog);
  add_deliveries(out, from);
  add_outbound(out, from.outbound);
  add_requests(out, from.front);
  add_queues(out, from.queues);
  add_store(out, from.store);
  out.gauge("rialto_tail_watchers", std::uint64_t{from.tail.size()},
            "Who watches a bus with `rialto tail`.");
  add_process(out, from);
  return out.take();
}

}  // namespace rialto::server
