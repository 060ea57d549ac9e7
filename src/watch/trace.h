// The trace: what became of the latest events, step by step, in memory.
//
// Steps are bytes at the end of a row of blocks, the oldest of which are dropped: by age, and when
// all would be larger than the trace may be. Recording is one copy under a lock; nothing is
// indexed, so asking for an event reads everything that is kept, some milliseconds' work that holds
// nobody up.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "json/value.h"
#include "watch/step.h"

namespace rialto::watch {

struct TraceOptions {
  std::chrono::seconds keep{3'600};   // zero: nothing is traced
  std::size_t bytes_max = 32U << 20;  // zero: nothing is traced; else at least kTraceBytesMin
};

inline constexpr std::size_t kTraceBytesMin = 1U << 20;

// What one answer tells of an event; the rest of its steps is left out. An event that a thousand
// rules match has that many.
inline constexpr std::size_t kStoryStepsMax = 10'000;

// What is known of one event: its steps in the order in which they were recorded.
struct Story {
  std::vector<std::string> steps;  // each as append_step wrote it
  bool is_cut = false;             // there are more than kStoryStepsMax
};

// For people and their scripts: the answer of /_rialto/trace. The times in ISO 8601.
json::Value to_json(std::string_view id, const Story& story);

// Safe to call from any thread.
class Trace {
 public:
  explicit Trace(TraceOptions options);

  bool is_on() const { return options_.bytes_max > 0; }

  // Keeps what append_step made, of one event or many. Requires that it is on.
  void record(std::string_view steps, TimePoint now);

  // Everything that is kept of the event. Reads all that is kept.
  Story find(std::string_view id, TimePoint now);

  // Forgets all.
  void reset();

 private:
  struct Block {
    explicit Block(std::size_t size) : bytes(std::make_unique_for_overwrite<char[]>(size)) {}
    std::unique_ptr<char[]> bytes;
    std::size_t used = 0;  // guarded by mutex_; what lies before does not change any more
    TimePoint last_at{};   // guarded by mutex_
  };

  using Kept = std::pair<std::shared_ptr<Block>, std::size_t>;  // and how much of it is used

  void drop_old(TimePoint now);
  static Story read(const std::vector<Kept>& blocks, std::string_view id, TimePoint since);
  Block& begin_block();

  const TraceOptions options_;
  const std::size_t block_bytes_;
  std::mutex mutex_;                           // a leaf
  std::deque<std::shared_ptr<Block>> blocks_;  // guarded by mutex_; the oldest first
};

}  // namespace rialto::watch
