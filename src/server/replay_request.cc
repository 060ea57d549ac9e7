#include "server/replay_request.h"

#include <algorithm>
#include <array>

#include "base/iso_time.h"
#include "json/number.h"

namespace rialto::server {
namespace {

constexpr std::array<std::string_view, 8> kMembers = {"Archive",         "Name",        "StartTime",
                                                      "EndTime",         "Rules",       "EventId",
                                                      "EventsPerSecond", "OriginalPace"};

constexpr std::size_t kNameMax = 64;  // AWS's, of a replay
constexpr std::int64_t kEventsPerSecondMax = 1'000'000;

Error invalid(std::string_view member, std::string_view rule) {
  return fail(Code::InvalidArgument, std::string(member) + " must be " + std::string(rule) + ".");
}

Result<> check_members(const json::Value& request) {
  if (!request.is_object()) return fail(Code::InvalidArgument, "Send a JSON object.");
  for (const json::Member& member : request.members()) {
    if (std::ranges::find(kMembers, member.key) == kMembers.end()) {
      return fail(Code::InvalidArgument, "There is no member " + member.key + ".");
    }
  }
  return {};
}

Result<std::optional<std::string>> find_text(const json::Value& request, std::string_view name) {
  const json::Value* member = request.find(name);
  if (member == nullptr) return std::optional<std::string>();
  if (!member->is_string() || member->as_string().empty()) return invalid(name, "a string");
  return std::optional<std::string>(member->as_string());
}

Result<TimePoint> read_time(const json::Value& request, std::string_view name,
                            std::int64_t otherwise_ms) {
  RIALTO_TRY(const auto text, find_text(request, name));
  if (!text) return from_millis(otherwise_ms);
  const auto time = parse_iso(*text);
  if (!time) return invalid(name, "a time such as 2026-01-15T12:00:00Z");
  return *time;
}

bool is_name(std::string_view name) {
  return name.size() <= kNameMax && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_';
         });
}

Result<> read_pace(const json::Value& request, model::Replay& replay) {
  if (const json::Value* rate = request.find("EventsPerSecond")) {
    if (rate->is_number()) replay.events_per_second = json::to_int64(rate->number_text());
    const std::int64_t given = replay.events_per_second.value_or(0);
    if (given < 1 || given > kEventsPerSecondMax) {
      return invalid("EventsPerSecond", "a whole number from 1 to 1000000");
    }
  }
  if (const json::Value* keeps = request.find("OriginalPace")) {
    if (!keeps->is_bool()) return invalid("OriginalPace", "true or false");
    replay.keeps_pace = keeps->as_bool();
  }
  return {};
}

Result<> read_rules(const json::Value& request, model::Replay& replay) {
  const json::Value* rules = request.find("Rules");
  if (rules == nullptr) return {};
  if (!rules->is_array()) return invalid("Rules", "a list of names of rules");
  for (const json::Value& rule : rules->items()) {
    if (!rule.is_string()) return invalid("Rules", "a list of names of rules");
    replay.filter_arns.push_back(
        model::rule_arn(replay.region, replay.account, replay.bus, rule.as_string()));
  }
  return {};
}

}  // namespace

Result<model::Replay> read_replay_request(const archive::Archives& archives,
                                          const model::Scope& caller, const json::Value& request,
                                          std::string name) {
  RIALTO_TRY_VOID(check_members(request));
  RIALTO_TRY(const auto archive_name, find_text(request, "Archive"));
  if (!archive_name) return invalid("Archive", "the name of an archive");
  RIALTO_TRY(const auto archive, archives.get(caller, *archive_name));
  model::Replay replay;
  RIALTO_TRY(const auto given_name, find_text(request, "Name"));
  replay.name = given_name.value_or(std::move(name));
  if (!is_name(replay.name)) return invalid("Name", "at most 64 letters, digits, '.', '-' and '_'");
  replay.account = archive.account;
  replay.region = archive.region;
  replay.archive = archive.name;
  replay.archive_id = archive.id;
  replay.bus = archive.bus;
  const bus::Totals totals = archives.totals(archive);
  const bool is_empty = totals.events == 0;
  RIALTO_TRY(replay.from, read_time(request, "StartTime", is_empty ? 0 : totals.first_ms));
  RIALTO_TRY(replay.to, read_time(request, "EndTime", is_empty ? 0 : totals.last_ms));
  if (replay.to < replay.from) return invalid("EndTime", "no earlier than StartTime");
  RIALTO_TRY(replay.only_event, find_text(request, "EventId"));
  RIALTO_TRY_VOID(read_pace(request, replay));
  RIALTO_TRY_VOID(read_rules(request, replay));
  return replay;
}

json::Value describe_replay(const model::Replay& replay) {
  json::Value out{json::Object()};
  out.add("Name", replay.name);
  out.add("State", model::to_text(replay.state));
  if (replay.state_reason) out.add("StateReason", *replay.state_reason);
  out.add("Replayed", replay.replayed);
  if (replay.last_event_at) out.add("LastEventTime", to_iso_seconds(*replay.last_event_at));
  return out;
}

}  // namespace rialto::server
