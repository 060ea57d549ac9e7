#include "cli/match/in_order.h"

#include <cstdio>
#include <utility>

#include "cli/match/output.h"

namespace rialto::cli {

void InOrder::put(std::uint64_t ticket, Matched matched) {
  std::unique_lock lock(mutex_);
  has_moved_.wait(lock, [&] { return turn_ == ticket || pending_.size() < pending_max_; });
  if (turn_ != ticket) {
    pending_.emplace(ticket, std::move(matched));
    return;
  }
  // The turn stays here while the lock is away, so nobody else writes.
  for (;;) {
    lock.unlock();
    settle(matched);
    lock.lock();
    ++turn_;
    has_moved_.notify_all();
    const auto next = pending_.find(turn_);
    if (next == pending_.end()) return;
    matched = std::move(next->second);
    pending_.erase(next);
  }
}

void InOrder::put_part(std::uint64_t ticket, std::string& output) {
  {
    std::unique_lock lock(mutex_);
    has_moved_.wait(lock, [&] { return turn_ == ticket; });
  }
  write(output);
  output.clear();
}

void InOrder::write(std::string_view output) {
  if (output.empty() || has_failed_) return;
  auto written = write_output(output);
  if (written.ok()) return;
  total_.error = std::move(written).error();
  has_failed_ = true;
}

void InOrder::settle(Matched& matched) {
  write(matched.output);
  for (const Problem& problem : matched.problems) {
    if (problems_shown_ == kProblemsShownMax) break;
    ++problems_shown_;
    progress_.hide();
    std::fprintf(stderr, "rialto match: %s, line %zu: %s\n", input_.c_str(), lines_ + problem.line,
                 problem.message.c_str());
  }
  lines_ += matched.lines;
  total_.events += matched.events;
  total_.bad += matched.bad;
  progress_.tell(total_.events);
}

InOrder::Total InOrder::finish() {
  progress_.finish(total_.events);
  if (total_.bad > problems_shown_) {
    std::fprintf(stderr, "rialto match: %s: %llu more lines are no events.\n", input_.c_str(),
                 static_cast<unsigned long long>(total_.bad - problems_shown_));
  }
  return std::move(total_);
}

}  // namespace rialto::cli
