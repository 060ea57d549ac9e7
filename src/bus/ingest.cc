#include "bus/ingest.h"

#include "bus/envelope.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::bus {
namespace {

// The error codes of entries (docs/spec/01 §2).
constexpr std::string_view kInvalidArgument = "InvalidArgument";
constexpr std::string_view kMalformedDetail = "MalformedDetail";
constexpr std::string_view kInternalFailure = "InternalFailure";

// What Time adds to the size of an entry (docs/spec/01 §2).
constexpr std::size_t kTimeBytes = 14;

Error missing(std::string_view parameter) {
  return fail(Code::InvalidArgument,
              "Parameter " + std::string(parameter) +
                  " is not valid. Reason: " + std::string(parameter) + " is a required argument.",
              kInvalidArgument);
}

Result<> check_entry(const Entry& entry) {
  if (entry.source.empty()) return missing("Source");
  if (entry.detail_type.empty()) return missing("DetailType");
  if (entry.detail.empty()) return missing("Detail");
  return {};
}

// The bus of an entry. Other Regions are refused, as at AWS.
Result<model::BusRef> find_bus(const std::optional<std::string>& bus, const model::Scope& caller) {
  auto ref = model::BusRef::parse(bus, caller);
  if (!ref.ok()) return fail(Code::InvalidArgument, ref.error().message, kInvalidArgument);
  if (ref->region != caller.region) {
    return fail(Code::InvalidArgument,
                "Parameter EventBusName is not valid. Reason: Event bus " + ref->arn() +
                    " is not in the Region of the request (" + caller.region + ").",
                kInvalidArgument);
  }
  return ref;
}

EntryOutcome to_outcome(Result<> put, std::string id) {
  if (put.ok()) return id;
  if (put.error().code != Code::Throttled) return std::move(put).error();
  return fail(Code::Throttled, std::move(put).error().message, "ThrottlingException");
}

Error internal_failure() {
  return fail(Code::Unavailable, "Internal Service Failure", kInternalFailure);
}

}  // namespace

std::size_t Entry::size_bytes() const {
  std::size_t size = source.size() + detail_type.size() + detail.size();
  if (time) size += kTimeBytes;
  for (const std::string& resource : resources) size += resource.size();
  return size;
}

Ingest::Ingest(Services services)
    : services_(services),
      router_(services.queues, services.deliveries, services.watch),
      rates_(services.rates, services.clock) {}

Result<> Ingest::check_room() const {
  if (services_.memory == nullptr || !services_.memory->is_spent()) return {};
  return fail(Code::Throttled, "Rate exceeded");
}

Result<model::Event> Ingest::accept_entry(const model::Scope& scope, Entry entry,
                                          std::string id) const {
  RIALTO_TRY_VOID(check_entry(entry));
  auto detail = json::read(entry.detail, {.int64_only = true});
  if (!detail.ok() || !detail->root.is_object()) {
    return fail(Code::InvalidArgument, "Detail is malformed.", kMalformedDetail);
  }
  const TimePoint now = services_.clock.now();
  model::Envelope envelope;
  envelope.id = std::move(id);
  envelope.detail_type = std::move(entry.detail_type);
  envelope.source = std::move(entry.source);
  envelope.account = scope.account;
  envelope.time = entry.time.value_or(now);
  envelope.region = scope.region;
  envelope.resources = std::move(entry.resources);
  envelope.detail_text =
      detail->has_repeated_keys ? json::write(detail->root) : json::compact(entry.detail);
  envelope.detail = std::move(detail->root);
  model::Event event = model::make_event(std::move(envelope), now);
  event.trace_header = std::move(entry.trace_header);
  return event;
}

Result<> Ingest::put_entry(const CatalogState& state, const Asker& caller, Entry entry,
                           const std::string& id, Plan& plan) {
  const auto bus = entry.bus;
  const bool is_reserved = entry.source.starts_with("aws.");
  RIALTO_TRY(auto event, accept_entry(caller.scope, std::move(entry), id));
  if (is_reserved) {
    return fail(Code::AccessDenied, "Not authorized for the source.",
                "NotAuthorizedForSourceException");
  }
  RIALTO_TRY(const auto ref, find_bus(bus, caller.scope));
  const auto found = state.find(ref);
  if (is_guarded(ref, found.get(), caller)) {
    RIALTO_TRY_VOID(permit_event(ref, found.get(), caller, event, {}));
  }
  return route_entry(ref, found.get(), std::move(event), plan);
}

Result<> Ingest::put_partner_entry(const CatalogState& state, const PartnerEntry& given,
                                   const std::string& id, Plan& plan) {
  RIALTO_TRY_VOID(check_entry(given.entry));
  RIALTO_TRY(const auto buses, given.buses);
  for (const model::BusRef& bus : buses) {
    const model::Scope customer{.account = bus.account, .region = bus.region};
    RIALTO_TRY(auto event, accept_entry(customer, given.entry, id));
    RIALTO_TRY_VOID(route_entry(bus, state.find(bus).get(), std::move(event), plan));
  }
  return {};
}

Result<> Ingest::route_entry(const model::BusRef& ref, const BusState* bus, model::Event event,
                             Plan& plan) {
  RIALTO_TRY_VOID(check_room());
  if (!rates_.take(ref)) return fail(Code::Throttled, "Rate exceeded");
  if (bus == nullptr) {
    // AWS answers success and drops the event (docs/spec/01 §2). The default bus of a scope that
    // was never used has no rules yet.
    if (ref.name != model::kDefaultBus) ++services_.metrics.unknown_bus;
    router_.route_nowhere(ref, event, plan);
    return {};
  }
  return router_.route(*bus, std::make_shared<const model::Event>(std::move(event)), plan);
}

Task<std::vector<EntryOutcome>> Ingest::put_events(Asker caller, std::vector<Entry> entries) {
  const auto state = services_.catalog.state();
  std::vector<EntryOutcome> outcomes;
  Plan plan;
  for (Entry& entry : entries) {
    std::string id = services_.ids.uuid();
    Result<> put = put_entry(*state, caller, std::move(entry), id, plan);
    outcomes.push_back(to_outcome(std::move(put), std::move(id)));
  }
  co_return co_await conclude(std::move(plan), std::move(outcomes));
}

Task<std::vector<EntryOutcome>> Ingest::put_partner_events(std::vector<PartnerEntry> entries) {
  const auto state = services_.catalog.state();
  std::vector<EntryOutcome> outcomes;
  Plan plan;
  for (const PartnerEntry& entry : entries) {
    std::string id = services_.ids.uuid();
    Result<> put = put_partner_entry(*state, entry, id, plan);
    outcomes.push_back(to_outcome(std::move(put), std::move(id)));
  }
  co_return co_await conclude(std::move(plan), std::move(outcomes));
}

Task<std::vector<EntryOutcome>> Ingest::conclude(Plan plan, std::vector<EntryOutcome> outcomes) {
  const Result<> committed = co_await commit(std::move(plan));
  for (EntryOutcome& outcome : outcomes) {
    if (!outcome.ok() && outcome.error().code == Code::Throttled) ++services_.metrics.throttled;
    if (outcome.ok() && !committed.ok()) outcome = internal_failure();
    ++(outcome.ok() ? services_.metrics.accepted : services_.metrics.rejected);
  }
  co_return outcomes;
}

Task<Result<std::size_t>> Ingest::put_envelopes(model::BusRef bus,
                                                std::vector<json::Value> envelopes) {
  RIALTO_CO_TRY_VOID(check_room());
  RIALTO_CO_TRY(const auto state, co_await services_.catalog.use(bus));
  const std::size_t count = envelopes.size();
  const TimePoint now = services_.clock.now();
  Plan plan;
  for (std::size_t i = 0; i < count; ++i) {
    const EnvelopeDefaults defaults{
        services_.ids.uuid(), now, {.account = bus.account, .region = bus.region}};
    auto root = complete_envelope(std::move(envelopes[i]), defaults);
    if (!root.ok()) {
      abandon(plan);
      co_return fail(Code::InvalidArgument,
                     "Envelope " + std::to_string(i + 1) + ": " + root.error().message);
    }
    auto event =
        std::make_shared<const model::Event>(model::make_event(std::move(root).value(), now));
    const Result<> routed = router_.route(*state, std::move(event), plan);
    if (!routed.ok()) {
      abandon(plan);
      co_return routed.error();
    }
  }
  RIALTO_CO_TRY_VOID(co_await commit(std::move(plan)));
  services_.metrics.accepted += count;
  co_return count;
}

Task<Result<>> Ingest::send(ForRule what) {
  Plan plan;
  auto event = std::make_shared<const model::Event>(std::move(what.event));
  RIALTO_CO_TRY_VOID(router_.route_to(*what.bus, {what.rule.get()}, std::move(event), plan));
  plan.batch.append(std::move(what.with));
  co_return co_await commit(std::move(plan));
}

Task<Result<std::size_t>> Ingest::replay(std::shared_ptr<const ReplayedEvents> replayed,
                                         std::size_t from, std::size_t count, Keep keep) {
  RIALTO_CO_TRY(const auto state, services_.catalog.state()->get(replayed->bus));
  Plan plan;
  std::size_t taken = 0;
  if (!check_room().ok()) co_return taken;
  for (; taken < count; ++taken) {
    const ReplayedEvents::One& one = replayed->events.at(from + taken);
    const Result<> routed = route_again(*state, *replayed, one, plan);
    if (!routed.ok() && routed.error().code != Code::Throttled) {
      abandon(plan);
      co_return routed.error();
    }
    if (!routed.ok()) break;
  }
  if (taken == 0) co_return taken;
  keep(plan.batch, taken);
  RIALTO_CO_TRY_VOID(co_await commit(std::move(plan)));
  services_.metrics.replayed += taken;
  co_return taken;
}

// Most rules only pass an event's text on: so it is parsed for those alone that look into it.
Result<> Ingest::route_again(const BusState& bus, const ReplayedEvents& replayed,
                             const ReplayedEvents::One& one, Plan& plan) {
  auto event = std::make_shared<model::Event>();
  RIALTO_TRY(event->text, model::with_replay_name(one.text, replayed.replay));
  event->id = model::id_of(event->text);
  event->accepted_at = services_.clock.now();
  event->hops = one.hops;
  auto matched = bus.matcher.match_text(event->text);
  if (!matched.ok()) return fail(Code::Corruption, "A stored event is not JSON.");
  if (!replayed.rule_arns.empty()) {
    std::erase_if(*matched,
                  [&](const RuleState* rule) { return !replayed.rule_arns.contains(rule->arn); });
  }
  if (Router::needs_document(*matched)) {
    auto root = json::parse(event->text);
    if (!root.ok()) return fail(Code::Corruption, "A stored event is not JSON.");
    event->root = std::move(root).value();
  }
  return router_.route_to(bus, *matched, std::move(event), plan);
}

Task<Result<>> Ingest::forward(model::BusRef bus, std::shared_ptr<const model::Event> event,
                               targets::Forwarder by) {
  const model::RuleRef& rule = by.rule;
  const auto found = services_.catalog.state()->find(bus);
  Asker asker = model::Scope{.account = rule.account, .region = rule.region};
  if (is_guarded(bus, found.get(), asker)) {
    // A rule may name any role; only those of its own account are its to be.
    const auto role = model::Arn::parse(by.role_arn);
    if (role.ok() && role->account == rule.account) asker.arn = by.role_arn;
    RIALTO_CO_TRY_VOID(permit_event(bus, found.get(), asker, *event, rule.arn()));
  }
  RIALTO_CO_TRY(const auto state, co_await services_.catalog.use(bus));
  model::Event forwarded = *event;
  ++forwarded.hops;
  forwarded.accepted_at = services_.clock.now();
  if (rule.region != bus.region) model::set_id(forwarded, services_.ids.uuid());
  Plan plan;
  RIALTO_CO_TRY_VOID(
      router_.route(*state, std::make_shared<const model::Event>(std::move(forwarded)), plan));
  RIALTO_CO_TRY_VOID(co_await commit(std::move(plan)));
  ++services_.metrics.accepted;
  co_return Result<>();
}

Task<Result<>> Ingest::commit(Plan plan) {
  std::vector<Tally::Ticket> tickets;
  for (const Archived& one : plan.archived) {
    tickets.push_back(one.tally->enter(plan.batch, one.hour, one.totals));
  }
  const Result<> outcome = co_await services_.store.commit(std::move(plan.batch));
  for (std::size_t at = 0; at < tickets.size(); ++at) {
    plan.archived[at].tally->leave(tickets[at], outcome.ok());
  }
  if (!outcome.ok()) {
    abandon(plan);
    co_return outcome;
  }
  // Before what may go on with its steps.
  if (!plan.steps.empty()) services_.watch->trace.record(plan.steps, services_.clock.now());
  for (const Reservation& one : plan.reservations) one.source->confirm(one.end);
  for (const queue::Pending& message : plan.messages) services_.queues.publish(message);
  // What a FIFO queue has already is as good as delivered once the first one is durable.
  Result<> settled;
  for (const queue::Pending& message : plan.messages) {
    if (!message.original) continue;
    if (Result<> one = co_await services_.queues.settle(message); !one.ok()) settled = one;
  }
  for (auto& deliveries : plan.deliveries) services_.deliveries.start(std::move(deliveries));
  count(plan);
  if (!plan.passed.empty()) services_.watch->tail.show(plan.passed);
  co_return settled;
}

void Ingest::count(const Plan& plan) {
  services_.metrics.unmatched += plan.unmatched;
  services_.metrics.matched_rules += plan.matched_rules;
  for (const BusCounts& bus : plan.buses) {
    bus.metrics->events += bus.events;
    bus.metrics->matched += bus.matched;
    bus.metrics->matched_rules += bus.matched_rules;
  }
  delivery::Metrics& delivery = services_.delivery_metrics;
  delivery.dead_lettered += plan.dead_lettered;
  delivery.dropped += plan.dropped;
  for (const std::string_view reason : plan.given_up) delivery.given_up.add(reason);
  if (plan.delivered == 0) return;
  delivery.attempts += plan.delivered;
  delivery.delivered += plan.delivered;
  const auto took = plan.since.elapsed();
  delivery.to_first_attempt.observe(took, plan.delivered);
  delivery.to_success.observe(took, plan.delivered);
}

void Ingest::abandon(const Plan& plan) {
  for (const queue::Pending& message : plan.messages) services_.queues.discard(message);
  for (const auto& deliveries : plan.deliveries) services_.deliveries.abandon(deliveries);
}

}  // namespace rialto::bus
