// The deduplication ids that a FIFO queue remembers: those of the messages of the last five
// minutes, whatever became of them. Pure.
//
// About a hundred bytes each.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "queue/engine/codec.h"
#include "store/keys.h"

namespace rialto::queue {

class DeduplicationWindow {
 public:
  static constexpr std::chrono::minutes kInterval{5};  // SQS's

  struct Original {
    store::Sequence sequence = 0;
    MessageId id;
  };

  // The message that had this key within the interval.
  std::optional<Original> find(const DeduplicationKey& key, TimePoint now);
  // Requires that `find` knows none, and that messages are told in order.
  void insert(const DeduplicationKey& key, Original original, TimePoint sent_at);
  // The message did not come to be.
  void remove(const DeduplicationKey& key, store::Sequence sequence);

  void advance(TimePoint now);
  std::size_t size() const { return originals_.size(); }
  // What was stored for messages of lower numbers is not needed any more.
  store::Sequence forgotten_end() const { return forgotten_end_; }

 private:
  struct Hash {
    std::size_t operator()(const DeduplicationKey& key) const { return key.low; }
  };
  struct Expiry {
    TimePoint at;
    DeduplicationKey key;
    store::Sequence sequence;
  };

  std::unordered_map<DeduplicationKey, Original, Hash> originals_;
  std::deque<Expiry> expiries_;
  store::Sequence forgotten_end_ = 0;
};

}  // namespace rialto::queue
