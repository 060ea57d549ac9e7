#include "bus/envelope.h"

#include <algorithm>
#include <array>
#include <optional>

namespace rialto::bus {
namespace {

constexpr std::array<std::string_view, 10> kMembers = {
    "version", "id",     "detail-type", "source",    "account",
    "time",    "region", "replay-name", "resources", "detail"};

Error invalid(std::string_view member, std::string_view rule) {
  return fail(Code::InvalidArgument,
              "The envelope's member '" + std::string(member) + "' " + std::string(rule) + ".");
}

bool is_text_list(const json::Value& value) {
  return value.is_array() && std::ranges::all_of(value.items(), &json::Value::is_string);
}

// The value of a member that may be left out.
std::optional<json::Value> default_of(std::string_view member, const EnvelopeDefaults& defaults) {
  if (member == "version") return json::Value("0");
  if (member == "id") return json::Value(defaults.id);
  if (member == "account") return json::Value(defaults.scope.account);
  if (member == "time") return json::Value(to_iso_seconds(defaults.time));
  if (member == "region") return json::Value(defaults.scope.region);
  if (member == "resources") return json::Value(json::Array{});
  return std::nullopt;
}

Result<> check(std::string_view member, const json::Value& value) {
  if (member == "detail") {
    if (!value.is_object()) return invalid(member, "must be an object");
  } else if (member == "resources") {
    if (!is_text_list(value)) return invalid(member, "must be an array of strings");
  } else if (!value.is_string() || value.as_string().empty()) {
    return invalid(member, "must be a string that is not empty");
  }
  return {};
}

}  // namespace

Result<json::Value> complete_envelope(json::Value given, const EnvelopeDefaults& defaults) {
  if (!given.is_object()) return fail(Code::InvalidArgument, "An envelope must be a JSON object.");
  json::Object members;
  for (const std::string_view name : kMembers) {
    if (json::Value* value = given.find(name)) {
      RIALTO_TRY_VOID(check(name, *value));
      members.push_back({std::string(name), std::move(*value)});
    } else if (auto filled = default_of(name, defaults)) {
      members.push_back({std::string(name), std::move(*filled)});
    } else if (name != "replay-name") {
      return invalid(name, "is missing");
    }
  }
  for (json::Member& member : given.members()) {
    if (std::ranges::find(kMembers, member.key) == kMembers.end()) {
      members.push_back(std::move(member));
    }
  }
  return json::Value(std::move(members));
}

}  // namespace rialto::bus
