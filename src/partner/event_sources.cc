#include "partner/event_sources.h"

#include "store/keys.h"

namespace rialto::partner {
namespace {

using model::EventSource;
using model::EventSourceState;
using store::Table;

constexpr std::string_view kInvalidState = "InvalidStateException";

void put_record(store::Batch& batch, const EventSource& source) {
  batch.put(Table::Resource, store::event_source_key(source.scope(), source.name),
            model::encode(source));
}

void erase_record(store::Batch& batch, const EventSource& source) {
  batch.erase(Table::Resource, store::event_source_key(source.scope(), source.name));
}

store::Range stored_sources() {
  return store::prefix_range(store::resource_prefix(store::ResourceKind::EventSource));
}

// AWS's text is unverified.
Error wrong_state(const EventSource& source) {
  return fail(Code::Conflict,
              "Event source " + source.name + " is in state " +
                  std::string(model::to_text(source.state)) + ".",
              kInvalidState);
}

}  // namespace

Error no_such_event_source(std::string_view source) {
  return fail(Code::NotFound, "Event source " + std::string(source) + " does not exist.");
}

EventSources::EventSources(Services services)
    : services_(services), sources_(std::make_shared<const Index>()) {}

EventSources::Key EventSources::key_of(const EventSource& source) {
  return {source.region, source.name, source.account};
}

// What expired while nobody looked is let go of here, and otherwise counts as gone.
Result<> EventSources::load() {
  auto index = std::make_shared<Index>();
  store::Batch expired;
  Result<> outcome;
  const TimePoint now = services_.clock.now();
  RIALTO_TRY_VOID(services_.store.scan(
      Table::Resource, stored_sources(), [&](std::string_view, std::string_view value) {
        auto source = model::decode_event_source(value);
        if (!source.ok()) {
          outcome = source.error();
        } else if (source->is_there(now)) {
          auto kept = std::make_shared<const EventSource>(std::move(source).value());
          index->emplace(key_of(*kept), kept);
        } else {
          erase_record(expired, *source);
        }
        return outcome.ok();
      }));
  RIALTO_TRY_VOID(outcome);
  if (!expired.empty()) services_.store.submit(std::move(expired), [](const Result<>&) {});
  sources_.set(std::move(index));
  return {};
}

SharedSource EventSources::find(const model::Scope& scope, std::string_view name) const {
  const auto index = sources_.get();
  const auto found = index->find(Key{scope.region, std::string(name), scope.account});
  if (found == index->end()) return nullptr;
  return found->second->is_there(services_.clock.now()) ? found->second : nullptr;
}

Result<SharedSource> EventSources::get(const model::Scope& scope, std::string_view name) const {
  if (auto found = find(scope, name)) return found;
  return no_such_event_source(name);
}

std::vector<SharedSource> EventSources::list(const model::Scope& scope) const {
  std::vector<SharedSource> out;
  const TimePoint now = services_.clock.now();
  for (const auto& [key, source] : *sources_.get()) {
    if (source->scope() == scope && source->is_there(now)) out.push_back(source);
  }
  return out;
}

std::vector<SharedSource> EventSources::list_made(const model::Scope& partner) const {
  std::vector<SharedSource> out;
  const TimePoint now = services_.clock.now();
  for (const auto& [key, source] : *sources_.get()) {
    if (source->partner != partner.account || source->region != partner.region) continue;
    if (source->is_there(now)) out.push_back(source);
  }
  return out;
}

std::vector<SharedSource> EventSources::list_made(const model::Scope& partner,
                                                  std::string_view name) const {
  std::vector<SharedSource> out;
  const TimePoint now = services_.clock.now();
  const auto index = sources_.get();
  auto at = index->lower_bound(Key{partner.region, std::string(name), ""});
  for (; at != index->end(); ++at) {
    const EventSource& source = *at->second;
    if (source.region != partner.region || source.name != name) break;
    if (source.partner == partner.account && source.is_there(now)) out.push_back(at->second);
  }
  return out;
}

Task<Result<SharedSource>> EventSources::create(EventSource source) {
  return turn_.hold(create_in_turn(std::move(source)));
}

Task<Result<SharedSource>> EventSources::create_in_turn(EventSource source) {
  if (const auto before = find(source.scope(), source.name)) {
    const bool is_again = before->partner == source.partner;
    if (!is_again || before->state != EventSourceState::Deleted) {
      // AWS's text is unverified.
      co_return fail(Code::AlreadyExists, "Event source " + source.name + " already exists.");
    }
  } else if (list(source.scope()).size() >= services_.count_max) {
    co_return bus::over_limit();
  }
  source.state = EventSourceState::Pending;
  source.created_at = source.pending_since = services_.clock.now();
  RIALTO_CO_TRY_VOID(co_await keep(source));
  co_return find(source.scope(), source.name);
}

Task<Result<>> EventSources::remove(EventSource source) {
  return turn_.hold(remove_in_turn(std::move(source)));
}

Task<Result<>> EventSources::remove_in_turn(EventSource source) {
  const auto before = find(source.scope(), source.name);
  if (!before || before->partner != source.partner) co_return Result<>();
  if (!services_.catalog.state()->find(before->bus())) co_return co_await drop(before);
  EventSource after = *before;
  after.state = EventSourceState::Deleted;
  co_return co_await keep(std::move(after));
}

Task<Result<>> EventSources::activate(model::Scope scope, std::string name) {
  return turn_.hold(switch_in_turn(std::move(scope), std::move(name), EventSourceState::Active));
}

Task<Result<>> EventSources::deactivate(model::Scope scope, std::string name) {
  return turn_.hold(switch_in_turn(std::move(scope), std::move(name), EventSourceState::Pending));
}

Task<Result<>> EventSources::switch_in_turn(model::Scope scope, std::string name,
                                            EventSourceState to) {
  RIALTO_CO_TRY(const auto before, get(scope, name));
  const auto from =
      to == EventSourceState::Active ? EventSourceState::Pending : EventSourceState::Active;
  if (before->state != from) co_return wrong_state(*before);
  if (to == EventSourceState::Active && !services_.catalog.state()->find(before->bus())) {
    co_return fail(Code::Conflict, "Event source " + name + " has no event bus.", kInvalidState);
  }
  EventSource after = *before;
  after.state = to;
  after.pending_since = services_.clock.now();
  co_return co_await keep(std::move(after));
}

Task<Result<>> EventSources::match(model::BusRef bus, bus::Catalog::Plan plan) {
  return turn_.hold(match_in_turn(std::move(bus), std::move(plan)));
}

Task<Result<>> EventSources::match_in_turn(model::BusRef bus, bus::Catalog::Plan plan) {
  RIALTO_CO_TRY(const auto before, get({bus.account, bus.region}, bus.name));
  if (before->state == EventSourceState::Deleted) co_return wrong_state(*before);
  auto after = std::make_shared<EventSource>(*before);
  after->state = EventSourceState::Active;
  const auto with_source = [plan, after](const bus::CatalogState& state,
                                         const bus::BusState* now) -> Result<bus::BusChange> {
    RIALTO_TRY(bus::BusChange change, plan(state, now));
    put_record(change.batch, *after);
    return change;
  };
  RIALTO_CO_TRY_VOID(co_await services_.catalog.change(std::move(bus), with_source));
  show(after);
  co_return Result<>();
}

Task<Result<>> EventSources::unmatch(model::BusRef bus, bus::Catalog::Plan plan) {
  return turn_.hold(unmatch_in_turn(std::move(bus), std::move(plan)));
}

Task<Result<>> EventSources::unmatch_in_turn(model::BusRef bus, bus::Catalog::Plan plan) {
  const auto before = find({bus.account, bus.region}, bus.name);
  if (!before) co_return co_await services_.catalog.change(std::move(bus), std::move(plan));
  std::shared_ptr<EventSource> after;  // nothing: the source is gone
  if (before->state != EventSourceState::Deleted) {
    after = std::make_shared<EventSource>(*before);
    after->state = EventSourceState::Pending;
    after->pending_since = services_.clock.now();
  }
  const auto with_source = [plan, before, after](
                               const bus::CatalogState& state,
                               const bus::BusState* now) -> Result<bus::BusChange> {
    RIALTO_TRY(bus::BusChange change, plan(state, now));
    if (after) {
      put_record(change.batch, *after);
    } else {
      erase_record(change.batch, *before);
    }
    return change;
  };
  RIALTO_CO_TRY_VOID(co_await services_.catalog.change(std::move(bus), with_source));
  if (after) {
    show(after);
  } else {
    hide(*before);
  }
  co_return Result<>();
}

Task<Result<>> EventSources::keep(EventSource source) {
  store::Batch batch;
  put_record(batch, source);
  RIALTO_CO_TRY_VOID(co_await services_.store.commit(std::move(batch)));
  show(std::make_shared<const EventSource>(std::move(source)));
  co_return Result<>();
}

Task<Result<>> EventSources::drop(SharedSource source) {
  store::Batch batch;
  erase_record(batch, *source);
  RIALTO_CO_TRY_VOID(co_await services_.store.commit(std::move(batch)));
  hide(*source);
  co_return Result<>();
}

void EventSources::show(SharedSource source) {
  auto next = std::make_shared<Index>(*sources_.get());
  next->insert_or_assign(key_of(*source), std::move(source));
  sources_.set(std::move(next));
}

void EventSources::hide(const EventSource& source) {
  auto next = std::make_shared<Index>(*sources_.get());
  next->erase(key_of(source));
  sources_.set(std::move(next));
}

Task<Result<>> EventSources::reset() { return turn_.hold(reset_in_turn()); }

Task<Result<>> EventSources::reset_in_turn() {
  store::Batch batch;
  const store::Range all = stored_sources();
  batch.erase_range(Table::Resource, all.from, all.to);
  RIALTO_CO_TRY_VOID(co_await services_.store.commit(std::move(batch)));
  sources_.set(std::make_shared<const Index>());
  co_return Result<>();
}

}  // namespace rialto::partner
