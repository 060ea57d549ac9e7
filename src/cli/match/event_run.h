// Matches a whole input. Private to cli.
//
// Threads take turns at reading blocks of lines, match side by side, and take turns at writing, so
// that the answers come in the order of the events. What is in memory is some blocks a thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "cli/match/in_order.h"
#include "cli/match/lines.h"
#include "cli/match/matcher.h"
#include "cli/match/rules.h"

namespace rialto::cli {

// Used once.
class EventRun {
 public:
  // `rules` outlive it. 0 threads are one for each core.
  EventRun(const Rules& rules, Answers answers, BlockReader reader, std::size_t threads,
           bool is_quiet);

  // How many lines were no events. Errors: what kept it from reading or writing to the end.
  Result<std::uint64_t> run();

  // After `run`: how many events each rule matched; only with Answers::Nothing.
  const std::vector<std::uint64_t>& counts() const { return counts_; }

 private:
  void work();
  // The next block's ticket, or nothing when there is no more to do.
  std::optional<std::uint64_t> read(Block& block);

  const Rules& rules_;
  const Answers answers_;
  const std::size_t threads_;
  InOrder answers_out_;

  std::mutex mutex_;
  BlockReader reader_;  // guarded by mutex_, as all below
  std::uint64_t next_ticket_ = 0;
  bool is_over_ = false;
  std::optional<Error> error_;
  std::vector<std::uint64_t> counts_;
};

}  // namespace rialto::cli
