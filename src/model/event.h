// An event: an accepted entry, in its envelope (docs/spec/01 §1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "json/value.h"

namespace rialto::model {

// Immutable once built; shared by all deliveries of the event.
struct Event {
  std::string id;
  std::string text;          // the envelope as compact JSON, as targets get it
  json::Value root;          // the same, parsed
  TimePoint accepted_at;     // when Rialto took it in: what its age is counted from
  std::string trace_header;  // X-Ray; travels beside the event, never in it (docs/spec/02 §8)
  // Buses it has come through after the first: an event is forwarded once (docs/spec/02 §3.2).
  std::uint8_t hops = 0;
};

// The parts of an envelope that PutEvents makes.
struct Envelope {
  std::string id;
  std::string detail_type;
  std::string source;
  std::string account;
  TimePoint time;
  std::string region;
  std::vector<std::string> resources;
  std::string detail_text;  // compact JSON
  json::Value detail;       // the same, parsed
};

// Members in EventBridge's order, no blanks.
Event make_event(Envelope envelope, TimePoint accepted_at);

// A whole envelope that somebody else made. Requires an object with the members of an envelope.
Event make_event(json::Value root, TimePoint accepted_at);

// What the envelope says the event's `time` is; when that is no time, when it was accepted.
TimePoint time_of(const Event& event);

// Gives the event another id, as crossing a Region does (docs/spec/01 §1).
void set_id(Event& event, std::string id);

// EventV1, the value of Table::Event: docs/internals/storage.md. Error of decoding: Corruption.
std::string encode(const Event& event);
Result<Event> decode_event(std::string_view bytes);

// The same as the value of Table::Archive, without the trace header (docs/spec/04 §1).
void append_archived(std::string& out, const Event& event);

// An EventV1 before its text is parsed; the views are of the bytes that were read.
struct StoredEvent {
  TimePoint accepted_at;
  std::uint8_t hops = 0;
  std::string_view trace_header;
  std::string_view text;
};
Result<StoredEvent> read_event(std::string_view bytes);

// The envelope with `replay-name` where EventBridge puts it, between region and resources, and all
// else as it was (docs/spec/04 §2). Error: Corruption for what no bus of ours accepted.
Result<std::string> with_replay_name(std::string_view envelope, std::string_view name);

// The id of an envelope, without reading the rest; escapes stay as they are written.
std::string_view id_of(std::string_view envelope);

}  // namespace rialto::model
