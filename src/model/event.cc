#include "model/event.h"

#include "base/bytes.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::model {
namespace {

constexpr std::uint8_t kEventVersion = 1;

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

std::string encode(const Event& event) {
  std::string out;
  out.reserve(event.text.size() + 96);
  out += static_cast<char>(kEventVersion);
  append_u64(out, static_cast<std::uint64_t>(to_millis(event.accepted_at)));
  out += static_cast<char>(event.hops);
  append_text(out, event.trace_header);
  append_text(out, event.text);
  return out;
}

Result<Event> decode_event(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  const auto accepted_at = from_millis(static_cast<std::int64_t>(reader.u64()));
  const std::uint8_t hops = reader.u8();
  const std::string_view trace_header = reader.text();
  const std::string_view text = reader.text();
  if (!reader.is_at_end() || version != kEventVersion) {
    return fail(Code::Corruption, "A stored event cannot be read.");
  }
  auto root = json::parse(text);
  if (!root.ok()) return fail(Code::Corruption, "A stored event is not JSON.");
  Event event = make_event(std::move(root).value(), accepted_at);
  event.text = text;  // as it was accepted: escapes are the sender's
  event.hops = hops;
  event.trace_header = trace_header;
  return event;
}

}  // namespace rialto::model
