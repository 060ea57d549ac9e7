#include "delivery/pager.h"

#include <algorithm>

#include "base/log.h"
#include "net/bridge.h"

namespace rialto::delivery {
namespace {

// Of one stretch of a search: some milliseconds' worth, for others wait meanwhile.
constexpr std::size_t kStretchMax = 5'000;
constexpr std::size_t kTooOldMax = 256;

// Of events that nobody asked for, how many are passed before the next is looked up.
constexpr std::size_t kPassedMax = 8;

}  // namespace

Result<Lanes::Found> Pager::read(const Lanes::Page& page, std::size_t room, TimePoint now) const {
  Lanes::Found found;
  const auto destination = Lanes::destination(*page.lane);
  store::Range range = store::prefix_range(store::due_prefix(destination->lane));
  range.from = store::encode(store::DueKey{destination->lane, page.from.due_at, page.from.key});
  const auto take = [&](std::string_view key, std::string_view value) {
    auto delivery = decode_due(key, value);
    if (!delivery.ok()) {
      log::error("delivery.unreadable_delivery", {{"key_bytes", key.size()}});
      return found.has_unreadable = true;
    }
    if (found.deliveries.size() == page.count_max) {
      found.next = delivery->place();
      return false;
    }
    delivery->destination = destination;
    found.deliveries.push_back(std::move(delivery).value());
    return true;
  };
  RIALTO_TRY_VOID(store_.scan(store::Table::Due, range, take));
  read_events(found.deliveries, room, now);
  return found;
}

// Events that are owed to one destination mostly lie one beside the other.
void Pager::read_events(std::vector<Delivery>& deliveries, std::size_t room, TimePoint now) const {
  std::vector<std::pair<std::string, Delivery*>> wanted;
  for (Delivery& each : deliveries) {
    if (each.due_at <= now) wanted.emplace_back(store::encode(each.key.event), &each);
  }
  std::ranges::sort(wanted);
  auto at = wanted.begin();
  std::size_t passed = 0;  // since the last that was wanted
  const auto take = [&](std::string_view key, std::string_view value) {
    at = std::ranges::find_if(at, wanted.end(), [&](auto& each) { return each.first >= key; });
    if (at == wanted.end()) return false;
    if (at->first != key) return ++passed <= kPassedMax;
    passed = 0;
    auto event = model::decode_event(value);
    if (event.ok()) {
      const std::size_t cost = cost_of(*event);
      if (cost > room) {
        at = wanted.end();
        return false;
      }
      room -= cost;
      at->second->event = std::make_shared<const model::Event>(std::move(event).value());
    }
    return ++at != wanted.end();
  };
  // What cannot be read is left out: whoever attempts it finds out.
  while (at != wanted.end()) {
    const store::Range rest{at->first, wanted.back().first + '\0'};
    passed = 0;
    const auto before = at;
    if (!store_.scan(store::Table::Event, rest, take).ok() || at == before) return;
  }
}

Result<Pager::Stretch> Pager::search(std::shared_ptr<const Destination> destination,
                                     const std::optional<Place>& from, TimePoint now) const {
  Stretch out;
  std::size_t seen = 0;
  store::Range range = store::prefix_range(store::due_prefix(destination->lane));
  if (from) range.from = store::encode(store::DueKey{destination->lane, from->due_at, from->key});
  const auto look = [&](std::string_view key, std::string_view value) {
    auto delivery = decode_due(key, value);
    if (!delivery.ok()) return true;  // whoever reads it for an attempt says so
    if (seen == kStretchMax || out.too_old.size() == kTooOldMax) {
      out.rest = delivery->place();
      return false;
    }
    ++seen;
    delivery->destination = destination;
    const TimePoint too_old_at = delivery->too_old_at();
    if (too_old_at <= now) {
      out.too_old.push_back(std::move(delivery).value());
    } else {
      out.next = std::min(out.next.value_or(too_old_at), too_old_at);
    }
    return true;
  };
  RIALTO_TRY_VOID(store_.scan(store::Table::Due, range, look));
  return out;
}

Result<std::shared_ptr<const model::Event>> Pager::read_event(store::EventKey key) const {
  RIALTO_TRY(const auto bytes, store_.get(store::Table::Event, store::encode(key)));
  if (!bytes) return fail(Code::NotFound, "The event is not in the store.");
  RIALTO_TRY(auto event, model::decode_event(*bytes));
  return std::make_shared<const model::Event>(std::move(event));
}

Task<Result<std::shared_ptr<const model::Event>>> Pager::event(store::EventKey key) const {
  using Read = Result<std::shared_ptr<const model::Event>>;
  co_return co_await net::await_callback<Read>([this, key](std::function<void(Read)> done) {
    net::post(loop_, [this, key, done = std::move(done)] { done(read_event(key)); });
  });
}

}  // namespace rialto::delivery
