#include "archive/reader.h"

#include <algorithm>

#include "model/event.h"

namespace rialto::archive {
namespace {

constexpr std::int64_t kMinuteMillis = 60'000;

std::int64_t minute_of(std::int64_t time_ms) {
  const std::int64_t minute = time_ms / kMinuteMillis;
  return time_ms % kMinuteMillis < 0 ? minute - 1 : minute;
}

}  // namespace

struct Reader::Page {
  PageSize size;
  std::vector<ArchivedEvent> events;
  std::size_t bytes = 0;
  bool is_full() const { return events.size() >= size.events_max || bytes >= size.bytes_max; }
};

Reader::Reader(const store::Store& store, store::ArchiveId archive,
               const std::map<bus::Hour, bus::Totals>& hours, Window window,
               const std::optional<model::ReplayCursor>& after)
    : store_(store), archive_(archive), window_(window) {
  const std::int64_t from = to_millis(window_.from);
  for (const auto& [hour, totals] : hours) {
    Place place{std::max(from, totals.first_ms), 0};
    if (after) {
      // Of the minute that was being read, hours before the cursor's are done.
      const std::int64_t minute = after->minute + (hour < after->hour ? 1 : 0);
      place.time_ms = std::max(place.time_ms, minute * kMinuteMillis);
      if (hour == after->hour) place = {after->time_ms, after->sequence + 1};
    }
    if (place.time_ms > std::min(to_millis(window_.to), totals.last_ms)) continue;
    places_.emplace(hour, place);
  }
}

Result<std::vector<ArchivedEvent>> Reader::next(PageSize size) {
  Page page{size, {}, 0};
  while (!page.is_full()) {
    if (!minute_) minute_ = next_minute();
    if (!minute_) break;
    RIALTO_TRY_VOID(read_minute(page));
    if (!page.is_full()) minute_.reset();
  }
  return std::move(page.events);
}

std::optional<std::int64_t> Reader::next_minute() const {
  std::optional<std::int64_t> out;
  for (const auto& [hour, place] : places_) {
    const std::int64_t minute = minute_of(place.time_ms);
    out = std::min(out.value_or(minute), minute);
  }
  return out;
}

Result<> Reader::read_minute(Page& page) {
  for (auto at = places_.begin(); at != places_.end() && !page.is_full();) {
    const bus::Hour hour = at->first;
    const bool is_due = minute_of(at->second.time_ms) <= *minute_;
    ++at;  // reading the hour may take it out of the map
    if (is_due) RIALTO_TRY_VOID(read_hour(hour, page));
  }
  return {};
}

Result<> Reader::read_hour(bus::Hour hour, Page& page) {
  const Place place = places_.at(hour);
  const store::ArchivedKey first{archive_, hour, place.time_ms, place.sequence};
  const store::ArchivedKey end{archive_, hour, to_millis(window_.to) + 1, 0};
  std::optional<Place> next;
  Result<> outcome;
  const auto visit = [&](std::string_view bytes, std::string_view value) {
    const auto key = store::decode_archived_key(bytes);
    auto event = model::read_event(value);
    if (!key || !event.ok()) {
      outcome = fail(Code::Corruption, "A stored event cannot be read.");
      return false;
    }
    if (page.is_full() || minute_of(key->time_ms) > *minute_) {
      next = Place{key->time_ms, key->sequence};
      return false;
    }
    if (event->accepted_at <= window_.kept_since) return true;
    page.bytes += value.size();
    page.events.push_back({{*minute_, hour, key->time_ms, key->sequence},
                           event->accepted_at,
                           event->hops,
                           std::string(event->text)});
    return true;
  };
  RIALTO_TRY_VOID(
      store_.scan(store::Table::Archive, {store::encode(first), store::encode(end)}, visit));
  RIALTO_TRY_VOID(outcome);
  if (next) {
    places_[hour] = *next;
  } else {
    places_.erase(hour);
  }
  return {};
}

}  // namespace rialto::archive
