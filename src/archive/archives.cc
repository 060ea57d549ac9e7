#include "archive/archives.h"

#include <algorithm>
#include <set>

#include "archive/managed_rule.h"
#include "base/bytes.h"
#include "base/log.h"
#include "net/runtime.h"
#include "store/keys.h"

namespace rialto::archive {
namespace {

using store::Table;

// What is looked at is in memory; a moved clock of a test is noticed soon.
constexpr Millis kSweepInterval{1'000};
constexpr std::chrono::hours kDay{24};

model::Scope scope_of(const model::Archive& archive) {
  return {.account = archive.account, .region = archive.region};
}

model::BusRef bus_of(const model::Archive& archive) {
  return {.region = archive.region, .account = archive.account, .name = archive.bus};
}

void put_record(store::Batch& batch, const model::Archive& archive) {
  batch.put(Table::Resource, store::archive_key(scope_of(archive), archive.name),
            model::encode(archive));
}

void erase_events(store::Batch& batch, store::ArchiveId id) {
  const store::Range events = store::prefix_range(store::archived_prefix(id));
  batch.erase_range(Table::Archive, events.from, events.to);
  const store::Range cells = store::prefix_range(store::tally_prefix(id));
  batch.erase_range(Table::Meta, cells.from, cells.to);
}

// The archive's rule; nullptr when somebody removed it by force.
std::shared_ptr<const bus::RuleState> find_rule(const bus::BusState* bus,
                                                const model::Archive& archive) {
  if (bus == nullptr) return nullptr;
  const auto found = bus->rules.find(archive.rule_name());
  if (found == bus->rules.end() || found->second->rule.archive_id != archive.id) return nullptr;
  return found->second;
}

bus::BusChange unchanged(const bus::BusState* bus) {
  return bus == nullptr ? bus::BusChange{} : bus::unchanged(*bus);
}

Error archive_exists(std::string_view name) {
  return fail(Code::AlreadyExists, "Archive " + std::string(name) + " already exists.");
}

}  // namespace

Error no_such_archive(std::string_view archive) {
  return fail(Code::NotFound, "Archive " + std::string(archive) + " does not exist.");
}

Result<> Archives::load() {
  RIALTO_TRY(const auto last_id, store_.get(Table::Meta, store::kLastArchiveIdKey));
  if (last_id) last_id_ = ByteReader(*last_id).u32();
  RIALTO_TRY_VOID(load_archives());
  erase_orphans();
  return {};
}

Result<> Archives::load_archives() {
  Result<> outcome;
  const auto visit = [&](std::string_view, std::string_view value) {
    auto archive = model::decode_archive(value);
    if (archive.ok()) {
      keep(*archive);
    } else {
      outcome = archive.error();
    }
    return outcome.ok();
  };
  const auto prefix = store::resource_prefix(store::ResourceKind::Archive);
  RIALTO_TRY_VOID(store_.scan(Table::Resource, store::prefix_range(prefix), visit));
  return outcome;
}

// What was archived while its archive was being removed.
void Archives::erase_orphans() {
  std::set<store::ArchiveId> known;
  for (const model::Archive& archive : all()) known.insert(archive.id);
  store::Batch batch;
  for (const store::ArchiveId id : catalog_.tallies().ids()) {
    if (known.contains(id)) continue;
    erase_events(batch, id);
    catalog_.tallies().forget(id);
  }
  if (!batch.empty()) store_.submit(std::move(batch), [](const Result<>&) {});
}

Task<Result<model::Archive>> Archives::create(model::Archive archive, Admit admit) {
  co_await turn_.take();
  auto outcome = co_await create_in_turn(std::move(archive), std::move(admit));
  turn_.pass();
  co_return outcome;
}

Task<Result<model::Archive>> Archives::create_in_turn(model::Archive archive, Admit admit) {
  if (get(scope_of(archive), archive.name).ok()) co_return archive_exists(archive.name);
  archive.id = last_id_ + 1;
  archive.created_at = clock_.now();
  RIALTO_CO_TRY(const auto rule, make_rule(archive, ids_.uuid()));
  const auto plan = [this, archive, rule, admit](
                        const bus::CatalogState&,
                        const bus::BusState* bus) -> Result<bus::BusChange> {
    if (bus == nullptr) return bus::no_such_bus(archive.bus);
    if (bus->rules.contains(rule.name)) {
      return fail(Code::AlreadyExists,
                  "Rule " + rule.name + " already exists on EventBus " + archive.bus + ".");
    }
    RIALTO_TRY(auto compiled, catalog_.compile(rule, bus->ref));
    RIALTO_TRY_VOID(admit(*bus, *compiled));
    bus::BusChange change = bus::with_rule(*bus, std::move(compiled));
    put_record(change.batch, archive);
    std::string last_id;
    append_u32(last_id, archive.id);
    change.batch.put(Table::Meta, store::kLastArchiveIdKey, last_id);
    return change;
  };
  RIALTO_CO_TRY_VOID(co_await catalog_.change(bus_of(archive), plan));
  last_id_ = archive.id;
  keep(archive);
  co_return archive;
}

Task<Result<model::Archive>> Archives::update(model::Scope scope, std::string name, Change change,
                                              Admit admit) {
  co_await turn_.take();
  auto outcome = co_await update_in_turn(std::move(scope), std::move(name), std::move(change),
                                         std::move(admit));
  turn_.pass();
  co_return outcome;
}

Task<Result<model::Archive>> Archives::update_in_turn(model::Scope scope, std::string name,
                                                      Change change, Admit admit) {
  RIALTO_CO_TRY(model::Archive archive, get(scope, name));
  if (change.description) archive.description = std::move(change.description);
  if (change.event_pattern) archive.event_pattern = std::move(change.event_pattern);
  if (change.retention_days) archive.retention_days = *change.retention_days;
  const auto plan = [this, archive, admit](const bus::CatalogState&,
                                           const bus::BusState* bus) -> Result<bus::BusChange> {
    bus::BusChange planned = unchanged(bus);
    if (const auto rule = find_rule(bus, archive)) {
      model::Rule changed = rule->rule;
      changed.event_pattern = rule_pattern(archive.event_pattern);
      RIALTO_TRY(auto compiled, catalog_.compile(std::move(changed), bus->ref));
      RIALTO_TRY_VOID(admit(*bus, *compiled));
      planned = bus::with_rule(*bus, std::move(compiled));
    }
    put_record(planned.batch, archive);
    return planned;
  };
  RIALTO_CO_TRY_VOID(co_await catalog_.change(bus_of(archive), plan));
  keep(archive);
  co_return archive;
}

Task<Result<>> Archives::remove(model::Scope scope, std::string name) {
  co_await turn_.take();
  const Result<> outcome = co_await remove_in_turn(std::move(scope), std::move(name));
  turn_.pass();
  co_return outcome;
}

Task<Result<>> Archives::remove_in_turn(model::Scope scope, std::string name) {
  RIALTO_CO_TRY(const model::Archive archive, get(scope, name));
  const auto plan = [archive](const bus::CatalogState&,
                              const bus::BusState* bus) -> Result<bus::BusChange> {
    const auto rule = find_rule(bus, archive);
    bus::BusChange planned = rule ? bus::without_rule(*bus, rule->rule.name) : unchanged(bus);
    planned.batch.erase(Table::Resource, store::archive_key(scope_of(archive), archive.name));
    erase_events(planned.batch, archive.id);
    return planned;
  };
  RIALTO_CO_TRY_VOID(co_await catalog_.change(bus_of(archive), plan));
  catalog_.tallies().forget(archive.id);
  drop(archive);
  co_return Result<>();
}

Result<model::Archive> Archives::get(const model::Scope& scope, std::string_view name) const {
  const std::lock_guard guard(mutex_);
  const auto names = archives_.find(scope);
  if (names == archives_.end()) return no_such_archive(name);
  const auto found = names->second.find(name);
  if (found == names->second.end()) return no_such_archive(name);
  return found->second;
}

std::vector<model::Archive> Archives::list(const model::Scope& scope) const {
  const std::lock_guard guard(mutex_);
  std::vector<model::Archive> out;
  const auto names = archives_.find(scope);
  if (names == archives_.end()) return out;
  for (const auto& [name, archive] : names->second) out.push_back(archive);
  return out;
}

std::vector<model::Archive> Archives::all() const {
  const std::lock_guard guard(mutex_);
  std::vector<model::Archive> out;
  for (const auto& [scope, names] : archives_) {
    for (const auto& [name, archive] : names) out.push_back(archive);
  }
  return out;
}

void Archives::keep(const model::Archive& archive) {
  const std::lock_guard guard(mutex_);
  archives_[scope_of(archive)].insert_or_assign(archive.name, archive);
}

void Archives::drop(const model::Archive& archive) {
  const std::lock_guard guard(mutex_);
  archives_[scope_of(archive)].erase(archive.name);
}

bus::Totals Archives::totals(const model::Archive& archive) const {
  return catalog_.tallies().of(archive.id)->totals();
}

std::map<bus::Hour, bus::Totals> Archives::by_hour(const model::Archive& archive) const {
  return catalog_.tallies().of(archive.id)->by_hour();
}

TimePoint Archives::kept_since(const model::Archive& archive) const {
  if (archive.retention_days == 0) return from_millis(0);
  return std::max(from_millis(0), clock_.now() - archive.retention_days * kDay);
}

Task<> Archives::maintain() {
  while (!is_stopping_) {
    co_await sweep();
    if (!is_stopping_) co_await net::sleep_for(kSweepInterval);
  }
}

Task<> Archives::sweep() {
  const bus::Hour now = bus::hour_of(clock_.now());
  for (const model::Archive& archive : all()) {
    co_await expire(archive);
    if (now > folded_until_) co_await fold(archive, now);
  }
  folded_until_ = now;
}

// By whole hours: an event leaves at most an hour late, and nothing is read for it.
Task<> Archives::expire(model::Archive archive) {
  const bus::Hour end = bus::hour_of(kept_since(archive));
  const auto tally = catalog_.tallies().of(archive.id);
  store::Batch batch;
  const auto hours = tally->expire(batch, end);
  if (hours.empty()) co_return;
  const Result<> outcome = co_await store_.commit(std::move(batch));
  if (!outcome.ok()) co_return;  // the next round tries again
  tally->forget(hours);
  log::info("archive.expired", {{"archive", archive.arn()}, {"hours", hours.size()}});
}

Task<> Archives::fold(model::Archive archive, bus::Hour end) {
  const auto tally = catalog_.tallies().of(archive.id);
  bus::Tally::Folding folding = tally->begin_fold(end);
  if (folding.hours.empty()) co_return;
  const Result<> outcome = co_await store_.commit(std::move(folding.batch));
  tally->finish_fold(folding.hours, outcome.ok());
}

Task<Result<>> Archives::reset() {
  co_await turn_.take();
  store::Batch batch;
  const store::Range records =
      store::prefix_range(store::resource_prefix(store::ResourceKind::Archive));
  batch.erase_range(Table::Resource, records.from, records.to);
  batch.erase_range(Table::Archive, {}, store::kAfterAllKeys);
  const store::Range cells = store::prefix_range(store::tally_prefix());
  batch.erase_range(Table::Meta, cells.from, cells.to);
  const Result<> outcome = co_await store_.commit(std::move(batch));
  if (outcome.ok()) {
    catalog_.tallies().clear();
    const std::lock_guard guard(mutex_);
    archives_.clear();
  }
  turn_.pass();
  co_return outcome;
}

}  // namespace rialto::archive
