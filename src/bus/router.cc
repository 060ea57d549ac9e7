#include "bus/router.h"

#include <algorithm>

#include "delivery/reporter.h"
#include "json/write.h"

namespace rialto::bus {
namespace {

// An event that came from another bus goes to no third one, and no bus forwards to itself
// (docs/spec/02 §3.2).
std::optional<Error> find_hop_error(const Route& route, const model::Event& event,
                                    const BusState& bus) {
  if (route.kind != targets::Kind::Bus) return std::nullopt;
  const auto target = model::BusRef::parse(route.arn.text(), model::Scope{});
  if (!target.ok()) return target.error();
  if (event.hops == 0 && *target != bus.ref) return std::nullopt;
  const bool is_same_region = target->region == bus.ref.region;
  return fail(Code::InvalidArgument,
              event.hops == 0 ? "A rule cannot forward an event to its own event bus."
                              : "The event was forwarded by an event bus already and is not "
                                "forwarded again.",
              is_same_region ? "THIRD_ACCOUNT_HOP_DETECTED" : "THIRD_REGION_HOP_DETECTED");
}

// The ERROR_CODE of a message that a queue does not take (docs/spec/02 §5).
Error to_delivery_error(Error error) {
  switch (error.code) {
    case Code::NotFound: error.reason = "NO_RESOURCE"; break;
    case Code::InvalidArgument: error.reason = "INVALID_PARAMETER"; break;
    case Code::Throttled: error.reason = "THROTTLING"; break;
    case Code::AccessDenied: error.reason = "NO_PERMISSIONS"; break;
    default: error.reason = "INTERNAL_ERROR";
  }
  return error;
}

watch::Step receipt(watch::StepKind kind, const model::BusRef& bus, const model::Event& event,
                    std::size_t rules) {
  watch::Step step;
  step.kind = kind;
  step.at = event.accepted_at;
  step.count = static_cast<std::uint32_t>(rules);
  step.region = bus.region;
  step.account = bus.account;
  step.bus = bus.name;
  return step;
}

void count(const BusState& bus, std::size_t rules, Plan& plan) {
  if (plan.buses.empty() || plan.buses.back().metrics != bus.metrics) {
    plan.buses.push_back({.metrics = bus.metrics});
  }
  BusCounts& counts = plan.buses.back();
  ++counts.events;
  counts.matched += rules > 0;
  counts.matched_rules += rules;
}

// The MessageGroupId of the target for this event. A path that leads to no text makes none, which
// a FIFO queue refuses (docs/spec/02 §3 has no word on it).
std::string group_of(const Route& route, const model::Event& event) {
  if (!route.group_path) return route.group;
  const json::Value* value = route.group_path->find(event.root);
  if (value == nullptr) return {};
  if (value->is_string()) return value->as_string();
  if (value->is_number() || value->is_bool()) return json::write(*value);
  return {};
}

}  // namespace

bool Router::has_room(const RuleState& rule) const {
  return std::ranges::none_of(rule.routes, [&](const Route& route) {
    if (route.kind != targets::Kind::Queue || route.group.empty()) return false;
    const auto queue = model::QueueRef::from(route.arn);
    return queue.ok() && !queues_.has_room({queue->account, queue->region}, queue->name);
  });
}

Result<> Router::route(const BusState& bus, std::shared_ptr<const model::Event> event, Plan& plan) {
  return route_to(bus, bus.matcher.match(event->root), std::move(event), plan);
}

bool Router::needs_document(const std::vector<const RuleState*>& rules) {
  for (const RuleState* rule : rules) {
    for (const Route& route : rule->routes) {
      if (route.kind != targets::Kind::Queue || !route.transform.is_whole_event()) return true;
      if (route.group_path) return true;
    }
  }
  return false;
}

Result<> Router::route_to(const BusState& bus, const std::vector<const RuleState*>& rules,
                          std::shared_ptr<const model::Event> event, Plan& plan) {
  // A FIFO queue that is asked too much throttles producers, for nothing may be lost.
  if (!std::ranges::all_of(rules, [&](const RuleState* rule) { return has_room(*rule); })) {
    return fail(Code::Throttled, "Rate exceeded");
  }
  count(bus, rules.size(), plan);
  tell(bus, event, rules, plan);
  if (rules.empty()) {
    ++plan.unmatched;
    return {};
  }
  plan.matched_rules += rules.size();
  const auto [sequence, reserved_end] = bus.sequences->take(plan.batch);
  if (reserved_end) plan.reservations.push_back({bus.sequences, *reserved_end});
  std::vector<delivery::Delivery> owed;
  for (const RuleState* rule : rules) {
    for (const Route& route : rule->routes) {
      if (route.kind == targets::Kind::Queue) {
        send(*rule, route, *event, bus, plan);
        continue;
      }
      if (route.kind == targets::Kind::Archive) {
        archive(bus, *rule->rule.archive_id, *event, sequence, plan);
        continue;
      }
      if (route.kind == targets::Kind::Bus) {
        if (auto error = find_hop_error(route, *event, bus)) {
          give_up(route, *event, std::move(*error), plan);
          continue;
        }
      }
      delivery::Delivery delivery;
      delivery.key = {{bus.bus.id, sequence}, static_cast<std::uint16_t>(owed.size())};
      delivery.event = event;
      delivery.destination = route.destination;
      delivery.accepted_at = event->accepted_at;
      delivery.due_at = event->accepted_at;
      owed.push_back(std::move(delivery));
      trace(route, *event, watch::StepKind::Owed, {}, plan);
    }
  }
  if (!owed.empty()) {
    for (delivery::Delivery& each : owed) each.routes = static_cast<std::uint16_t>(owed.size());
    deliveries_.owe(plan.batch, owed);
    plan.deliveries.push_back(std::move(owed));
  }
  return {};
}

void Router::send(const RuleState& rule, const Route& route, const model::Event& event,
                  const BusState& bus, Plan& plan) {
  const auto queue = model::QueueRef::from(route.arn);
  if (!queue.ok()) return give_up(route, event, to_delivery_error(queue.error()), plan);
  // PutTargets accepts a queue of another Region, and every delivery to it fails (docs/spec/02 §2).
  if (queue->region != bus.ref.region) {
    Error error = fail(Code::NotFound,
                       "The queue " + route.arn.text() + " is not in the Region of the rule.");
    return give_up(route, event, to_delivery_error(std::move(error)), plan);
  }
  // Only where SQS was elsewhere when the target was put.
  if (queue->account != rule.rule.created_by) {
    Error error = fail(Code::AccessDenied, "The queue " + route.arn.text() +
                                               " is not of the account that made the rule.");
    return give_up(route, event, to_delivery_error(std::move(error)), plan);
  }
  queue::NewMessage message;
  message.body = event.text;
  std::string made;
  if (!route.transform.is_whole_event()) {
    auto payload = delivery::make_payload(route.transform, event, *route.destination);
    if (!payload.ok()) return give_up(route, event, std::move(payload).error(), plan);
    made = std::move(payload).value();
    message.body = made;
  }
  message.sender = bus.ref.account;
  message.trace_header = event.trace_header;
  const std::string group = group_of(route, event);
  message.group = group;
  auto pending = queues_.append(plan.batch, {.account = queue->account, .region = queue->region},
                                queue->name, message);
  if (!pending.ok()) return give_up(route, event, to_delivery_error(pending.error()), plan);
  ++plan.delivered;
  const queue::MessageId& id = pending->id;
  trace(route, event, watch::StepKind::Queued, watch::UuidBytes(id.high, id.low).view(), plan);
  plan.messages.push_back(std::move(pending).value());
}

void Router::archive(const BusState& bus, store::ArchiveId id, const model::Event& event,
                     store::Sequence sequence, Plan& plan) {
  const Hour hour = hour_of(event.accepted_at);
  const std::int64_t time_ms = to_millis(model::time_of(event));
  std::string value;
  model::append_archived(value, event);
  plan.batch.insert(store::Table::Archive,
                    store::encode(store::ArchivedKey{id, hour, time_ms, sequence}), value);
  const auto at = std::ranges::find_if(plan.archived, [&](const Archived& each) {
    return each.tally->archive() == id && each.hour == hour;
  });
  Archived& archived = at != plan.archived.end()
                           ? *at
                           : plan.archived.emplace_back(bus.tallies.at(id), hour, Totals());
  archived.totals.add({1, value.size(), time_ms, time_ms});
}

void Router::give_up(const Route& route, const model::Event& event, Error error, Plan& plan) {
  const delivery::GivenUp given_up{std::move(error), 0, {}};
  auto dead_letter =
      delivery::append_dead_letter(queues_, plan.batch, event, *route.destination, given_up);
  ++(dead_letter ? plan.dead_lettered : plan.dropped);
  plan.given_up.push_back(given_up.error.reason);
  if (is_traced()) {
    auto step = delivery::give_up_step(*route.destination, given_up, dead_letter.has_value());
    step.at = event.accepted_at;
    append_step(plan.steps, event.id, step);
  }
  if (dead_letter) plan.messages.push_back(std::move(*dead_letter));
}

void Router::route_nowhere(const model::BusRef& bus, const model::Event& event, Plan& plan) {
  const bool is_default = bus.name == model::kDefaultBus;
  if (is_default) ++plan.unmatched;
  if (!is_traced()) return;
  const auto kind = is_default ? watch::StepKind::Received : watch::StepKind::UnknownBus;
  append_step(plan.steps, event.id, receipt(kind, bus, event, 0));
}

void Router::tell(const BusState& bus, const std::shared_ptr<const model::Event>& event,
                  const Matched& matched, Plan& plan) const {
  if (is_traced()) {
    append_step(plan.steps, event->id,
                receipt(watch::StepKind::Received, bus.ref, *event, matched.size()));
  }
  if (watch_ == nullptr || !watch_->tail.is_watched()) return;
  watch::Passed& passed = plan.passed.emplace_back(watch::Passed{bus.ref, event, {}});
  for (const RuleState* rule : matched) passed.rules.push_back(rule->rule.name);
}

void Router::trace(const Route& route, const model::Event& event, watch::StepKind kind,
                   std::string_view extra, Plan& plan) const {
  if (!is_traced()) return;
  watch::Step step;
  step.kind = kind;
  step.at = event.accepted_at;
  step.rule_arn = route.destination->rule_arn;
  step.target_id = route.destination->target.id;
  step.target_arn = route.destination->target.arn;
  step.extra = extra;
  append_step(plan.steps, event.id, step);
}

}  // namespace rialto::bus
