#include "queue/engine/fifo_ledger.h"

#include <algorithm>

#include "base/check.h"

namespace rialto::queue {

void FifoLedger::restore(Found message) {
  ++total_;
  numbers_.restore(message.sequence);
  if (is_restoring_window_) {
    bring_in(message);
    cursor_ = message.sequence + 1;
    is_restoring_window_ = has_room();
  } else if (message.state && message.state->receive_count > 0) {
    // Known wherever it lies, since somebody may have its handle. What lies before it in its group
    // was received, too, so the order holds.
    bring_in(message);
    ahead_.insert(message.sequence);
  }
}

void FifoLedger::finish_restore(Sequence reserved_until) {
  numbers_.finish_restore(reserved_until);
  if (is_restoring_window_) cursor_ = numbers_.next();
}

Assigned FifoLedger::assign(Place place) {
  const Assigned out = numbers_.assign();
  if (cursor_ == out.sequence && has_room()) {
    cursor_ = numbers_.next();
    add(out.sequence, place, Phase::Pending, {});
  } else {
    beyond_.emplace(out.sequence, std::move(place));
  }
  return out;
}

void FifoLedger::publish(const Assigned& assigned, TimePoint /*visible_at*/, TimePoint now) {
  now_ = now;
  numbers_.confirm(assigned);
  ++total_;
  if (const auto known = items_.find(assigned.sequence); known != items_.end()) {
    set_phase(known, Phase::Waiting);
    return;
  }
  auto pending = beyond_.extract(assigned.sequence);
  RIALTO_CHECK(!pending.empty(), "what was appended is published or discarded once");
  // The page may have read past its place before it was there.
  if (is_paging_) {
    arrived_.push_back({.sequence = assigned.sequence, .place = std::move(pending.mapped())});
  }
}

void FifoLedger::discard(const Assigned& assigned) {
  numbers_.discard(assigned.sequence);
  if (const auto known = items_.find(assigned.sequence); known != items_.end()) {
    remove(known);
  } else {
    beyond_.erase(assigned.sequence);
  }
}

void FifoLedger::advance(TimePoint now) {
  now_ = now;
  while (!due_.empty() && due_.begin()->first <= now) {
    set_phase(items_.find(due_.begin()->second), Phase::Waiting);
  }
  while (!delayed_.empty() && delayed_.begin()->first <= now) file(*delayed_.begin()->second);
}

Counts FifoLedger::counts() const {
  std::int64_t delayed = 0;
  if (delay_.count() > 0) {
    delayed = std::ranges::count_if(items_, [&](const auto& each) {
      return each.second.phase == Phase::Waiting && visible_at(each.second) > now_;
    });
  }
  const auto in_flight = static_cast<std::int64_t>(in_flight_);
  return {.visible = std::max<std::int64_t>(total_ - in_flight - delayed, 0),
          .in_flight = in_flight,
          .delayed = delayed};
}

std::optional<TimePoint> FifoLedger::next_due() const {
  std::optional<TimePoint> out;
  if (!due_.empty()) out = due_.begin()->first;
  if (!delayed_.empty()) out = std::min(out.value_or(TimePoint::max()), delayed_.begin()->first);
  return out;
}

bool FifoLedger::can_take() const {
  return !is_at_in_flight_limit() && (has_ready() || can_page());
}

std::vector<Taken> FifoLedger::take(std::size_t count_max, TimePoint now, TimePoint visible_at,
                                    Ids& ids) {
  std::vector<Taken> out;
  while (out.size() < count_max && !ready_.empty() && !is_at_in_flight_limit()) {
    // As many of one group as there are, then of the next.
    Group& group = *ready_.begin()->second;
    while (out.size() < count_max && !group.waiting.empty() && !is_at_in_flight_limit()) {
      const auto entry = items_.find(*group.waiting.begin());
      const Item& item = entry->second;
      if (item.phase == Phase::Pending || this->visible_at(item) > now_) break;
      out.push_back(receive(entry, now, visible_at, ids));
    }
    file(group);
  }
  return out;
}

Taken FifoLedger::receive(Entry entry, TimePoint now, TimePoint visible_at, Ids& ids) {
  auto& [sequence, item] = *entry;
  ReceiveState& state = item.state;
  if (state.receive_count == 0) state.first_received_at = now;
  state.received_at = now;
  state.visible_at = visible_at;
  state.nonce = ids.random();
  ++state.receive_count;
  item.phase = Phase::InFlight;
  item.group->waiting.erase(sequence);
  ++item.group->busy;
  ++in_flight_;
  due_.emplace(visible_at, sequence);
  return {sequence, state};
}

bool FifoLedger::is_current(const Taken& taken) const {
  const auto entry = items_.find(taken.sequence);
  return entry != items_.end() && entry->second.state.nonce == taken.state.nonce &&
         entry->second.phase != Phase::Deleting;
}

void FifoLedger::drop(const Taken& taken) {
  if (is_current(taken)) remove(items_.find(taken.sequence));
}

bool FifoLedger::expire(const Taken& taken) {
  if (!is_current(taken)) return false;
  remove(items_.find(taken.sequence));
  --total_;
  return true;
}

bool FifoLedger::expire_found(Sequence sequence) {
  if (beyond_.contains(sequence)) return false;
  const auto entry = items_.find(sequence);
  if (entry != items_.end()) {
    const Phase phase = entry->second.phase;
    // finish_delete counts it; a pending one is not counted yet.
    if (phase == Phase::Deleting || phase == Phase::Pending) return false;
    remove(entry);
  } else if (sequence < cursor_) {
    return false;
  }
  // No page shall bring it back while its erasing is under way. What lies before it on disk is
  // known or was expired just now.
  move_cursor(std::max(cursor_, sequence + 1));
  --total_;
  return true;
}

// Receives of a FIFO queue are durable before they are answered, so every message that has a
// handle is known: an unknown one is gone.
Ledger::Deletion FifoLedger::begin_delete(Sequence sequence, std::uint64_t nonce) {
  const auto entry = items_.find(sequence);
  if (entry == items_.end() || entry->second.phase == Phase::Pending) return Deletion::Stale;
  if (entry->second.state.nonce != nonce) return Deletion::Expired;
  switch (entry->second.phase) {
    case Phase::Pending: return Deletion::Stale;
    case Phase::Waiting: return Deletion::Expired;
    case Phase::Deleting: return Deletion::Joined;
    case Phase::InFlight: break;
  }
  set_phase(entry, Phase::Deleting);
  return Deletion::Started;
}

Ledger::Deletion FifoLedger::adopt_delete(Sequence sequence, std::uint64_t nonce) {
  return begin_delete(sequence, nonce);
}

void FifoLedger::finish_delete(Sequence sequence, bool is_done) {
  const auto entry = items_.find(sequence);
  // A purge was faster, and counted it.
  if (entry == items_.end() || entry->second.phase != Phase::Deleting) return;
  if (!is_done) {
    set_phase(entry, Phase::InFlight);
    return;
  }
  remove(entry);
  --total_;
}

std::pair<Ledger::Visibility, ReceiveState> FifoLedger::change_visibility(Sequence sequence,
                                                                          std::uint64_t nonce,
                                                                          TimePoint visible_at) {
  const auto entry = items_.find(sequence);
  if (entry == items_.end() || entry->second.state.nonce != nonce) return {Visibility::Gone, {}};
  ReceiveState& state = entry->second.state;
  switch (entry->second.phase) {
    case Phase::Pending: return {Visibility::Gone, {}};
    case Phase::Waiting: return {Visibility::NotInFlight, {}};
    case Phase::Deleting: return {Visibility::Gone, {}};
    case Phase::InFlight: break;
  }
  if (visible_at > state.received_at + kInFlightMax) return {Visibility::TooLong, {}};
  due_.erase({state.visible_at, sequence});
  state.visible_at = visible_at;
  due_.emplace(visible_at, sequence);
  return {Visibility::Changed, state};
}

std::optional<std::pair<Sequence, Sequence>> FifoLedger::begin_page() {
  RIALTO_CHECK(!is_paging_, "one page at a time");
  if (!can_page()) return std::nullopt;
  is_paging_ = true;
  return std::pair(cursor_, numbers_.next());
}

void FifoLedger::end_page(const std::vector<Found>& found, bool is_complete, TimePoint now) {
  is_paging_ = false;
  now_ = now;
  std::vector<Found> arrived = std::move(arrived_);
  arrived_.clear();
  if (is_complete) {
    move_cursor(numbers_.next());
  } else if (!found.empty()) {
    move_cursor(found.back().sequence + 1);
  }
  for (const Found& message : found) bring_in(message);
  for (const Found& message : arrived) {
    if (message.sequence < cursor_) bring_in(message);
  }
}

void FifoLedger::cancel_page() {
  is_paging_ = false;
  arrived_.clear();
}

Ledger::Purge FifoLedger::purge() {
  RIALTO_CHECK(!is_paging_, "no purge while a page is read");
  Purge out{.end = numbers_.next(), .spared = {}, .removed = total_};
  move_cursor(numbers_.next());
  for (auto entry = items_.begin(); entry != items_.end();) {
    const auto at = entry++;
    if (at->second.phase == Phase::Pending) {
      out.spared.push_back(at->first);
    } else {
      remove(at);
    }
  }
  std::ranges::sort(out.spared);
  total_ = 0;
  return out;
}

void FifoLedger::undo(const Purge& purge) {
  // Read everything again from the start, in order; what is in flight or pending is skipped then.
  for (auto entry = items_.begin(); entry != items_.end();) {
    const auto at = entry++;
    if (at->second.phase == Phase::Waiting) remove(at);
  }
  for (const auto& [sequence, item] : items_) ahead_.insert(sequence);
  cursor_ = 1;
  total_ += purge.removed;
}

void FifoLedger::set_delay(std::chrono::seconds delay) {
  if (delay == delay_) return;
  delay_ = delay;
  for (auto at = groups_.begin(); at != groups_.end();) file((at++)->second);
}

void FifoLedger::add(Sequence sequence, const Place& place, Phase phase,
                     const ReceiveState& state) {
  Group& group = groups_[place.group];
  if (group.name.empty()) group.name = place.group;
  const bool is_new = items_.emplace(sequence, Item{phase, place.sent_at, &group, state}).second;
  RIALTO_CHECK(is_new, "a message is known once");
  if (phase == Phase::InFlight) {
    ++group.busy;
    ++in_flight_;
    due_.emplace(state.visible_at, sequence);
  } else {
    group.waiting.insert(sequence);
  }
  file(group);
}

void FifoLedger::bring_in(const Found& message) {
  if (items_.contains(message.sequence) || beyond_.contains(message.sequence)) return;
  const bool was_received = message.state && message.state->receive_count > 0;
  // What is visible by now comes back with the next `advance`.
  add(message.sequence, message.place, was_received ? Phase::InFlight : Phase::Waiting,
      message.state.value_or(ReceiveState{}));
}

void FifoLedger::move_cursor(Sequence cursor) {
  cursor_ = cursor;
  ahead_.erase(ahead_.begin(), ahead_.lower_bound(cursor));
  while (!beyond_.empty() && beyond_.begin()->first < cursor) {
    const auto pending = beyond_.extract(beyond_.begin());
    add(pending.key(), pending.mapped(), Phase::Pending, {});
  }
}

void FifoLedger::set_phase(Entry entry, Phase phase) {
  auto& [sequence, item] = *entry;
  const auto is_busy = [](Phase each) {
    return each == Phase::InFlight || each == Phase::Deleting;
  };
  Group& group = *item.group;
  if (item.phase == Phase::InFlight) due_.erase({item.state.visible_at, sequence});
  if (is_busy(item.phase)) {
    --group.busy;
    --in_flight_;
  } else {
    group.waiting.erase(sequence);
  }
  item.phase = phase;
  if (phase == Phase::InFlight) due_.emplace(item.state.visible_at, sequence);
  if (is_busy(phase)) {
    ++group.busy;
    ++in_flight_;
  } else {
    group.waiting.insert(sequence);
  }
  file(group);
}

void FifoLedger::remove(Entry entry) {
  if (entry->second.phase == Phase::Deleting || entry->second.phase == Phase::InFlight) {
    set_phase(entry, Phase::Waiting);
  }
  Group& group = *entry->second.group;
  group.waiting.erase(entry->first);
  ahead_.erase(entry->first);
  items_.erase(entry);
  file(group);
}

void FifoLedger::unfile(Group& group) {
  if (group.ready_by) ready_.erase(*group.ready_by);
  if (group.delayed_until) delayed_.erase({*group.delayed_until, &group});
  group.ready_by.reset();
  group.delayed_until.reset();
}

void FifoLedger::file(Group& group) {
  unfile(group);
  if (group.busy > 0) return;
  if (group.waiting.empty()) {
    groups_.erase(std::string(group.name));
    return;
  }
  const Sequence first = *group.waiting.begin();
  const Item& item = items_.at(first);
  if (item.phase == Phase::Pending) return;
  const TimePoint visible = visible_at(item);
  if (visible <= now_) {
    group.ready_by = first;
    ready_.emplace(first, &group);
  } else {
    group.delayed_until = visible;
    delayed_.emplace(visible, &group);
  }
}

TimePoint FifoLedger::visible_at(const Item& item) const {
  return item.state.receive_count > 0 ? TimePoint::min() : item.sent_at + delay_;
}

}  // namespace rialto::queue
