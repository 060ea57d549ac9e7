#include "delivery/lanes.h"

#include <algorithm>

#include "delivery/retry.h"

namespace rialto::delivery {
namespace {

// How long a lane that owes nothing is kept: making it again costs a record.
constexpr Millis kIdleKept{10 * 60 * 1'000};
static_assert(kIdleKept <= kBackoffMax);

// When all lanes together have too many runners: how long the next one waits.
constexpr Millis kRunnersRetry{20};

// Lanes of one look, while others wait for the lock.
constexpr std::size_t kLookMax = 100;

// Batches of one lane at a time, however large they are.
constexpr std::size_t kBatchesMin = 4;

// Of one `take`.
constexpr std::size_t kTooOldMax = 64;

// A lane is not searched more often than that for what is too old.
constexpr Millis kSearchPause{1'000};
// And as often at least: the clock may have been moved.
constexpr Millis kSearchMax{15 * 60 * 1'000};

}  // namespace

struct Lanes::Entry {
  Entry(std::shared_ptr<const Destination> destination, Result<Way> made)
      : way(std::move(made)), lane(std::move(destination)) {}

  const store::LaneId& id() const { return lane.destination()->lane; }
  targets::Batching batching() const { return way.ok() ? way->batching : targets::Batching(); }

  const Result<Way> way;
  Lane lane;
  Breaker breaker;
  std::optional<TimePoint> search_at;  // for what is too old, while the breaker is open
  bool is_searched = false;
  std::size_t runners = 0;
  std::size_t new_runners = 0;  // of these: they take one soon
  std::size_t owed = 0;
  bool is_stored = false;
  bool has_unreadable = false;  // in the store: its record must stay, too
  TimePoint used_at;
  std::optional<TimePoint> alarm;  // maybe earlier than needed: only a look puts it off

  bool is_unused() const {
    return lane.is_idle() && runners == 0 && !is_searched && !has_unreadable;
  }
};

std::size_t cost_of(const model::Event& event) { return 512 + 4 * event.text.size(); }

const std::shared_ptr<const Destination>& Lanes::destination(const Entry& entry) {
  return entry.lane.destination();
}

const Result<Way>& Lanes::way(const Entry& entry) { return entry.way; }

std::size_t Lanes::window_max() const {
  return in_memory_ < limits_.deliveries_max ? limits_.window_max : limits_.window_min;
}

Lanes::Handle& Lanes::lane_of(const Delivery& delivery) {
  Handle& lane = lanes_[delivery.destination->lane];
  if (!lane) {
    lane = std::make_shared<Entry>(delivery.destination, make_way_(*delivery.destination));
  }
  return lane;
}

// Its event stays in memory where there is room for it. What is attempted at once keeps it anyway:
// so whoever is served is not slowed by those who wait.
void Lanes::enter(Delivery* delivery, bool is_attempted_now) {
  if (delivery == nullptr) return;
  ++in_memory_;
  if (!delivery->event) return;
  const std::size_t cost = cost_of(*delivery->event);
  if (!is_attempted_now && event_bytes_ + cost > limits_.event_bytes_max) {
    delivery->event = nullptr;
  } else {
    event_bytes_ += cost;
  }
}

void Lanes::leave(const Delivery& delivery) {
  --in_memory_;
  if (delivery.event) event_bytes_ -= cost_of(*delivery.event);
}

void Lanes::trim(Entry& entry) {
  while (entry.lane.window_size() > window_max()) leave(*entry.lane.drop_last());
}

// A runner makes one call at a time.
std::size_t Lanes::calls_max(const Entry& entry, TimePoint now) const {
  if (!entry.breaker.may_begin(now)) return 0;
  const std::size_t batch = entry.batching().count_max;
  const std::size_t most =
      batch == 1 ? limits_.in_flight_max : std::max(limits_.in_flight_max / batch, kBatchesMin);
  return std::min(most, entry.breaker.calls_max());
}

void Lanes::start_runners(const Handle& lane, TimePoint now, Work& work) {
  const std::size_t busy = lane->runners - lane->new_runners;
  const std::size_t calls = calls_max(*lane, now);
  if (calls <= lane->runners || runners_ >= limits_.runners_max) return;
  const std::size_t batch = lane->batching().count_max;
  const std::size_t due = lane->lane.count_due(now, (calls - busy) * batch);
  const std::size_t wanted = (due + batch - 1) / batch;
  if (wanted <= lane->new_runners) return;
  const std::size_t count = std::min(wanted - lane->new_runners, limits_.runners_max - runners_);
  for (std::size_t i = 0; i < count; ++i) work.runners.push_back({lane, lane->runners++});
  runners_ += count;
  lane->new_runners += count;
}

void Lanes::begin_page(const Handle& lane, TimePoint now, Work& work) {
  const std::size_t max = window_max();
  const auto from = lane->lane.begin_page(now, max / 4);
  if (!from) return;
  work.pages.push_back({lane, *from, max - lane->lane.window_size(), era_});
}

void Lanes::begin_search(const Handle& lane, TimePoint now, Work& work) {
  if (!lane->search_at || *lane->search_at > now || lane->is_searched) return;
  lane->search_at.reset();
  lane->is_searched = true;
  work.searches.push_back({lane, era_});
}

void Lanes::set_alarm(Entry& entry, std::optional<TimePoint> at) {
  if (entry.alarm) alarms_.erase({*entry.alarm, entry.id()});
  if (at) alarms_.emplace(*at, entry.id());
  entry.alarm = at;
}

void Lanes::plan_alarm(Entry& entry, TimePoint now, Work& work) {
  std::optional<TimePoint> at;
  if (entry.is_unused()) {
    at = entry.used_at + kIdleKept;
  } else {
    at = entry.lane.next_due(window_max() / 4);
    // A runner looks before it ends; so nobody else has to.
    if (at && *at <= now && entry.runners > 0) at = std::nullopt;
    if (at && *at <= now && runners_ >= limits_.runners_max) at = now + kRunnersRetry;
    // Nor is anything begun before the probe may be; while a call is under way, its end tells when.
    if (at && entry.breaker.is_open()) {
      const auto probe = entry.breaker.next_probe();
      at = probe ? std::optional(std::max(*at, *probe)) : std::nullopt;
    }
    if (entry.search_at && !entry.is_searched)
      at = std::min(at.value_or(*entry.search_at), *entry.search_at);
  }
  if (at) at = std::min(*at, now + kBackoffMax);
  if (!at || (entry.alarm && *entry.alarm <= *at)) return;
  if (alarms_.empty() || *at < alarms_.begin()->first) work.is_alarm_earlier = true;
  set_alarm(entry, at);
}

void Lanes::expect(const std::vector<Delivery>& deliveries, store::Batch& batch) {
  const std::lock_guard guard(mutex_);
  for (const Delivery& delivery : deliveries) {
    Entry& entry = *lane_of(delivery);
    entry.lane.hold(delivery.place());
    if (entry.is_stored) continue;
    batch.put(store::Table::Meta, store::lane_key(entry.id()), encode(*delivery.destination));
  }
}

Lanes::Work Lanes::arrive(std::vector<Delivery> deliveries, TimePoint now) {
  Work work;
  const std::lock_guard guard(mutex_);
  for (Delivery& delivery : deliveries) {
    const Handle lane = lane_of(delivery);
    if (!lane->lane.holds(delivery.place())) continue;  // a reset came first
    lane->is_stored = true;
    ++lane->owed;
    ++owed_;
    ages_.add(delivery.accepted_at);
    lane->used_at = now;
    if (lane->search_at) lane->search_at = std::min(*lane->search_at, delivery.too_old_at());
    const bool has_runner = lane->runners < calls_max(*lane, now);
    enter(lane->lane.arrive(std::move(delivery)), has_runner);
    trim(*lane);
    start_runners(lane, now, work);
    plan_alarm(*lane, now, work);
  }
  return work;
}

void Lanes::forget(const std::vector<Delivery>& deliveries, TimePoint now) {
  Work nothing;  // an unused lane can wait
  const std::lock_guard guard(mutex_);
  for (const Delivery& delivery : deliveries) {
    const Handle lane = lane_of(delivery);
    lane->lane.let_go(delivery.place());
    plan_alarm(*lane, now, nothing);
  }
}

// Where the breaker has been open, deliveries have waited that would have been attempted in time.
void Lanes::fill(Entry& entry, TimePoint now, Taken& taken) {
  const auto batching = entry.batching();
  const std::size_t count_max = entry.breaker.is_open() ? 1 : batching.count_max;
  taken.last_error = entry.breaker.last_error();
  std::size_t bytes = 0;
  while (taken.deliveries.size() < count_max && taken.too_old.size() < kTooOldMax &&
         bytes < batching.bytes_max) {
    auto delivery = entry.lane.take(now);
    if (!delivery) return;
    leave(*delivery);
    if (taken.last_error && delivery->too_old_at() <= now) {
      taken.too_old.push_back(std::move(*delivery));
      continue;
    }
    if (delivery->event) bytes += delivery->event->text.size() + batching.bytes_each;
    taken.deliveries.push_back(std::move(*delivery));
  }
}

Lanes::Taken Lanes::take(const Handle& lane, bool is_new, TimePoint now) {
  Taken taken;
  const std::lock_guard guard(mutex_);
  taken.era = era_;
  if (is_new) --lane->new_runners;
  if (lane->runners - lane->new_runners <= calls_max(*lane, now)) fill(*lane, now, taken);
  if (!taken.deliveries.empty()) lane->breaker.begin();
  if (taken.is_empty()) {
    --lane->runners;
    --runners_;
  }
  begin_page(lane, now, taken.work);
  plan_alarm(*lane, now, taken.work);
  return taken;
}

Lanes::Ended Lanes::ended(const Handle& lane, Breaker::Sign sign, const Error* error, TimePoint now,
                          std::uint64_t random) {
  Ended out;
  const std::lock_guard guard(mutex_);
  out.change = lane->breaker.end(sign, error, now, random);
  if (out.change == Breaker::Change::Opened) {
    open_.insert(lane->id());
    lane->search_at = now;
  } else if (out.change == Breaker::Change::Closed) {
    open_.erase(lane->id());
    lane->search_at.reset();
  }
  start_runners(lane, now, out.work);
  plan_alarm(*lane, now, out.work);
  return out;
}

void Lanes::settled(const Handle& lane, const Delivery& delivery) {
  const std::lock_guard guard(mutex_);
  if (!lane->lane.let_go(delivery.place())) return;  // a reset came first
  --lane->owed;
  --owed_;
  ages_.remove(delivery.accepted_at);
}

void Lanes::expect_again(const Handle& lane, const Place& place, std::uint64_t era) {
  const std::lock_guard guard(mutex_);
  if (era == era_) lane->lane.hold(place);
}

Lanes::Work Lanes::put_off(const Handle& lane, const Place& from, Delivery delivery,
                           TimePoint now) {
  Work work;
  const std::lock_guard guard(mutex_);
  if (!lane->lane.let_go(from)) return work;
  delivery.event = nullptr;  // it waits for long, and can be read again
  enter(lane->lane.arrive(std::move(delivery)), false);
  trim(*lane);
  plan_alarm(*lane, now, work);
  return work;
}

Lanes::Work Lanes::end_page(const Page& page, Found found, TimePoint now) {
  Work work;
  const std::lock_guard guard(mutex_);
  if (page.era != era_) return work;
  Entry& entry = *page.lane;
  entry.has_unreadable |= found.has_unreadable;
  for (Delivery* added : entry.lane.end_page(page.from, std::move(found.deliveries), found.next)) {
    enter(added, false);
  }
  trim(entry);
  start_runners(page.lane, now, work);
  begin_page(page.lane, now, work);
  plan_alarm(entry, now, work);
  return work;
}

std::size_t Lanes::event_room() const {
  const std::lock_guard guard(mutex_);
  return limits_.event_bytes_max - std::min(event_bytes_, limits_.event_bytes_max);
}

Lanes::Work Lanes::fail_page(const Page& page, TimePoint now) {
  Work work;
  const std::lock_guard guard(mutex_);
  if (page.era != era_) return work;
  page.lane->lane.end_page();
  begin_page(page.lane, now, work);
  plan_alarm(*page.lane, now, work);
  return work;
}

bool Lanes::begin_stretch(const Search& search) {
  const std::lock_guard guard(mutex_);
  if (search.era != era_ || !search.lane->breaker.is_open()) return false;
  search.lane->lane.begin_search();
  return true;
}

Lanes::Taken Lanes::end_stretch(const Search& search, std::vector<Delivery> found) {
  Taken taken;
  const std::lock_guard guard(mutex_);
  taken.era = search.era;
  if (search.era != era_) return taken;
  Entry& entry = *search.lane;
  taken.last_error = entry.breaker.last_error();
  for (Delivery& each : found) {
    const std::size_t in_memory = entry.lane.window_size();
    auto out = entry.lane.take_out(std::move(each));
    if (!out) continue;
    if (entry.lane.window_size() < in_memory) leave(*out);
    taken.too_old.push_back(std::move(*out));
  }
  entry.lane.end_search();
  return taken;
}

Lanes::Work Lanes::end_search(const Search& search, std::optional<TimePoint> next, TimePoint now) {
  Work work;
  const std::lock_guard guard(mutex_);
  if (search.era != era_) return work;
  Entry& entry = *search.lane;
  entry.is_searched = false;
  if (!entry.breaker.is_open()) return work;
  const TimePoint at =
      std::clamp(next.value_or(now + kSearchMax), now + kSearchPause, now + kSearchMax);
  entry.search_at = std::max(now + kSearchPause, std::min(entry.search_at.value_or(at), at));
  plan_alarm(entry, now, work);
  return work;
}

// None is set further ahead than the longest back-off: one that is was so before the clock was
// moved back.
std::optional<store::LaneId> Lanes::due_alarm(TimePoint now) const {
  if (alarms_.empty()) return std::nullopt;
  if (alarms_.begin()->first <= now) return alarms_.begin()->second;
  if (alarms_.rbegin()->first > now + kBackoffMax) return alarms_.rbegin()->second;
  return std::nullopt;
}

Lanes::Work Lanes::look(TimePoint now, const std::function<void(store::Batch)>& submit) {
  Work work;
  store::Batch unused;
  const std::lock_guard guard(mutex_);
  for (std::size_t count = 0; count < kLookMax; ++count) {
    const auto due = due_alarm(now);
    if (!due) break;
    const Handle lane = lanes_.at(*due);
    set_alarm(*lane, std::nullopt);
    if (lane->is_unused() && lane->used_at + kIdleKept <= now) {
      open_.erase(lane->id());
      if (lane->is_stored) unused.erase(store::Table::Meta, store::lane_key(lane->id()));
      lanes_.erase(lane->id());
      continue;
    }
    start_runners(lane, now, work);
    begin_page(lane, now, work);
    begin_search(lane, now, work);
    plan_alarm(*lane, now, work);
  }
  if (!unused.empty()) submit(std::move(unused));
  return work;
}

std::optional<TimePoint> Lanes::next_look() const {
  const std::lock_guard guard(mutex_);
  if (alarms_.empty()) return std::nullopt;
  return alarms_.begin()->first;
}

void Lanes::load(std::shared_ptr<const Destination> destination) {
  const std::lock_guard guard(mutex_);
  const store::LaneId id = destination->lane;
  auto way = make_way_(*destination);
  const auto entry = std::make_shared<Entry>(std::move(destination), std::move(way));
  entry->is_stored = true;
  lanes_.emplace(id, entry);
}

bool Lanes::load(const store::LaneId& lane, Delivery delivery) {
  const std::lock_guard guard(mutex_);
  const auto found = lanes_.find(lane);
  if (found == lanes_.end()) return false;
  Entry& entry = *found->second;
  delivery.destination = entry.lane.destination();
  ++entry.owed;
  ++owed_;
  ages_.add(delivery.accepted_at);
  // They come in order: where the first does not fit, the rest begins.
  if (entry.lane.window_size() >= window_max()) entry.lane.set_frontier(delivery.place());
  enter(entry.lane.arrive(std::move(delivery)), false);
  return true;
}

void Lanes::keep(const store::LaneId& lane) {
  const std::lock_guard guard(mutex_);
  if (const auto found = lanes_.find(lane); found != lanes_.end()) {
    found->second->has_unreadable = true;
  }
}

void Lanes::end_load(TimePoint now, store::Batch& batch) {
  Work nothing;
  const std::lock_guard guard(mutex_);
  for (auto at = lanes_.begin(); at != lanes_.end();) {
    if (at->second->owed == 0 && !at->second->has_unreadable) {
      batch.erase(store::Table::Meta, store::lane_key(at->first));
      at = lanes_.erase(at);
    } else {
      plan_alarm(*at->second, now, nothing);
      ++at;
    }
  }
}

void Lanes::reset() {
  const std::lock_guard guard(mutex_);
  ++era_;
  for (auto& [id, lane] : lanes_) {
    lane->lane.clear();
    lane->breaker.forget();
    lane->search_at.reset();
    lane->is_searched = false;
    lane->owed = 0;
    lane->is_stored = false;
    lane->has_unreadable = false;
    set_alarm(*lane, lane->used_at + kIdleKept);
  }
  open_.clear();
  owed_ = 0;
  ages_ = {};
  in_memory_ = 0;
  event_bytes_ = 0;
}

bool Lanes::is_over(std::uint64_t era) const {
  const std::lock_guard guard(mutex_);
  return era != era_;
}

bool Lanes::submit_within(std::uint64_t era, const std::function<void()>& submit) const {
  const std::lock_guard guard(mutex_);
  if (era != era_) return false;
  submit();
  return true;
}

std::size_t Lanes::owed() const {
  const std::lock_guard guard(mutex_);
  return owed_;
}

std::size_t Lanes::in_memory() const {
  const std::lock_guard guard(mutex_);
  return in_memory_;
}

std::size_t Lanes::open_breakers() const {
  const std::lock_guard guard(mutex_);
  return open_.size();
}

std::size_t Lanes::held_back() const {
  std::size_t count = 0;
  const std::lock_guard guard(mutex_);
  for (const store::LaneId& id : open_) count += lanes_.at(id)->owed;
  return count;
}

std::optional<TimePoint> Lanes::oldest() const {
  const std::lock_guard guard(mutex_);
  return ages_.oldest();
}

}  // namespace rialto::delivery
