#include "bus/catalog.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/log.h"
#include "delivery/payload.h"

namespace rialto::bus {
namespace {

std::string scope_prefix(const model::Scope& scope) {
  return scope.region + '\0' + scope.account + '\0';
}

std::string catalog_key(const model::BusRef& ref) {
  return scope_prefix({.account = ref.account, .region = ref.region}) + ref.name;
}

model::BusRef ref_of(const model::Bus& bus) {
  return {.region = bus.region, .account = bus.account, .name = bus.name};
}

store::Scope store_scope(const model::BusRef& ref) {
  return {.account = ref.account, .region = ref.region};
}

Result<std::shared_ptr<const policy::Policy>> compile_policy(
    const std::optional<std::string>& text) {
  if (!text) return std::shared_ptr<const policy::Policy>();
  RIALTO_TRY(auto policy, policy::Policy::parse(*text, policy::Kind::Resource));
  return std::make_shared<const policy::Policy>(std::move(policy));
}

Result<store::Sequence> load_sequence(const store::Store& store, store::BusId bus) {
  RIALTO_TRY(const auto bytes, store.get(store::Table::Meta, store::bus_sequence_key(bus)));
  if (!bytes) return store::Sequence{1};
  return ByteReader(*bytes).u64();
}

}  // namespace

Error no_such_bus(std::string_view bus) {
  return fail(Code::NotFound, "Event bus " + std::string(bus) + " does not exist.");
}

Error no_such_rule(std::string_view rule, std::string_view bus) {
  return fail(Code::NotFound, "Rule " + std::string(rule) + " does not exist on EventBus " +
                                  std::string(bus) + ".");
}

Error over_limit() {
  return fail(Code::LimitExceeded, "The requested resource exceeds the maximum number allowed.");
}

namespace {

std::string message_group(const model::Target& target) {
  const json::Value* parameters = target.given.find("SqsParameters");
  const json::Value* group = parameters ? parameters->find("MessageGroupId") : nullptr;
  return group && group->is_string() ? group->as_string() : std::string();
}

}  // namespace

Result<std::shared_ptr<const RuleState>> compile_rule(model::Rule rule, const model::BusRef& bus,
                                                      const targets::Endpoints& endpoints) {
  auto state = std::make_shared<RuleState>();
  state->arn = model::rule_arn(bus.region, bus.account, bus.name, rule.name);
  if (rule.event_pattern) {
    RIALTO_TRY(auto pattern, ruler::Pattern::compile(*rule.event_pattern));
    state->pattern = std::make_shared<const ruler::Pattern>(std::move(pattern));
  }
  if (rule.schedule) {
    state->schedule = cron::Expression::read_of_rule(rule.schedule->expression);
    if (!state->schedule) {
      return fail(Code::InvalidArgument, "Parameter ScheduleExpression is not valid.");
    }
  }
  for (const auto& [id, target] : rule.targets) {
    RIALTO_TRY(auto arn, model::Arn::parse(target.arn));
    targets::Kind kind = targets::Kind::Archive;
    if (!rule.archive_id) {
      RIALTO_TRY(kind, targets::kind_of(arn, endpoints));
    }
    RIALTO_TRY(auto transform, delivery::compile_transform(target));
    auto destination = delivery::make_destination(state->arn, rule.name, target);
    std::string group = message_group(target);
    std::optional<json::Path> group_path;
    if (group.starts_with('$')) {
      auto path = json::Path::parse(group);
      if (!path.ok() && arn.resource.ends_with(".fifo")) return path.error();
      // A standard queue needs no group, and its rule may be older than groups are here.
      if (path.ok()) group_path = std::move(path).value();
      if (!path.ok()) group.clear();
    }
    state->routes.push_back(Route{kind, std::move(arn), std::move(transform),
                                  std::move(destination), std::move(group), std::move(group_path)});
  }
  state->rule = std::move(rule);
  return std::shared_ptr<const RuleState>(std::move(state));
}

std::shared_ptr<const BusState> CatalogState::find(const model::BusRef& ref) const {
  const auto found = buses.find(catalog_key(ref));
  return found == buses.end() ? nullptr : found->second;
}

Result<std::shared_ptr<const BusState>> CatalogState::get(const model::BusRef& ref) const {
  if (auto bus = find(ref)) return bus;
  return no_such_bus(ref.name);
}

std::vector<std::shared_ptr<const BusState>> CatalogState::list(const model::Scope& scope) const {
  const std::string prefix = scope_prefix(scope);
  std::vector<std::shared_ptr<const BusState>> out;
  for (auto at = buses.lower_bound(prefix); at != buses.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    out.push_back(at->second);
  }
  return out;
}

BusChange unchanged(const BusState& bus) { return {std::make_shared<BusState>(bus), {}}; }

BusChange with_bus(const BusState& bus, model::Bus changed) {
  BusChange change = unchanged(bus);
  change.batch.put(store::Table::Resource, store::bus_key(store_scope(bus.ref), bus.ref.name),
                   model::encode(changed));
  change.bus->bus = std::move(changed);
  return change;
}

Result<BusChange> with_policy(const BusState& bus, std::optional<std::string> policy) {
  RIALTO_TRY(auto compiled, compile_policy(policy));
  model::Bus changed = bus.bus;
  changed.policy = std::move(policy);
  BusChange change = with_bus(bus, std::move(changed));
  change.bus->policy = std::move(compiled);
  return change;
}

BusChange without_bus(const BusState& bus) {
  BusChange change;
  change.batch.erase(store::Table::Resource, store::bus_key(store_scope(bus.ref), bus.ref.name));
  change.batch.erase(store::Table::Meta, store::bus_sequence_key(bus.bus.id));
  return change;
}

BusChange with_rule(const BusState& bus, std::shared_ptr<const RuleState> rule) {
  BusChange change = unchanged(bus);
  const model::BusRef& ref = bus.ref;
  change.batch.put(store::Table::Resource,
                   store::rule_key(store_scope(ref), ref.name, rule->rule.name),
                   model::encode(model::StoredRule{ref.account, ref.region, ref.name, rule->rule}));
  change.is_of_schedule = rule->schedule.has_value();
  change.bus->rules[rule->rule.name] = std::move(rule);
  return change;
}

BusChange without_rule(const BusState& bus, std::string_view rule) {
  BusChange change = unchanged(bus);
  change.batch.erase(store::Table::Resource,
                     store::rule_key(store_scope(bus.ref), bus.ref.name, rule));
  change.batch.erase(store::Table::Meta,
                     store::encode(store::RuleFiredKey{bus.bus.id, std::string(rule)}));
  const auto found = change.bus->rules.find(rule);
  if (found != change.bus->rules.end()) change.bus->rules.erase(found);
  return change;
}

Catalog::Catalog(store::Store& store, const Clock& clock, std::uint64_t match_seed,
                 targets::Endpoints endpoints)
    : store_(store),
      clock_(clock),
      state_(std::make_shared<const CatalogState>()),
      match_seed_(match_seed),
      endpoints_(std::move(endpoints)) {}

void Catalog::derive(BusState& bus) {
  const auto builder = matchers_.try_emplace(bus.bus.id, match_seed_).first;
  bus.matcher = builder->second.build(bus.rules);
  bus.tallies.clear();
  for (const auto& [name, rule] : bus.rules) {
    if (const auto id = rule->rule.archive_id) bus.tallies.emplace(*id, tallies_.of(*id));
  }
}

Result<> Catalog::load() {
  RIALTO_TRY_VOID(tallies_.load(store_));
  RIALTO_TRY(const auto last_id, store_.get(store::Table::Meta, store::kLastBusIdKey));
  if (last_id) last_bus_id_ = ByteReader(*last_id).u32();
  std::map<std::string, std::shared_ptr<BusState>> buses;
  Result<> outcome;
  const auto load_bus = [&](std::string_view, std::string_view value) {
    auto bus = model::decode_bus(value);
    auto sequence = bus.ok() ? load_sequence(store_, bus->id) : Result<store::Sequence>(0UL);
    if (!bus.ok() || !sequence.ok()) {
      outcome = bus.ok() ? sequence.error() : bus.error();
      return false;
    }
    auto state = std::make_shared<BusState>();
    state->bus = std::move(bus).value();
    state->ref = ref_of(state->bus);
    auto policy = compile_policy(state->bus.policy);
    if (!policy.ok()) {
      outcome = fail(Code::Corruption, "The stored policy of the event bus " + state->ref.arn() +
                                           " cannot be read: " + policy.error().message);
      return false;
    }
    state->policy = std::move(policy).value();
    state->sequences = std::make_shared<SequenceSource>(state->bus.id, *sequence);
    buses[catalog_key(state->ref)] = std::move(state);
    return true;
  };
  const auto bus_prefix = store::resource_prefix(store::ResourceKind::Bus);
  RIALTO_TRY_VOID(store_.scan(store::Table::Resource, store::prefix_range(bus_prefix), load_bus));
  RIALTO_TRY_VOID(outcome);
  const auto load_rule = [&](std::string_view, std::string_view value) {
    auto stored = model::decode_rule(value);
    if (!stored.ok()) {
      outcome = stored.error();
      return false;
    }
    const model::BusRef ref{stored->region, stored->account, stored->bus};
    const auto bus = buses.find(catalog_key(ref));
    auto rule = compile(std::move(stored->rule), ref);
    if (bus == buses.end() || !rule.ok()) {
      outcome =
          rule.ok() ? fail(Code::Corruption, "A stored rule has no event bus.") : rule.error();
      return false;
    }
    bus->second->rules[(*rule)->rule.name] = *rule;
    return true;
  };
  const auto rule_prefix = store::resource_prefix(store::ResourceKind::Rule);
  RIALTO_TRY_VOID(store_.scan(store::Table::Resource, store::prefix_range(rule_prefix), load_rule));
  RIALTO_TRY_VOID(outcome);
  auto state = std::make_shared<CatalogState>();
  for (auto& [key, bus] : buses) {
    derive(*bus);
    state->buses[key] = std::move(bus);
  }
  state_.set(std::move(state));
  return {};
}

Task<Result<std::shared_ptr<const BusState>>> Catalog::use(model::BusRef ref) {
  if (auto bus = state()->find(ref)) co_return bus;
  if (ref.name != model::kDefaultBus) co_return no_such_bus(ref.name);
  const auto make_default = [this, ref](const CatalogState&, const BusState* bus) {
    if (bus != nullptr) return Result<BusChange>(unchanged(*bus));
    model::Bus made;
    made.account = ref.account;
    made.region = ref.region;
    made.name = ref.name;
    made.created_at = made.modified_at = clock_.now();
    return Result<BusChange>(make_bus(std::move(made)));
  };
  RIALTO_CO_TRY_VOID(co_await change(ref, make_default));
  co_return state()->get(ref);
}

Task<Result<>> Catalog::change(model::BusRef ref, Plan plan) {
  co_await turn_.take();
  Result<> outcome = co_await change_in_turn(std::move(ref), std::move(plan));
  turn_.pass();
  co_return outcome;
}

Task<Result<>> Catalog::change_in_turn(model::BusRef ref, Plan plan) {
  const auto before = state();
  const auto bus = before->find(ref);
  RIALTO_CO_TRY(BusChange change, plan(*before, bus.get()));
  RIALTO_CO_TRY_VOID(co_await store_.commit(std::move(change.batch)));
  publish(ref, std::move(change.bus));
  if (change.is_of_schedule) on_schedule_put_();
  co_return Result<>();
}

BusChange Catalog::make_bus(model::Bus bus) {
  BusChange change;
  bus.id = ++last_bus_id_;
  std::string last_id;
  append_u32(last_id, last_bus_id_);
  change.batch.put(store::Table::Meta, store::kLastBusIdKey, last_id);
  const model::BusRef ref = ref_of(bus);
  change.batch.put(store::Table::Resource, store::bus_key(store_scope(ref), ref.name),
                   model::encode(bus));
  change.bus = std::make_shared<BusState>();
  change.bus->sequences = std::make_shared<SequenceSource>(bus.id, 1);
  change.bus->ref = ref;
  change.bus->bus = std::move(bus);
  return change;
}

void Catalog::publish(const model::BusRef& ref, std::shared_ptr<BusState> bus) {
  auto next = std::make_shared<CatalogState>(*state());
  if (bus) {
    derive(*bus);
    next->buses[catalog_key(ref)] = std::move(bus);
  } else {
    const auto gone = next->buses.find(catalog_key(ref));
    if (gone != next->buses.end()) {
      matchers_.erase(gone->second->bus.id);
      next->buses.erase(gone);
    }
  }
  state_.set(std::move(next));
}

bool Catalog::is_dead_letter_queue(std::string_view arn) const {
  const auto is_one = [arn](const Route& route) {
    return route.destination->target.dead_letter_arn == arn;
  };
  const auto state = this->state();
  for (const auto& [key, bus] : state->buses) {
    for (const auto& [name, rule] : bus->rules) {
      if (std::ranges::any_of(rule->routes, is_one)) return true;
    }
  }
  return false;
}

Task<Result<>> Catalog::reset() {
  co_await turn_.take();
  store::Batch batch;
  for (const auto kind : {store::ResourceKind::Bus, store::ResourceKind::Rule}) {
    const store::Range range = store::prefix_range(store::resource_prefix(kind));
    batch.erase_range(store::Table::Resource, range.from, range.to);
  }
  const store::Range fired = store::prefix_range(store::kRuleFiredPrefix);
  batch.erase_range(store::Table::Meta, fired.from, fired.to);
  Result<> outcome = co_await store_.commit(std::move(batch));
  if (outcome.ok()) {
    state_.set(std::make_shared<const CatalogState>());
    matchers_.clear();
  }
  turn_.pass();
  co_return outcome;
}

}  // namespace rialto::bus
