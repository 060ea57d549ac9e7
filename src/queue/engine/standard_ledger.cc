#include "queue/engine/standard_ledger.h"

#include <algorithm>
#include <functional>

#include "base/check.h"

namespace rialto::queue {

void StandardLedger::restore(Found message) {
  ++total_;
  const Sequence sequence = message.sequence;
  numbers_.restore(sequence);
  if (message.state && message.state->receive_count > 0) {
    track(sequence, *message.state, Phase::InFlight);
  } else if (message.state && (is_restoring_window_ || delayed_ < limits_.delayed_max)) {
    track(sequence, *message.state, Phase::Delayed);
  } else if (is_restoring_window_) {
    push_fresh(sequence);
  }
  if (!is_restoring_window_) return;
  cursor_ = sequence + 1;
  is_restoring_window_ = has_room();
}

void StandardLedger::finish_restore(Sequence reserved_until) {
  numbers_.finish_restore(reserved_until);
  if (is_restoring_window_) cursor_ = numbers_.next();
}

Assigned StandardLedger::assign(Place /*place*/) {
  const bool is_in_window = cursor_ == numbers_.next() && has_room();
  const Assigned out = numbers_.assign();
  if (is_in_window) cursor_ = numbers_.next();
  return out;
}

void StandardLedger::publish(const Assigned& assigned, TimePoint visible_at, TimePoint now) {
  const Sequence sequence = assigned.sequence;
  numbers_.confirm(assigned);
  ++total_;
  const ReceiveState state{.visible_at = visible_at};
  if (sequence < cursor_ && visible_at <= now) return push_fresh(sequence);
  if (sequence < cursor_) {
    bring_in({.sequence = sequence, .state = state}, now);
    return;
  }
  if (visible_at > now && delayed_ < limits_.delayed_max) {
    track(sequence, state, Phase::Delayed);
  } else if (is_paging_) {
    // The page may have read past its place before it was there.
    arrived_.push_back({.sequence = sequence, .state = state});
  }
}

void StandardLedger::discard(const Assigned& assigned) { numbers_.discard(assigned.sequence); }

void StandardLedger::advance(TimePoint now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const Sequence sequence = due_.begin()->second;
    const auto entry = tracked_.find(sequence);
    RIALTO_CHECK(entry != tracked_.end(), "what is due is tracked");
    if (entry->second.phase == Phase::InFlight) {
      set_phase(entry, Phase::Ready);
      continue;
    }
    const Found message{.sequence = sequence, .state = entry->second.state};
    untrack(entry);
    if (sequence < cursor_) {
      push_fresh(sequence);
    } else if (is_paging_) {
      arrived_.push_back(message);
    }
  }
}

Counts StandardLedger::counts() const {
  const auto in_flight = static_cast<std::int64_t>(in_flight_);
  const auto delayed = static_cast<std::int64_t>(delayed_);
  return {.visible = std::max<std::int64_t>(total_ - in_flight - delayed, 0),
          .in_flight = in_flight,
          .delayed = delayed};
}

std::optional<TimePoint> StandardLedger::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

bool StandardLedger::has_ready() const { return !fresh_.empty() || !returned_.empty(); }

bool StandardLedger::can_take() const {
  return !is_at_in_flight_limit() && (has_ready() || cursor_ < numbers_.next());
}

bool StandardLedger::is_row(Sequence sequence, std::size_t count) const {
  return !fresh_.empty() && fresh_.size() >= count && fresh_.front() > sequence &&
         fresh_.front() - sequence < kRowNumbersMax / 2;
}

std::vector<Taken> StandardLedger::take(std::size_t count_max, TimePoint now, TimePoint visible_at,
                                        Ids& ids) {
  std::vector<Taken> out;
  while (out.size() < count_max && !is_at_in_flight_limit()) {
    const std::optional<Sequence> sequence = pop_ready();
    if (!sequence) break;
    const auto [entry, is_first] = tracked_.try_emplace(*sequence);
    ReceiveState& state = entry->second.state;
    if (is_first || state.receive_count == 0) state.first_received_at = now;
    state.received_at = now;
    state.visible_at = visible_at;
    state.nonce = ids.random();
    ++state.receive_count;
    entry->second.phase = Phase::InFlight;
    ++in_flight_;
    due_.emplace(visible_at, *sequence);
    out.push_back({*sequence, state});
  }
  return out;
}

bool StandardLedger::is_current(const Taken& taken) const {
  const auto entry = tracked_.find(taken.sequence);
  return entry != tracked_.end() && entry->second.state.nonce == taken.state.nonce &&
         entry->second.phase != Phase::Deleting;
}

void StandardLedger::drop(const Taken& taken) {
  if (is_current(taken)) untrack(tracked_.find(taken.sequence));
}

bool StandardLedger::expire(const Taken& taken) {
  if (!is_current(taken)) return false;
  untrack(tracked_.find(taken.sequence));
  --total_;
  return true;
}

bool StandardLedger::expire_found(Sequence sequence) {
  if (numbers_.is_pending(sequence)) return false;
  const auto entry = tracked_.find(sequence);
  if (entry != tracked_.end()) {
    if (entry->second.phase == Phase::Deleting) return false;  // finish_delete counts it
    untrack(entry);
  } else if (!fresh_.empty() && fresh_.front() == sequence) {
    pop_fresh();
  } else if (sequence < cursor_) {
    return false;
  }
  // No page shall bring it back while its erasing is under way. What lies before it on disk is
  // known or was expired just now.
  cursor_ = std::max(cursor_, sequence + 1);
  --total_;
  return true;
}

StandardLedger::Deletion StandardLedger::begin_delete(Sequence sequence, std::uint64_t nonce) {
  const auto entry = tracked_.find(sequence);
  if (entry == tracked_.end()) {
    return numbers_.is_pending(sequence) || sequence >= numbers_.next() ? Deletion::Stale
                                                                        : Deletion::Unknown;
  }
  if (entry->second.phase == Phase::Delayed || entry->second.state.nonce != nonce) {
    return Deletion::Stale;
  }
  if (entry->second.phase == Phase::Deleting) return Deletion::Joined;
  set_phase(entry, Phase::Deleting);
  return Deletion::Started;
}

StandardLedger::Deletion StandardLedger::adopt_delete(Sequence sequence, std::uint64_t nonce) {
  const Deletion known = begin_delete(sequence, nonce);
  if (known != Deletion::Unknown) return known;
  track(sequence, ReceiveState{.nonce = nonce}, Phase::Deleting);
  return Deletion::Started;
}

void StandardLedger::finish_delete(Sequence sequence, bool is_done) {
  const auto entry = tracked_.find(sequence);
  // A purge was faster, and counted it.
  if (entry == tracked_.end() || entry->second.phase != Phase::Deleting) return;
  if (!is_done) {
    set_phase(entry, Phase::InFlight);
    return;
  }
  untrack(entry);
  --total_;
}

std::pair<StandardLedger::Visibility, ReceiveState> StandardLedger::change_visibility(
    Sequence sequence, std::uint64_t nonce, TimePoint visible_at) {
  const auto entry = tracked_.find(sequence);
  if (entry == tracked_.end() || entry->second.state.nonce != nonce) return {Visibility::Gone, {}};
  ReceiveState& state = entry->second.state;
  switch (entry->second.phase) {
    case Phase::Delayed: return {Visibility::Gone, {}};
    case Phase::Ready: return {Visibility::NotInFlight, {}};
    case Phase::Deleting: return {Visibility::Gone, {}};
    case Phase::InFlight: break;
  }
  if (visible_at > state.received_at + kInFlightMax) return {Visibility::TooLong, {}};
  due_.erase({state.visible_at, sequence});
  state.visible_at = visible_at;
  due_.emplace(visible_at, sequence);
  return {Visibility::Changed, state};
}

std::optional<std::pair<Sequence, Sequence>> StandardLedger::begin_page() {
  RIALTO_CHECK(!is_paging_, "one page at a time");
  if (cursor_ >= numbers_.next()) return std::nullopt;
  is_paging_ = true;
  return std::pair(cursor_, numbers_.next());
}

void StandardLedger::end_page(const std::vector<Found>& found, bool is_complete, TimePoint now) {
  is_paging_ = false;
  std::vector<Found> arrived = std::move(arrived_);
  arrived_.clear();
  if (is_complete) {
    cursor_ = numbers_.next();
  } else if (!found.empty()) {
    cursor_ = found.back().sequence + 1;
  }
  for (const Found& message : found) {
    if (tracked_.contains(message.sequence) || numbers_.is_pending(message.sequence)) continue;
    bring_in(message, now);
  }
  for (const Found& message : arrived) {
    if (message.sequence >= cursor_) continue;
    const bool is_found = std::ranges::binary_search(found, message.sequence, {}, &Found::sequence);
    if (!is_found) bring_in(message, now);
  }
}

void StandardLedger::cancel_page() {
  is_paging_ = false;
  arrived_.clear();
}

StandardLedger::Purge StandardLedger::purge() {
  RIALTO_CHECK(!is_paging_, "no purge while a page is read");
  const auto& pending = numbers_.pending();
  Purge out{.end = numbers_.next(), .spared = {pending.begin(), pending.end()}, .removed = total_};
  cursor_ = numbers_.next();
  fresh_.clear();
  returned_.clear();
  tracked_.clear();
  due_.clear();
  total_ = 0;
  in_flight_ = 0;
  delayed_ = 0;
  return out;
}

void StandardLedger::undo(const Purge& purge) {
  // Read everything again from the start; what is tracked or pending is skipped then.
  fresh_.clear();
  cursor_ = 1;
  total_ += purge.removed;
}

bool StandardLedger::has_room() const {
  return fresh_.size() + delayed_ + numbers_.pending().size() < limits_.window_max;
}

void StandardLedger::push_fresh(Sequence sequence) {
  fresh_.push_back(sequence);
  std::push_heap(fresh_.begin(), fresh_.end(), std::greater<>());
}

void StandardLedger::pop_fresh() {
  std::pop_heap(fresh_.begin(), fresh_.end(), std::greater<>());
  fresh_.pop_back();
}

std::optional<Sequence> StandardLedger::pop_ready() {
  // Tracked means that it is being deleted, with a handle from before the start.
  while (!fresh_.empty() && tracked_.contains(fresh_.front())) pop_fresh();
  if (!returned_.empty() && (fresh_.empty() || *returned_.begin() < fresh_.front())) {
    return returned_.extract(returned_.begin()).value();
  }
  if (fresh_.empty()) return std::nullopt;
  const Sequence sequence = fresh_.front();
  pop_fresh();
  return sequence;
}

void StandardLedger::leave_phase(Entry entry) {
  const auto& [sequence, tracked] = *entry;
  switch (tracked.phase) {
    case Phase::Delayed:
      --delayed_;
      due_.erase({tracked.state.visible_at, sequence});
      break;
    case Phase::InFlight:
      --in_flight_;
      due_.erase({tracked.state.visible_at, sequence});
      break;
    case Phase::Ready: returned_.erase(sequence); break;
    case Phase::Deleting: --in_flight_; break;
  }
}

void StandardLedger::set_phase(Entry entry, Phase phase) {
  leave_phase(entry);
  enter_phase(entry, phase);
}

void StandardLedger::enter_phase(Entry entry, Phase phase) {
  auto& [sequence, tracked] = *entry;
  tracked.phase = phase;
  switch (phase) {
    case Phase::Delayed:
      ++delayed_;
      due_.emplace(tracked.state.visible_at, sequence);
      break;
    case Phase::InFlight:
      ++in_flight_;
      due_.emplace(tracked.state.visible_at, sequence);
      break;
    case Phase::Ready: returned_.insert(sequence); break;
    case Phase::Deleting: ++in_flight_; break;
  }
}

void StandardLedger::track(Sequence sequence, const ReceiveState& state, Phase phase) {
  const auto [entry, is_new] = tracked_.emplace(sequence, Tracked{phase, state});
  RIALTO_CHECK(is_new, "a message is tracked once");
  enter_phase(entry, phase);
}

void StandardLedger::untrack(Entry entry) {
  leave_phase(entry);
  tracked_.erase(entry);
}

void StandardLedger::bring_in(const Found& message, TimePoint now) {
  if (message.state && message.state->receive_count > 0) {
    const bool is_hidden = message.state->visible_at > now;
    track(message.sequence, *message.state, is_hidden ? Phase::InFlight : Phase::Ready);
  } else if (message.state && message.state->visible_at > now) {
    track(message.sequence, *message.state, Phase::Delayed);
  } else {
    push_fresh(message.sequence);
  }
}

}  // namespace rialto::queue
