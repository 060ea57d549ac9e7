#include "server/node.h"

#include <unistd.h>

#include <algorithm>
#include <thread>

#include "base/log.h"
#include "base/version.h"
#include "json/read.h"
#include "server/metrics_page.h"
#include "server/process.h"
#include "server/replay_request.h"
#include "server/secrets_key.h"
#include "server/tail_stream.h"
#include "server/targets_page.h"
#include "targets/target_type.h"

namespace rialto::server {
namespace {

using connection::PlainHttp;

// SIGTERM must end the process within 10 s: requests get most of that.
constexpr std::chrono::seconds kDrain{7};

// What one answer tells of rules that nearly match.
constexpr std::size_t kNearMissesMax = 100;

constexpr std::chrono::milliseconds kMemoryLook{50};
constexpr std::chrono::seconds kMemoryGiveBack{1};

std::size_t loops_of(const Options& options) {
  if (options.threads > 0) return options.threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

// Producers wait when too much memory is in use, and until it is not. What is free and not given
// back does not count.
Task<> watch_memory(MemoryBudget* memory, const std::atomic<bool>* is_over) {
  Stopwatch since_given_back;
  while (!*is_over) {
    memory->set_used_bytes(resident_bytes());
    if (memory->is_spent() && since_given_back.elapsed() > kMemoryGiveBack) {
      give_memory_back();
      memory->set_used_bytes(resident_bytes());
      since_given_back = {};
    }
    co_await net::sleep_for(kMemoryLook);
  }
}

model::Scope scope_of(const api::Caller& caller) {
  return {.account = caller.account, .region = caller.region};
}

// The bus that a request names: a name, an ARN, or empty for the caller's default one.
Result<model::BusRef> bus_of(const api::Caller& caller, std::string bus) {
  std::optional<std::string> name;
  if (!bus.empty()) name = std::move(bus);
  return model::BusRef::parse(name, scope_of(caller));
}

json::Value number(double value) { return json::Number{std::to_string(value)}; }

json::Value count(const std::atomic<std::uint64_t>& counter) {
  return static_cast<std::int64_t>(counter.load());
}

front::FrontOptions front_options(const Options& options, const access::KeyRing& keys,
                                  const Clock& clock) {
  front::FrontOptions out;
  out.is_dev = options.is_dev();
  out.takes_any_host = options.insecure_listen;
  out.gate.identity = {options.default_region, options.accounts};
  if (options.auth == Auth::Sigv4) out.gate.keys = &keys;
  out.gate.clock = &clock;
  out.metrics_allow = options.metrics_allow;
  return out;
}

http::ServerOptions server_options(const Options& options) {
  http::ServerOptions out;
  out.connections_max = options.connections_max;
  out.connections_per_address_max = options.connections_per_address_max;
  return out;
}

http::OutboundOptions outbound_options(const Options& options) {
  http::OutboundOptions out;
  out.egress = {options.egress_allow, options.egress_deny, options.is_dev()};
  out.proxy = options.outbound_proxy;
  out.ca_file = options.outbound_ca_file;
  return out;
}

}  // namespace

Node::Node(Options options, const MemoryShares& shares, std::unique_ptr<store::Store> store,
           std::shared_ptr<const store::Metrics> store_metrics)
    : options_(std::move(options)),
      watch_(shares.trace),
      memory_(budget_of(options_)),
      store_metrics_(std::move(store_metrics)),
      store_(std::move(store)),
      keys_(options_.clock_skew),
      runtime_(loops_of(options_)),
      outbound_(runtime_, outbound_options(options_)),
      queues_(*store_, clock_, ids_, shares.queues),
      credentials_(options_.aws_keys, options_.endpoints, outbound_, clock_),
      catalog_(*store_, clock_, ids_.random(), options_.endpoints),
      deliveries_({runtime_.executors(), pager_.executor(0), *store_, queues_, clock_, ids_,
                   delivery_metrics_, &watch_, shares.lanes}),
      ingest_({*store_, catalog_, queues_, deliveries_, clock_, ids_, bus_metrics_,
               delivery_metrics_, &watch_, &memory_, options_.rates}),
      schedules_({runtime_, *store_, catalog_, ingest_, clock_, ids_}),
      archives_(*store_, catalog_, clock_, ids_),
      replays_({runtime_, *store_, ingest_, archives_, clock_}),
      connections_({runtime_.executor(0), *store_, clock_, ids_, outbound_,
                    options_.is_dev() ? PlainHttp::OnLoopback : PlainHttp::Refused}),
      api_destinations_({*store_, clock_, ids_, connections_,
                         options_.is_dev() ? PlainHttp::Anywhere : PlainHttp::Refused}),
      notices_(runtime_.executor(0), ingest_),
      event_sources_({*store_, catalog_, clock_}),
      events_({catalog_, ingest_, archives_, replays_, connections_, api_destinations_,
               event_sources_, clock_}),
      sqs_(queues_, [this](std::string_view arn) { return catalog_.is_dead_letter_queue(arn); }),
      front_({&events_, &sqs_, &sts_}, *this, ids_, front_options(options_, keys_, signers_clock_)),
      http_(
          runtime_, server_options(options_),
          [this](http::Request request) { return front_.handle(std::move(request)); },
          [this](int status) { return front_.refuse(status); }) {}

Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::open(Options options) {
  auto metrics = std::make_shared<store::Metrics>();
  const MemoryShares shares(options);
  RIALTO_TRY(auto store,
             store::open_durable({options.data_dir, options.durability, metrics, shares.store}));
  std::unique_ptr<Node> node(
      new Node(std::move(options), shares, std::move(store), std::move(metrics)));
  RIALTO_TRY_VOID(node->load());
  return node;
}

Result<> Node::load() {
  RIALTO_TRY_VOID(queues_.load());
  RIALTO_TRY_VOID(catalog_.load());
  RIALTO_TRY_VOID(schedules_.load());
  catalog_.on_schedule_put([this] { schedules_.look_again(); });
  RIALTO_TRY_VOID(archives_.load());
  RIALTO_TRY_VOID(replays_.load());
  RIALTO_TRY_VOID(event_sources_.load());
  RIALTO_TRY_VOID(load_secrets());
  const targets::CallServices calls{options_.endpoints, credentials_,     outbound_, clock_, ids_,
                                    connections_,       api_destinations_};
  deliveries_.set_target_types(targets::make_target_types(ingest_, &calls));
  return deliveries_.load();
}

Result<> Node::load_secrets() {
  RIALTO_TRY(const bool has_secrets, connection::Connections::has_secrets(*store_));
  const bool is_new = !has_secrets && !KeyStore::exists(options_);
  RIALTO_TRY(const auto key,
             load_secrets_key({options_.secrets_key_file, options_.data_dir, is_new}));
  if (options_.auth == Auth::Sigv4) {
    live_keys_.emplace(KeyStore(options_, key), keys_);
    RIALTO_TRY_VOID(live_keys_->load());
  }
  return load_connections(key);
}

Result<> Node::load_connections(const crypto::SecretKey& key) {
  const auto tell = [this](connection::Notice notice) { notices_.put(std::move(notice)); };
  connections_.observe(tell, [this](const model::Connection& connection, bool is_active) {
    api_destinations_.connection_turned(connection, is_active);
  });
  api_destinations_.observe(tell);
  RIALTO_TRY_VOID(connections_.load(key));
  return api_destinations_.load();
}

Result<std::uint16_t> Node::start() {
  upkeep_.spawn(runtime_.executor(0), "queue.maintain", queues_.maintain());
  upkeep_.spawn(runtime_.executor(runtime_.size() - 1), "queue.moves", queues_.run_moves());
  upkeep_.spawn(runtime_.executor(0), "memory.watch", watch_memory(&memory_, &is_stopping_));
  if (live_keys_) {
    upkeep_.spawn(runtime_.executor(0), "keys.watch", live_keys_->watch(&is_stopping_));
  }
  upkeep_.spawn(runtime_.executor(0), "archive.maintain", archives_.maintain());
  upkeep_.spawn(runtime_.executor(0), "replay.maintain", replays_.maintain());
  replays_.resume();
  connections_.start();
  RIALTO_TRY_VOID(load_certificate());
  RIALTO_TRY(const auto port, http_.listen(options_.listen_address, options_.listen_port));
  schedules_.start();
  front_.set_ready(true);
  return port;
}

Result<> Node::load_certificate() {
  const http::TlsFiles files{options_.tls_certificate, options_.tls_key, options_.tls_client_ca};
  if (files.certificate.empty() && files.key.empty() && files.client_ca.empty()) return {};
  if (files.certificate.empty() || files.key.empty()) {
    return fail(Code::InvalidArgument, "TLS takes both, tls_certificate and tls_key.");
  }
  return http_.use_tls(files);
}

void Node::reload() {
  const Result<> outcome = load_certificate();
  if (outcome.ok()) {
    log::info("server.reloaded", {{"certificate", options_.tls_certificate}});
  } else {
    log::error("server.not_reloaded", {{"error", outcome.error().message}});
  }
}

void Node::stop() {
  is_stopping_ = true;
  front_.set_ready(false);
  queues_.stop();  // long polls answer what they have
  watch_.tail.stop();
  http_.stop(kDrain);
  schedules_.stop();
  archives_.stop();
  replays_.stop();
  connections_.stop();
  notices_.stop();
  deliveries_.stop();
  upkeep_.stop();
  outbound_.stop();  // nobody calls any more
  runtime_.stop();
  pager_.stop();
}

Task<Result<std::size_t>> Node::put_envelopes(api::Caller caller, std::string bus,
                                              std::vector<json::Value> envelopes) {
  RIALTO_CO_TRY(auto ref, bus_of(caller, std::move(bus)));
  co_return co_await ingest_.put_envelopes(std::move(ref), std::move(envelopes));
}

Task<Result<json::Value>> Node::explain(api::Caller caller, std::string bus, json::Value event) {
  RIALTO_CO_TRY(const auto ref, bus_of(caller, std::move(bus)));
  RIALTO_CO_TRY(const auto state, co_await catalog_.use(ref));
  json::Array matched;
  for (const bus::RuleState* rule : state->matcher.match(event)) {
    matched.emplace_back(rule->rule.name);
  }
  json::Array near;
  for (const auto& [rule, miss] : state->matcher.explain(event, kNearMissesMax)) {
    RIALTO_CO_TRY(auto condition, json::parse(miss.condition));
    json::Array found;
    for (const std::string& value : miss.found) {
      RIALTO_CO_TRY(auto shown, json::parse(value));
      found.push_back(std::move(shown));
    }
    json::Object row{{"Rule", rule->rule.name},
                     {"Path", miss.path},
                     {"Condition", std::move(condition)},
                     {"Found", std::move(found)}};
    if (miss.is_conflict) row.push_back({"Conflict", true});
    near.emplace_back(std::move(row));
  }
  co_return json::Value(json::Object{{"Matched", std::move(matched)}, {"Near", std::move(near)}});
}

std::string Node::metrics() {
  return metrics_page({bus_metrics_, delivery_metrics_, outbound_.metrics(), *store_metrics_,
                       front_.metrics(), *catalog_.state(), queues_, deliveries_, watch_.tail,
                       memory_, clock_, uptime_});
}

Result<json::Value> Node::trace(std::string event_id) {
  if (!watch_.trace.is_on()) {
    return fail(Code::Unsupported,
                "This server traces nothing: its trace_keep or its trace_bytes is 0.");
  }
  const watch::Story story = watch_.trace.find(event_id, clock_.now());
  if (story.steps.empty()) {
    return fail(Code::NotFound,
                "Nothing is known of the event " + event_id +
                    ". What became of an event is kept for trace_keep seconds, as long as all fits "
                    "into trace_bytes, and until the server ends.");
  }
  return watch::to_json(event_id, story);
}

Task<json::Value> Node::targets(api::Caller caller) {
  co_return co_await show_targets(&options_.endpoints, &outbound_, scope_of(caller));
}

Task<Result<std::shared_ptr<http::BodyStream>>> Node::tail(api::Caller caller, std::string bus,
                                                           std::optional<std::string> pattern) {
  RIALTO_CO_TRY(auto ref, bus_of(caller, std::move(bus)));
  RIALTO_CO_TRY_VOID(co_await catalog_.use(ref));
  RIALTO_CO_TRY(auto watcher, watch_.tail.watch(std::move(ref), pattern));
  co_return make_tail_stream(std::move(watcher));
}

Task<Result<json::Value>> Node::start_replay(api::Caller caller, json::Value request) {
  const model::Scope scope = scope_of(caller);
  RIALTO_CO_TRY(auto replay,
                read_replay_request(archives_, scope, request, "replay-" + ids_.uuid()));
  RIALTO_CO_TRY(const auto started, co_await replays_.start(std::move(replay)));
  co_return server::describe_replay(started);
}

Result<json::Value> Node::describe_replay(const api::Caller& caller, const std::string& name) {
  RIALTO_TRY(const auto replay, replays_.get(scope_of(caller), name));
  return server::describe_replay(replay);
}

Task<Result<>> Node::backup(std::string directory) {
  co_return co_await store_->make_backup(std::move(directory));
}

Task<Result<>> Node::reset() {
  RIALTO_CO_TRY_VOID(co_await replays_.reset());
  RIALTO_CO_TRY_VOID(co_await deliveries_.reset());
  RIALTO_CO_TRY_VOID(co_await catalog_.reset());
  RIALTO_CO_TRY_VOID(co_await archives_.reset());
  RIALTO_CO_TRY_VOID(co_await queues_.reset());
  RIALTO_CO_TRY_VOID(co_await api_destinations_.reset());
  RIALTO_CO_TRY_VOID(co_await event_sources_.reset());
  RIALTO_CO_TRY_VOID(co_await connections_.reset());
  watch_.trace.reset();
  co_return Result<>();
}

Result<TimePoint> Node::advance_clock(std::chrono::seconds by) {
  RIALTO_TRY(const TimePoint now, clock_.advance(by));
  log::info("server.clock_moved", {{"seconds", by.count()}, {"now", to_iso_seconds(now)}});
  queues_.clock_moved();
  deliveries_.clock_moved();
  schedules_.look_again();
  return now;
}

json::Value Node::status() {
  json::Object events{{"accepted", count(bus_metrics_.accepted)},
                      {"rejected_entries", count(bus_metrics_.rejected)},
                      {"unmatched", count(bus_metrics_.unmatched)},
                      {"for_unknown_bus", count(bus_metrics_.unknown_bus)},
                      {"matched_rules", count(bus_metrics_.matched_rules)},
                      {"replayed", count(bus_metrics_.replayed)}};
  json::Object deliveries{{"attempts", count(delivery_metrics_.attempts)},
                          {"delivered", count(delivery_metrics_.delivered)},
                          {"retried", count(delivery_metrics_.retried)},
                          {"dead_lettered", count(delivery_metrics_.dead_lettered)},
                          {"dropped", count(delivery_metrics_.dropped)},
                          {"pending", static_cast<std::int64_t>(deliveries_.pending())}};
  json::Object schedules{{"fired", count(schedules_.metrics().fired)},
                         {"failed", count(schedules_.metrics().failed)}};
  return json::Object{
      {"version", std::string(kVersion)},
      {"pid", static_cast<std::int64_t>(::getpid())},
      {"uptime_seconds", number(std::chrono::duration<double>(uptime_.elapsed()).count())},
      {"cpu_seconds", number(read_process().cpu_seconds)},
      {"events", std::move(events)},
      {"deliveries", std::move(deliveries)},
      {"schedules", std::move(schedules)}};
}

}  // namespace rialto::server
