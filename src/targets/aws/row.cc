#include "targets/aws/row.h"

#include "base/bytes.h"
#include "base/crypto/digest.h"
#include "base/ids.h"
#include "json/path.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::targets {
namespace {

// Unverified at AWS: a path in a parameter that finds nothing. True: the delivery fails for good.
// False: the parameter is an empty text.
constexpr bool kMissingPathFails = true;

std::string as_text(const json::Value& value) {
  return value.is_string() ? value.as_string() : json::write(value);
}

Result<json::Value> resolve(const json::Value& value, const json::Value& event) {
  if (value.is_array()) {
    json::Array items;
    for (const json::Value& item : value.items()) {
      RIALTO_TRY(auto resolved, resolve(item, event));
      items.push_back(std::move(resolved));
    }
    return json::Value(std::move(items));
  }
  if (value.is_object()) {
    json::Object members;
    for (const json::Member& member : value.members()) {
      RIALTO_TRY(auto resolved, resolve(member.value, event));
      members.push_back({member.key, std::move(resolved)});
    }
    return json::Value(std::move(members));
  }
  if (!value.is_string()) return value;
  RIALTO_TRY(auto text, resolve_text(value.as_string(), event));
  return json::Value(std::move(text));
}

}  // namespace

const Row* find_row(const model::Arn& arn) {
  for (const auto rows : {messaging_rows(), workflow_rows(), management_rows(), gateway_rows()}) {
    for (const Row& row : rows) {
      if (row.serves(arn)) return &row;
    }
  }
  return nullptr;
}

Result<std::string> resolve_text(const std::string& text, const json::Value& event) {
  if (!text.starts_with("$.")) return text;
  const auto path = json::Path::parse(text);
  json::Value made;
  const json::Value* found = path.ok() ? path->find(event, made) : nullptr;
  if (found != nullptr) return as_text(*found);
  if (!kMissingPathFails) return std::string();
  return fail(Code::InvalidArgument, "The event has nothing at " + text + ", a parameter's path.",
              "INVALID_PARAMETER");
}

std::string resource_name(const model::Arn& arn) {
  const std::size_t end = arn.resource.find_first_of("/:");
  return end == std::string::npos ? arn.resource : arn.resource.substr(end + 1);
}

Result<json::Value> parameters(const Invocation& invocation, std::string_view block) {
  const json::Value* given = invocation.parameters->given.find(block);
  if (given == nullptr) return json::Value();
  return resolve(*given, invocation.event->root);
}

Result<json::Value> object_payload(const Invocation& invocation) {
  auto payload = json::parse(invocation.payload);
  if (payload.ok() && payload->is_object()) return payload;
  return fail(
      Code::InvalidArgument,
      "The transformed input is not a JSON object, which " + invocation.target.service + " takes.",
      "INVALID_JSON");
}

void copy_members(json::Value& to, const json::Value& from, std::span<const Rename> names) {
  for (const Rename& name : names) {
    if (const json::Value* value = from.find(name.from)) to.add(std::string(name.to), *value);
  }
}

json::Value with_small_keys(const json::Value& value) {
  if (value.is_array()) {
    json::Array items;
    for (const json::Value& item : value.items()) items.push_back(with_small_keys(item));
    return items;
  }
  if (!value.is_object()) return value;
  json::Object members;
  for (const json::Member& member : value.members()) {
    std::string key = member.key;
    if (!key.empty() && key[0] >= 'A' && key[0] <= 'Z') {
      key[0] = static_cast<char>(key[0] - 'A' + 'a');
    }
    members.push_back({std::move(key), with_small_keys(member.value)});
  }
  return members;
}

std::string stable_token(const Invocation& invocation) {
  const std::string digest = crypto::sha256(invocation.event->id + " " + invocation.rule_arn + " " +
                                            invocation.parameters->id);
  ByteReader reader(digest);
  const std::uint64_t high = reader.u64();
  return uuid_text(high, reader.u64());
}

}  // namespace rialto::targets
