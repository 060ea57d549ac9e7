#include "model/event.h"

#include "base/bytes.h"
#include "base/iso_time.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::model {
namespace {

constexpr std::uint8_t kEventVersion = 1;

void append_stored(std::string& out, const Event& event, std::string_view trace_header) {
  out.reserve(out.size() + event.text.size() + trace_header.size() + 32);
  out += static_cast<char>(kEventVersion);
  append_u64(out, static_cast<std::uint64_t>(to_millis(event.accepted_at)));
  out += static_cast<char>(event.hops);
  append_text(out, trace_header);
  append_text(out, event.text);
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out += ",\"";
  out += name;
  out += "\":";
  json::append_quoted(out, value);
}

}  // namespace

Event make_event(Envelope envelope, TimePoint accepted_at) {
  const std::string time = to_iso_seconds(envelope.time);
  Event event;
  std::string& text = event.text;
  text.reserve(envelope.detail_text.size() + 384);
  text = R"({"version":"0")";
  append_member(text, "id", envelope.id);
  append_member(text, "detail-type", envelope.detail_type);
  append_member(text, "source", envelope.source);
  append_member(text, "account", envelope.account);
  append_member(text, "time", time);
  append_member(text, "region", envelope.region);
  text += ",\"resources\":[";
  json::Array resources;
  for (std::string& resource : envelope.resources) {
    if (!resources.empty()) text += ',';
    json::append_quoted(text, resource);
    resources.emplace_back(std::move(resource));
  }
  text += "],\"detail\":";
  text += envelope.detail_text;
  text += '}';

  event.id = envelope.id;
  event.accepted_at = accepted_at;
  json::Object members;
  members.reserve(9);
  members.push_back({"version", "0"});
  members.push_back({"id", std::move(envelope.id)});
  members.push_back({"detail-type", std::move(envelope.detail_type)});
  members.push_back({"source", std::move(envelope.source)});
  members.push_back({"account", std::move(envelope.account)});
  members.push_back({"time", time});
  members.push_back({"region", std::move(envelope.region)});
  members.push_back({"resources", std::move(resources)});
  members.push_back({"detail", std::move(envelope.detail)});
  event.root = json::Value(std::move(members));
  return event;
}

Event make_event(json::Value root, TimePoint accepted_at) {
  Event event;
  if (const json::Value* id = root.find("id"); id != nullptr && id->is_string()) {
    event.id = id->as_string();
  }
  event.text = json::write(root);
  event.root = std::move(root);
  event.accepted_at = accepted_at;
  return event;
}

void set_id(Event& event, std::string id) {
  if (json::Value* member = event.root.find("id")) *member = json::Value(id);
  event.id = std::move(id);
  event.text = json::write(event.root);
}

TimePoint time_of(const Event& event) {
  const json::Value* time = event.root.find("time");
  if (time == nullptr || !time->is_string()) return event.accepted_at;
  return parse_iso(time->as_string()).value_or(event.accepted_at);
}

std::string encode(const Event& event) {
  std::string out;
  append_stored(out, event, event.trace_header);
  return out;
}

void append_archived(std::string& out, const Event& event) { append_stored(out, event, {}); }

Result<StoredEvent> read_event(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  StoredEvent event;
  event.accepted_at = from_millis(static_cast<std::int64_t>(reader.u64()));
  event.hops = reader.u8();
  event.trace_header = reader.text();
  event.text = reader.text();
  if (!reader.is_at_end() || version != kEventVersion) {
    return fail(Code::Corruption, "A stored event cannot be read.");
  }
  return event;
}

Result<Event> decode_event(std::string_view bytes) {
  RIALTO_TRY(const StoredEvent stored, read_event(bytes));
  auto root = json::parse(stored.text);
  if (!root.ok()) return fail(Code::Corruption, "A stored event is not JSON.");
  Event event = make_event(std::move(root).value(), stored.accepted_at);
  event.text = stored.text;  // as it was accepted: escapes are the sender's
  event.hops = stored.hops;
  event.trace_header = stored.trace_header;
  return event;
}

Result<std::string> with_replay_name(std::string_view envelope, std::string_view name) {
  // What stands before `resources` are strings, in which a quote is escaped: the first place where
  // this occurs is the member itself.
  constexpr std::string_view kNext = ",\"resources\":";
  const std::size_t at = envelope.find(kNext);
  if (at == envelope.npos) return fail(Code::Corruption, "A stored event is no envelope.");
  std::string out;
  out.reserve(envelope.size() + name.size() + 20);
  out += envelope.substr(0, at);
  append_member(out, "replay-name", name);
  out += envelope.substr(at);
  return out;
}

std::string_view id_of(std::string_view envelope) {
  constexpr std::string_view kId = "\"id\":\"";
  const std::size_t at = envelope.find(kId);
  if (at == envelope.npos) return {};
  envelope.remove_prefix(at + kId.size());
  return envelope.substr(0, envelope.find('"'));
}

}  // namespace rialto::model
