// A disk and, for as long as one process lives, a store on it: commits are answered when the world
// says so, reads fail when it says so, and a crash loses what was not answered.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/keys.h"
#include "store/memory/memory_store.h"

namespace rialto::delivery {

// A delivery, as the model names it: what the engine stores it as.
using Owed = store::DeliveryKey;

// What is on disk. Sees every batch that gets there.
class SimulatedDisk {
 public:
  // What one batch did to the records of deliveries.
  struct Change {
    std::vector<Owed> gone;
    std::vector<Owed> come;
    std::vector<Owed> moved;   // to another due time
    std::size_t messages = 0;  // that came
  };
  std::function<void(const Change&)> on_change;

  void apply(const store::Batch& batch);
  store::MemoryStore& content() { return content_; }
  std::optional<TimePoint> due_at(const Owed& owed) const;
  bool is_due_by_request(const Owed& owed) const { return by_request_.contains(owed); }
  std::size_t owed() const { return due_.size(); }

 private:
  store::MemoryStore content_;
  std::map<Owed, TimePoint> due_;
  std::set<Owed> by_request_;  // of these, because the target asked for it
};

// The store of one process. Commits are answered when the world says so, in order.
class SimulatedStore final : public store::Store {
 public:
  explicit SimulatedStore(SimulatedDisk& disk) : disk_(disk) {}

  Result<std::optional<std::string>> get(store::Table table, std::string_view key) const override;
  Result<> scan(store::Table table, const store::Range& range,
                const store::Visitor& visitor) const override;
  void submit(store::Batch batch, store::Done done) override;
  void backup(std::string directory, store::Done done) override;

  std::size_t waiting() const { return waiting_.size(); }
  // The oldest commit that waits succeeds, or is refused.
  void answer(bool is_refused);
  // From now on, or not any more: every commit is answered at once.
  void set_prompt(bool is_prompt) { is_prompt_ = is_prompt; }
  void fail_reads(int count) { failed_reads_ = count; }
  // Called while what is due is being read, after what is read was fixed.
  std::function<void()> while_reading;
  // The process ends: `count` of the commits that wait are on disk, all others are lost.
  void crash(std::size_t count);
  bool is_dead() const { return is_dead_; }

 private:
  struct Waiting {
    store::Batch batch;
    store::Done done;
  };
  bool fails_reading() const;

  SimulatedDisk& disk_;
  std::deque<Waiting> waiting_;
  bool is_prompt_ = false;
  bool is_dead_ = false;
  mutable int failed_reads_ = 0;
};

}  // namespace rialto::delivery
