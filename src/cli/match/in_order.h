// The answers of threads that work side by side, written in the order of the input. Private to cli.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/match/matcher.h"
#include "cli/match/progress.h"

namespace rialto::cli {

// Every ticket, from 0 on, is put once. At most `pending_max` answers wait for earlier ones; beyond
// that a thread waits itself. Safe to call from any thread.
class InOrder {
 public:
  InOrder(std::string input, std::size_t pending_max, bool is_quiet)
      : input_(std::move(input)), pending_max_(pending_max), progress_(is_quiet) {}

  void put(std::uint64_t ticket, Matched matched);

  // Waits for the ticket's turn, and writes a first part of its answers. Leaves `output` empty.
  void put_part(std::uint64_t ticket, std::string& output);

  // Whether nothing more can be written.
  bool has_failed() const { return has_failed_; }

  struct Total {
    std::uint64_t events = 0;
    std::uint64_t bad = 0;
    std::optional<Error> error;  // why nothing more could be written
  };
  // Requires that every thread is done.
  Total finish();

 private:
  // These two are for the thread whose turn it is; there is one at a time.
  void write(std::string_view output);
  void settle(Matched& matched);

  const std::string input_;
  const std::size_t pending_max_;
  std::atomic<bool> has_failed_ = false;

  std::mutex mutex_;
  std::condition_variable has_moved_;
  std::uint64_t turn_ = 0;                    // guarded by mutex_
  std::map<std::uint64_t, Matched> pending_;  // guarded by mutex_

  // Belong to the turn.
  Progress progress_;
  Total total_;
  std::size_t lines_ = 0;
  std::size_t problems_shown_ = 0;
};

}  // namespace rialto::cli
