#include "delivery/lane.h"

#include <algorithm>

#include "delivery/retry.h"

namespace rialto::delivery {
namespace {

// Of those that arrive while a page is read, how many are kept for its end.
constexpr std::size_t kArrivedMax = 1'000;

bool is_due(TimePoint due_at, TimePoint now) { return due_at <= now || due_at > now + kBackoffMax; }

bool is_due(const Delivery& delivery, TimePoint now) {
  if (delivery.is_due_by_request && delivery.due_at <= now + kRequestMax) {
    return delivery.due_at <= now;
  }
  return is_due(delivery.due_at, now);
}

}  // namespace

bool Lane::let_go(const Place& place) {
  if (paging_) paging_->gone.insert(place);
  if (gone_) gone_->insert(place);
  return held_.erase(place) > 0;
}

Delivery* Lane::arrive(Delivery delivery) {
  const Place place = delivery.place();
  held_.erase(place);
  if (!frontier_ || place < *frontier_) {
    const auto [at, is_new] = window_.try_emplace(place, std::move(delivery));
    return is_new ? &at->second : nullptr;
  }
  if (!paging_) return nullptr;
  if (paging_->arrived.size() < kArrivedMax) {
    delivery.event = nullptr;
    paging_->arrived.push_back(std::move(delivery));
  } else {
    paging_->missed = std::min(paging_->missed.value_or(place), place);
  }
  return nullptr;
}

std::optional<Delivery> Lane::take_out(Delivery found) {
  const Place place = found.place();
  // Without a search under way everything was forgotten meanwhile.
  if (!gone_ || gone_->contains(place) || held_.contains(place)) return std::nullopt;
  if (auto known = window_.extract(place)) {
    found = std::move(known.mapped());
  } else if (!frontier_ || place < *frontier_) {
    return std::nullopt;
  }
  if (paging_) std::erase_if(paging_->arrived, [&](auto& each) { return each.place() == place; });
  held_.insert(place);
  return found;
}

std::optional<Delivery> Lane::drop_last() {
  if (window_.empty()) return std::nullopt;
  auto last = window_.extract(std::prev(window_.end()));
  frontier_ = last.key();
  return std::move(last.mapped());
}

std::optional<Delivery> Lane::take(TimePoint now) {
  if (window_.empty()) return std::nullopt;
  auto at = window_.begin();
  if (!is_due(at->second, now)) at = std::prev(window_.end());
  if (!is_due(at->second, now)) return std::nullopt;
  auto taken = window_.extract(at);
  held_.insert(taken.key());
  return std::move(taken.mapped());
}

std::size_t Lane::count_due(TimePoint now, std::size_t count_max) const {
  std::size_t count = 0;
  const auto add = [&](const auto& each) {
    if (count == count_max || !is_due(each.second, now)) return false;
    return ++count > 0;
  };
  if (std::ranges::all_of(window_, add)) return count;
  for (auto at = window_.rbegin(); at != window_.rend() && add(*at); ++at) continue;
  return count;
}

std::optional<TimePoint> Lane::next_due(std::size_t low) const {
  std::optional<TimePoint> next;
  if (!window_.empty()) next = window_.begin()->first.due_at;
  if (frontier_ && !paging_ && window_.size() <= low) {
    next = next ? std::min(*next, frontier_->due_at) : frontier_->due_at;
  }
  return next;
}

std::optional<Place> Lane::begin_page(TimePoint now, std::size_t low) {
  if (!frontier_ || paging_ || window_.size() > low) return std::nullopt;
  if (!is_due(frontier_->due_at, now)) return std::nullopt;
  paging_.emplace();
  return frontier_;
}

std::vector<Delivery*> Lane::end_page(const Place& from, std::vector<Delivery> page,
                                      std::optional<Place> next) {
  std::vector<Delivery*> added;
  if (!paging_) return added;
  Paging meanwhile = std::move(*paging_);
  paging_.reset();
  // When the window ran over meanwhile, there is a gap before this page; or there is nothing any
  // more, after a reset.
  if (frontier_ != from) return added;
  frontier_ = next;
  if (meanwhile.missed) frontier_ = std::min(next.value_or(*meanwhile.missed), *meanwhile.missed);
  const auto add = [&](Delivery delivery) {
    const Place place = delivery.place();
    if (frontier_ && place >= *frontier_) return;
    const auto [at, is_new] = window_.try_emplace(place, std::move(delivery));
    if (is_new) added.push_back(&at->second);
  };
  for (Delivery& delivery : page) {
    const Place place = delivery.place();
    if (held_.contains(place) || meanwhile.gone.contains(place)) continue;
    add(std::move(delivery));
  }
  for (Delivery& delivery : meanwhile.arrived) add(std::move(delivery));
  return added;
}

void Lane::clear() {
  window_.clear();
  held_.clear();
  frontier_.reset();
  paging_.reset();
  gone_.reset();
}

}  // namespace rialto::delivery
