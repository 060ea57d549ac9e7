// The move tasks of all queues: who runs, how fast, and how far they are.
//
// A task moves messages in rounds; each round is one batch, with the task's own progress in it, so
// after a restart a task goes on where it was. One task runs per source queue. The latest ten of a
// queue are kept.
//
// Threads: any. Changes of tasks go one at a time (`turn_`); `mutex_` is a leaf that guards the
// list.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "net/task.h"
#include "net/turn.h"
#include "net/wait_list.h"
#include "queue/engine/queue.h"
#include "queue/move.h"
#include "store/store.h"

namespace rialto::queue {

class Mover {
 public:
  using Find = std::function<std::shared_ptr<Queue>(const store::Scope&, std::string_view)>;

  Mover(store::Store& store, const Clock& clock, Ids& ids, Find find);

  // See Queues.
  Result<> load();
  Task<Result<MoveTask>> start(MoveTask task);
  Task<Result<MoveTask>> cancel(store::Scope scope, std::string source, std::string id);
  std::vector<MoveTask> list(const store::Scope& scope, std::string_view source,
                             std::size_t count_max) const;
  Task<> run();
  // One round of every task that runs; answers how long nothing needs to be done then.
  Task<Millis> round();
  void stop();
  // Another time than expected: whoever waits looks again.
  void look() { wake_.notify_all(); }

 private:
  struct Entry {
    MoveTask task;
    store::QueueId queue = 0;
    std::string key{};  // of its record
    // How many messages may be moved now, in a task with a rate.
    double allowance = 1;
    TimePoint allowance_at{};
  };
  using Source = std::pair<store::Scope, std::string>;

  Task<Millis> step(std::shared_ptr<Entry> entry);
  Task<Millis> step_in_turn(std::shared_ptr<Entry> entry);
  Task<Result<MoveTask>> start_in_turn(MoveTask task);
  Task<Result<MoveTask>> cancel_in_turn(Source source, std::string id);
  std::size_t take_allowance(Entry& entry) const;
  FindDestination destination_of(const MoveTask& task) const;
  std::vector<std::shared_ptr<Entry>> active() const;
  void update(Entry& entry, const MoveTask& task);
  void forget(const std::shared_ptr<Entry>& entry);

  store::Store& store_;
  const Clock& clock_;
  Ids& ids_;
  const Find find_;
  net::Turn turn_;
  net::WaitList wake_;
  std::atomic<bool> is_stopping_ = false;

  mutable std::mutex mutex_;
  // By source, the oldest first. Guarded by mutex_; entries are changed by whoever has the turn.
  std::map<Source, std::deque<std::shared_ptr<Entry>>> tasks_;
};

}  // namespace rialto::queue
