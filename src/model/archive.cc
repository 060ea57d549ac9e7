#include "model/archive.h"

#include <array>

#include "json/read.h"
#include "json/write.h"
#include "model/arn.h"
#include "model/stored_json.h"

namespace rialto::model {
namespace {

constexpr std::string_view kRulePrefix = "Events-Archive-";

// By the enum's numbers.
constexpr std::array<std::string_view, 6> kStates = {"STARTING",  "RUNNING",   "CANCELLING",
                                                     "COMPLETED", "CANCELLED", "FAILED"};

void add_cursor(json::Value& document, const ReplayCursor& cursor) {
  document.add("cursor_minute", cursor.minute);
  document.add("cursor_hour", static_cast<std::int64_t>(cursor.hour));
  document.add("cursor_time_ms", cursor.time_ms);
  document.add("cursor_sequence", static_cast<std::int64_t>(cursor.sequence));
}

void add_time(json::Value& document, std::string name, const std::optional<TimePoint>& time) {
  if (time) document.add(std::move(name), to_millis(*time));
}

std::optional<TimePoint> optional_time(const Fields& fields, std::string_view name) {
  const auto millis = fields.optional_integer(name);
  if (!millis) return std::nullopt;
  return from_millis(*millis);
}

std::optional<ReplayCursor> read_cursor(Fields& fields) {
  if (!fields.optional_integer("cursor_minute")) return std::nullopt;
  return ReplayCursor{.minute = fields.integer("cursor_minute"),
                      .hour = static_cast<std::uint32_t>(fields.integer("cursor_hour")),
                      .time_ms = fields.integer("cursor_time_ms"),
                      .sequence = static_cast<std::uint64_t>(fields.integer("cursor_sequence"))};
}

}  // namespace

std::string Archive::arn() const { return make_arn("events", region, account, "archive/" + name); }
std::string Archive::bus_arn() const { return model::bus_arn(region, account, bus); }
std::string Archive::rule_name() const { return std::string(kRulePrefix) + name; }

std::string Replay::arn() const { return make_arn("events", region, account, "replay/" + name); }
std::string Replay::archive_arn() const {
  return make_arn("events", region, account, "archive/" + archive);
}
std::string Replay::bus_arn() const { return model::bus_arn(region, account, bus); }

std::string_view to_text(ReplayState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<ReplayState> parse_replay_state(std::string_view text) {
  for (std::size_t at = 0; at < kStates.size(); ++at) {
    if (kStates[at] == text) return static_cast<ReplayState>(at);
  }
  return std::nullopt;
}

std::string encode(const Archive& archive) {
  json::Value out = new_document();
  out.add("id", static_cast<std::int64_t>(archive.id));
  out.add("account", archive.account);
  out.add("region", archive.region);
  out.add("name", archive.name);
  out.add("bus", archive.bus);
  add_optional(out, "description", archive.description);
  add_optional(out, "event_pattern", archive.event_pattern);
  out.add("retention_days", archive.retention_days);
  out.add("created_ms", to_millis(archive.created_at));
  return json::write(out);
}

Result<Archive> decode_archive(std::string_view bytes) {
  const auto document = json::parse(bytes);
  if (!document.ok()) return unreadable("archive");
  Fields fields(*document);
  Archive archive;
  archive.id = static_cast<std::uint32_t>(fields.integer("id"));
  archive.account = fields.text("account");
  archive.region = fields.text("region");
  archive.name = fields.text("name");
  archive.bus = fields.text("bus");
  archive.description = fields.optional_text("description");
  archive.event_pattern = fields.optional_text("event_pattern");
  archive.retention_days = fields.integer("retention_days");
  archive.created_at = from_millis(fields.integer("created_ms"));
  if (!fields.is_ok()) return unreadable("archive");
  return archive;
}

std::string encode(const Replay& replay) {
  json::Value out = new_document();
  out.add("account", replay.account);
  out.add("region", replay.region);
  out.add("name", replay.name);
  add_optional(out, "description", replay.description);
  out.add("archive", replay.archive);
  out.add("archive_id", static_cast<std::int64_t>(replay.archive_id));
  out.add("bus", replay.bus);
  json::Array filter_arns;
  for (const std::string& arn : replay.filter_arns) filter_arns.emplace_back(arn);
  out.add("filter_arns", json::Value(std::move(filter_arns)));
  out.add("from_ms", to_millis(replay.from));
  out.add("to_ms", to_millis(replay.to));
  out.add("state", to_text(replay.state));
  add_optional(out, "state_reason", replay.state_reason);
  out.add("started_ms", to_millis(replay.started_at));
  add_time(out, "ended_ms", replay.ended_at);
  add_time(out, "last_event_ms", replay.last_event_at);
  if (replay.cursor) add_cursor(out, *replay.cursor);
  out.add("replayed", replay.replayed);
  add_optional(out, "only_event", replay.only_event);
  if (replay.events_per_second) out.add("events_per_second", *replay.events_per_second);
  if (replay.keeps_pace) out.add("keeps_pace", true);
  return json::write(out);
}

Result<Replay> decode_replay(std::string_view bytes) {
  const auto document = json::parse(bytes);
  if (!document.ok()) return unreadable("replay");
  Fields fields(*document);
  Replay replay;
  replay.account = fields.text("account");
  replay.region = fields.text("region");
  replay.name = fields.text("name");
  replay.description = fields.optional_text("description");
  replay.archive = fields.text("archive");
  replay.archive_id = static_cast<std::uint32_t>(fields.integer("archive_id"));
  replay.bus = fields.text("bus");
  replay.filter_arns = fields.texts("filter_arns");
  replay.from = from_millis(fields.integer("from_ms"));
  replay.to = from_millis(fields.integer("to_ms"));
  const auto state = parse_replay_state(fields.text("state"));
  replay.state_reason = fields.optional_text("state_reason");
  replay.started_at = from_millis(fields.integer("started_ms"));
  replay.ended_at = optional_time(fields, "ended_ms");
  replay.last_event_at = optional_time(fields, "last_event_ms");
  replay.cursor = read_cursor(fields);
  replay.replayed = fields.integer("replayed");
  replay.only_event = fields.optional_text("only_event");
  replay.events_per_second = fields.optional_integer("events_per_second");
  replay.keeps_pace = document->find("keeps_pace") != nullptr;
  if (!fields.is_ok() || !state) return unreadable("replay");
  replay.state = *state;
  return replay;
}

}  // namespace rialto::model
