// The sequence numbers of one queue. Numbers are reserved in blocks, so that most messages need no
// write for theirs, and none is ever used twice: after a restart counting goes on at the end of the
// reserved block. Pure.
#pragma once

#include <deque>
#include <optional>

#include "store/keys.h"

namespace rialto::queue {

using store::Sequence;

// A number for one message; `reserved_until` is to be stored with the message when it is set.
struct Assigned {
  Sequence sequence = 0;
  std::optional<Sequence> reserved_until;
};

class Numbering {
 public:
  // How many numbers are reserved by one write.
  static constexpr Sequence kBlock = 65'536;

  // At start: a message that is there, then the end of what was reserved.
  void restore(Sequence sequence);
  void finish_restore(Sequence reserved_until);

  // The number is *pending* until it is confirmed or discarded, once.
  Assigned assign();
  // A message of that number is durable, and what it reserved with it.
  void confirm(const Assigned& assigned);
  void discard(Sequence sequence);

  // The next number to be given.
  Sequence next() const { return next_; }
  bool is_pending(Sequence sequence) const;
  const std::deque<Sequence>& pending() const { return pending_; }  // in order
  // No message of a lower number is still to come.
  Sequence settled_end() const { return pending_.empty() ? next_ : pending_.front(); }

 private:
  Sequence next_ = 1;
  Sequence reserved_end_ = 1;  // numbers may be given below it
  Sequence durable_end_ = 1;   // and those below this one need not be reserved again
  std::deque<Sequence> pending_;
};

}  // namespace rialto::queue
