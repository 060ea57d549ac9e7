// Reads an archive in the order of replaying: one minute of the events' time after the other
// (docs/spec/04 §2).
//
// Events lie by the hour of archiving, then by time. Most were archived when they happened, so a
// minute lies in one hour, and reading is one pass. A minute that lies in several hours is read
// from one after the other. Where an hour has its next event is remembered, so gaps cost nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "bus/tally.h"
#include "model/archive.h"
#include "store/keys.h"
#include "store/store.h"

namespace rialto::archive {

struct ArchivedEvent {
  model::ReplayCursor cursor;
  TimePoint accepted_at;
  std::uint8_t hops = 0;
  std::string text;
};

// What is read: the events of [from, to], by their time, that were archived since `kept_since`.
struct Window {
  TimePoint from;
  TimePoint to;
  TimePoint kept_since;
};

// How much is read at once: some two milliseconds of the loop that reads, routes and hands over.
// Our figure.
struct PageSize {
  std::size_t events_max = 500;
  std::size_t bytes_max = 1U << 20;
};

// For one task at a time; the store must outlive it.
class Reader {
 public:
  // `hours`: what the archive holds. Goes on after `after`.
  Reader(const store::Store& store, store::ArchiveId archive,
         const std::map<bus::Hour, bus::Totals>& hours, Window window,
         const std::optional<model::ReplayCursor>& after);

  // The next events, at least one; none at the end. Blocks: reads the store.
  Result<std::vector<ArchivedEvent>> next(PageSize size);

 private:
  // Where the next event of an hour is, at the earliest.
  struct Place {
    std::int64_t time_ms = 0;
    store::Sequence sequence = 0;
  };
  struct Page;

  Result<> read_minute(Page& page);
  Result<> read_hour(bus::Hour hour, Page& page);
  std::optional<std::int64_t> next_minute() const;

  const store::Store& store_;
  const store::ArchiveId archive_;
  const Window window_;
  std::map<bus::Hour, Place> places_;   // of hours that have more
  std::optional<std::int64_t> minute_;  // that is being read
};

}  // namespace rialto::archive
