#include "watch/tail.h"

#include <algorithm>

namespace rialto::watch {
namespace {

// Names of rules and what holds them, about.
constexpr std::size_t kRuleBytes = 64;

std::size_t size_bytes(const Passed& passed) {
  return passed.event->text.size() + passed.rules.size() * kRuleBytes;
}

Result<std::optional<ruler::Snapshot>> compile(const std::optional<std::string>& pattern) {
  if (!pattern) return std::optional<ruler::Snapshot>();
  RIALTO_TRY(const auto compiled, ruler::Pattern::compile(*pattern));
  ruler::RuleSet set;
  set.put(0, compiled);
  return std::optional(set.snapshot());
}

}  // namespace

Watcher::Watcher(Tail& tail, model::BusRef bus, std::optional<ruler::Snapshot> pattern)
    : tail_(tail), bus_(std::move(bus)), pattern_(std::move(pattern)) {}

Watcher::~Watcher() { tail_.forget_gone(); }

bool Watcher::wants(const Passed& passed) const {
  if (passed.bus != bus_) return false;
  if (!pattern_) return true;
  thread_local ruler::Scratch scratch;
  const model::Event& event = *passed.event;
  // What is replayed has only its text.
  if (!event.root.is_object()) {
    const auto found = pattern_->match(event.text, scratch);
    return found.ok() && !found->empty();
  }
  return !pattern_->match_document(event.root, scratch).empty();
}

void Watcher::offer(const Passed& passed) {
  if (!wants(passed)) return;
  {
    const std::size_t size = size_bytes(passed);
    const TailOptions& limits = tail_.options_;
    const std::lock_guard guard(mutex_);
    if (buffer_.events.size() == limits.events_max || buffered_bytes_ + size > limits.bytes_max) {
      ++buffer_.lost;
      return;
    }
    buffer_.events.push_back(passed);
    buffered_bytes_ += size;
  }
  waiting_.notify_one();
}

void Watcher::end() {
  {
    const std::lock_guard guard(mutex_);
    buffer_.is_over = true;
  }
  waiting_.notify_one();
}

bool Watcher::has_news() const {
  const std::lock_guard guard(mutex_);
  return !buffer_.events.empty() || buffer_.lost > 0 || buffer_.is_over;
}

Task<Watcher::Taken> Watcher::take(std::chrono::milliseconds wait) {
  const std::shared_ptr<net::Waiter> waiter = co_await waiting_.make_waiter();
  waiting_.enlist(waiter);
  // Enlisted first, so that what comes in between is not missed.
  if (!has_news()) co_await waiter->wait(wait);
  waiting_.leave(waiter);
  const std::lock_guard guard(mutex_);
  Taken out = std::exchange(buffer_, Taken{{}, 0, buffer_.is_over});
  buffered_bytes_ = 0;
  co_return out;
}

Result<std::shared_ptr<Watcher>> Tail::watch(model::BusRef bus,
                                             const std::optional<std::string>& pattern) {
  RIALTO_TRY(auto compiled, compile(pattern));
  auto watcher = std::make_shared<Watcher>(*this, std::move(bus), std::move(compiled));
  bool is_full = false;
  bool is_stopping = false;
  {
    const std::lock_guard guard(mutex_);
    is_full = watchers_.size() >= options_.watchers_max;
    is_stopping = is_stopping_;
    if (!is_full) watchers_.push_back(watcher);
    count_ = watchers_.size();
  }
  if (is_full) {
    return fail(Code::LimitExceeded,
                "Too many watch already, " + std::to_string(options_.watchers_max) + " at most.");
  }
  if (is_stopping) watcher->end();
  return watcher;
}

std::vector<std::shared_ptr<Watcher>> Tail::watchers() const {
  std::vector<std::shared_ptr<Watcher>> out;
  const std::lock_guard guard(mutex_);
  for (const auto& each : watchers_) {
    if (auto watcher = each.lock()) out.push_back(std::move(watcher));
  }
  return out;
}

void Tail::show(const std::vector<Passed>& events) {
  for (const auto& watcher : watchers()) {
    for (const Passed& passed : events) watcher->offer(passed);
  }
}

// Also called for one that was never let in.
void Tail::forget_gone() {
  const std::lock_guard guard(mutex_);
  std::erase_if(watchers_, [](const auto& each) { return each.expired(); });
  count_ = watchers_.size();
}

void Tail::stop() {
  {
    const std::lock_guard guard(mutex_);
    is_stopping_ = true;
  }
  for (const auto& watcher : watchers()) watcher->end();
}

}  // namespace rialto::watch
