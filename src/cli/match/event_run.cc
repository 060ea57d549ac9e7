#include "cli/match/event_run.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace rialto::cli {
namespace {

// Answers of a thread that may wait for a slower one.
constexpr std::size_t kPendingPerThread = 4;

std::size_t count_threads(std::size_t wanted) {
  return wanted > 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

EventRun::EventRun(const Rules& rules, Answers answers, BlockReader reader, std::size_t threads,
                   bool is_quiet)
    : rules_(rules),
      answers_(answers),
      threads_(count_threads(threads)),
      answers_out_(reader.name(), threads_ * kPendingPerThread, is_quiet),
      reader_(std::move(reader)) {
  if (answers_ == Answers::Nothing) counts_.resize(rules_.ranks.size());
}

Result<std::uint64_t> EventRun::run() {
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads_; ++i) others.emplace_back([this] { work(); });
  work();
  for (std::thread& other : others) other.join();
  InOrder::Total total = answers_out_.finish();
  if (total.error) return std::move(*total.error);
  if (error_) return std::move(*error_);
  return total.bad;
}

std::optional<std::uint64_t> EventRun::read(Block& block) {
  const std::lock_guard lock(mutex_);
  if (is_over_ || answers_out_.has_failed()) return std::nullopt;
  auto is_some = reader_.next(block);
  if (is_some.ok() && *is_some) return next_ticket_++;
  if (!is_some.ok()) error_ = std::move(is_some).error();
  is_over_ = true;
  return std::nullopt;
}

void EventRun::work() {
  Matcher matcher(rules_, answers_);
  Block block;
  while (const auto ticket = read(block)) {
    answers_out_.put(*ticket, matcher.match(block, [&](std::string& output) {
      answers_out_.put_part(*ticket, output);
    }));
  }
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += matcher.counts()[i];
}

}  // namespace rialto::cli
