// Archives: what a bus keeps of its events (docs/spec/04 §1).
//
// An archive is a managed rule in the bus's catalog, so an archived event costs one more record in
// the batch that accepts it (bus/router). Here is the rest: making, changing and removing archives,
// and the retention of what they hold.
//
// Changes go one at a time; each is durable before anybody sees it. Safe to call from any thread.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "bus/catalog.h"
#include "bus/tally.h"
#include "model/archive.h"
#include "net/task.h"
#include "net/turn.h"
#include "store/store.h"

namespace rialto::archive {

// AWS's text.
Error no_such_archive(std::string_view archive);

// What UpdateArchive may change.
struct Change {
  std::optional<std::string> description;
  std::optional<std::string> event_pattern;
  std::optional<std::int64_t> retention_days;
};

class Archives {
 public:
  Archives(store::Store& store, bus::Catalog& catalog, const Clock& clock, Ids& ids)
      : store_(store), catalog_(catalog), clock_(clock), ids_(ids) {}

  // Reads everything from the store. Once, after the catalog and before anything else.
  Result<> load();

  // Whether a bus may have the rule, too.
  using Admit = std::function<Result<>(const bus::BusState& bus, const bus::RuleState& rule)>;

  // Makes the archive with an id and a time of creation of its own. Errors: AlreadyExists, NotFound
  // for the bus, what the pattern's compiler and `admit` say.
  Task<Result<model::Archive>> create(model::Archive archive, Admit admit);
  Task<Result<model::Archive>> update(model::Scope scope, std::string name, Change change,
                                      Admit admit);
  // With its events and its rule.
  Task<Result<>> remove(model::Scope scope, std::string name);

  // Error: NotFound.
  Result<model::Archive> get(const model::Scope& scope, std::string_view name) const;
  // By name.
  std::vector<model::Archive> list(const model::Scope& scope) const;
  bus::Totals totals(const model::Archive& archive) const;
  // By the hour in which they were archived.
  std::map<bus::Hour, bus::Totals> by_hour(const model::Archive& archive) const;
  // Events that were archived before are due to be removed, if they are not gone.
  TimePoint kept_since(const model::Archive& archive) const;

  // Removes what has been kept long enough, every now and then; ends after `stop`.
  Task<> maintain();
  // One round of it.
  Task<> sweep();
  void stop() { is_stopping_ = true; }

  // Removes every archive of every scope; their rules are the catalog's to remove.
  Task<Result<>> reset();

 private:
  using ByName = std::map<std::string, model::Archive, std::less<>>;

  Result<> load_archives();
  void erase_orphans();
  std::vector<model::Archive> all() const;
  Task<Result<model::Archive>> create_in_turn(model::Archive archive, Admit admit);
  Task<Result<model::Archive>> update_in_turn(model::Scope scope, std::string name, Change change,
                                              Admit admit);
  Task<Result<>> remove_in_turn(model::Scope scope, std::string name);
  void keep(const model::Archive& archive);
  void drop(const model::Archive& archive);
  Task<> expire(model::Archive archive);
  Task<> fold(model::Archive archive, bus::Hour end);

  store::Store& store_;
  bus::Catalog& catalog_;
  const Clock& clock_;
  Ids& ids_;
  net::Turn turn_;
  // These are for whoever has the turn.
  store::ArchiveId last_id_ = 0;

  mutable std::mutex mutex_;                 // a leaf
  std::map<model::Scope, ByName> archives_;  // guarded by mutex_

  std::atomic<bool> is_stopping_{false};
  bus::Hour folded_until_ = 0;  // the sweep's own
};

}  // namespace rialto::archive
