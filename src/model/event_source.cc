#include "model/event_source.h"

#include <array>

#include "json/read.h"
#include "json/write.h"
#include "model/stored_json.h"

namespace rialto::model {
namespace {

constexpr std::array kStates = {EventSourceState::Pending, EventSourceState::Active,
                                EventSourceState::Deleted};

std::optional<EventSourceState> to_state(std::string_view text) {
  for (const EventSourceState state : kStates) {
    if (to_text(state) == text) return state;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(EventSourceState state) {
  switch (state) {
    case EventSourceState::Pending: return "PENDING";
    case EventSourceState::Active: return "ACTIVE";
    case EventSourceState::Deleted: return "DELETED";
  }
  return "";
}

std::string EventSource::arn() const {
  return make_arn("events", region, "", "event-source/" + name);
}

std::string EventSource::created_by() const {
  const std::string rest = name.substr(kPartnerPrefix.size());
  return rest.substr(0, rest.find('/'));
}

std::optional<TimePoint> EventSource::expires_at() const {
  if (state != EventSourceState::Pending) return std::nullopt;
  return pending_since + kPendingMax;
}

bool EventSource::is_there(TimePoint now) const {
  const auto end = expires_at();
  return !end || now < *end;
}

std::string encode(const EventSource& source) {
  json::Value out = new_document();
  out.add("account", source.account);
  out.add("region", source.region);
  out.add("name", source.name);
  out.add("partner", source.partner);
  out.add("state", std::string(to_text(source.state)));
  out.add("created_ms", to_millis(source.created_at));
  out.add("pending_since_ms", to_millis(source.pending_since));
  return json::write(out);
}

Result<EventSource> decode_event_source(std::string_view bytes) {
  const auto document = json::parse(bytes);
  if (!document.ok()) return unreadable("event source");
  Fields fields(*document);
  EventSource out;
  out.account = fields.text("account");
  out.region = fields.text("region");
  out.name = fields.text("name");
  out.partner = fields.text("partner");
  const auto state = to_state(fields.text("state"));
  out.created_at = from_millis(fields.integer("created_ms"));
  out.pending_since = from_millis(fields.integer("pending_since_ms"));
  if (!fields.is_ok() || !state || !out.name.starts_with(kPartnerPrefix)) {
    return unreadable("event source");
  }
  out.state = *state;
  return out;
}

}  // namespace rialto::model
