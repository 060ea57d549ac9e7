// Replays: archived events are put on their bus again (docs/spec/04 §2).
//
// Each active replay is a task. It reads a page of its archive, hands it to the bus, and stores how
// far it is in the same batch in which the events become messages and deliveries: so a process that
// is killed goes on where it was, without a gap and without a duplicate. When there is no room for
// more deliveries, or the store does not answer, it waits.
//
// Safe to call from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/archives.h"
#include "archive/pace.h"
#include "archive/reader.h"
#include "base/clock.h"
#include "base/result.h"
#include "bus/ingest.h"
#include "model/archive.h"
#include "net/runtime.h"
#include "net/task_group.h"
#include "net/turn.h"
#include "net/wait_list.h"
#include "store/store.h"

namespace rialto::archive {

// The reason of the error that CancelReplay answers: AWS's name.
inline constexpr std::string_view kIllegalStatus = "IllegalStatusException";

// AWS's texts.
Error no_such_replay(std::string_view replay);
Error replay_exists(std::string_view replay);

// AWS's quotas (docs/spec/10 §2).
struct ReplayLimits {
  std::size_t active_max = 10;  // of an account and Region
  std::chrono::days kept{90};   // after its end
  PageSize page{};              // of one batch
};

class Replays {
 public:
  struct Services {
    net::Runtime& runtime;
    store::Store& store;
    bus::Ingest& ingest;
    Archives& archives;
    const Clock& clock;
  };
  explicit Replays(Services services, ReplayLimits limits = {});
  // Requires that `stop` was called.
  ~Replays();

  // Reads what is stored; then goes on with what an earlier process did not end.
  Result<> load();
  void resume();

  // Begins a replay that is STARTING. Errors: AlreadyExists; LimitExceeded.
  Task<Result<model::Replay>> start(model::Replay replay);
  // Errors: NotFound; Conflict, with kIllegalStatus, when it has ended or is about to.
  Task<Result<model::Replay>> cancel(model::Scope scope, std::string name);

  // Error: NotFound.
  Result<model::Replay> get(const model::Scope& scope, std::string_view name) const;
  // By name.
  std::vector<model::Replay> list(const model::Scope& scope) const;
  // Whether a replay reads the archive.
  bool is_reading(store::ArchiveId archive) const;

  // Removes old records, every now and then; ends after `stop`.
  Task<> maintain();
  Task<> sweep();

  // Ends and removes every replay of every scope.
  Task<Result<>> reset();

  // Ends the tasks; replays that are active go on at the next start. Blocks; not from a loop.
  void stop();

 private:
  struct Page {
    std::shared_ptr<const bus::ReplayedEvents> events;
    std::vector<model::ReplayCursor> cursors;
    std::vector<TimePoint> accepted_at;
    std::size_t at = 0;  // the next to be put
    bool is_empty() const { return at == cursors.size(); }
  };
  struct One {
    model::Replay record;  // guarded by mutex_
    std::atomic<bool> is_forgotten{false};
    net::Turn turn;      // whose it is writes the record
    net::WaitList wake;  // the task, when it pauses
    // The task's own.
    std::optional<Reader> reader;
    Page page;
    bool is_at_end = false;  // of the archive
    Pace pace;
  };
  // What a task does next: again at once, again after a while, or nothing.
  struct Next {
    bool is_over = false;
    Millis wait{0};
  };

  std::shared_ptr<One> find(const model::Scope& scope, std::string_view name) const;
  model::Replay record_of(const One& one) const;
  void add(std::shared_ptr<One> one);
  void set_record(One& one, model::Replay record);
  std::size_t count_active(const model::Scope& scope) const;
  void spawn(std::shared_ptr<One> one);
  bool is_over(const One& one) const;

  Task<Result<model::Replay>> start_in_turn(model::Replay replay);
  Task<Result<model::Replay>> cancel_in_turn(std::shared_ptr<One> one);
  Task<> sweep_in_turn();
  std::vector<model::Replay> find_old() const;
  void drop(const std::vector<model::Replay>& replays);
  Task<Result<>> reset_in_turn();
  void forget_all();
  Task<Result<>> store_record(std::shared_ptr<One> one, model::Replay record);
  Task<> await_idle();

  Task<> run(std::shared_ptr<One> one);
  Task<> pause(std::shared_ptr<One> one, Millis time);
  Task<Next> advance(std::shared_ptr<One> one);
  Task<Next> finish(std::shared_ptr<One> one, model::ReplayState state, std::string reason);
  Task<Next> begin(std::shared_ptr<One> one);
  Result<> read_page(One& one, const model::Replay& record);
  Result<> open(One& one, const model::Replay& record);
  std::size_t count_due(One& one, Millis& wait);
  Task<Next> put_page(std::shared_ptr<One> one, model::Replay record, std::size_t count);
  Task<Next> fail_or_wait(std::shared_ptr<One> one, Error error);

  Services services_;
  const ReplayLimits limits_;
  net::Turn turn_;  // starting, and removing records, one after the other

  mutable std::mutex mutex_;  // a leaf
  // Guarded by mutex_, and so is the record of each.
  std::map<model::Scope, std::map<std::string, std::shared_ptr<One>, std::less<>>> replays_;

  std::atomic<bool> is_stopping_{false};
  std::atomic<std::size_t> running_{0};
  net::WaitList idle_;
  net::TaskGroup tasks_;
};

}  // namespace rialto::archive
