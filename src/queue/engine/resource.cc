// The stored form of a queue's name and settings (docs/internals/storage.md).
#include <limits>

#include "json/number.h"
#include "json/read.h"
#include "json/write.h"
#include "queue/engine/queue.h"

namespace rialto::queue {
namespace {

constexpr std::int64_t kVersion = 1;

json::Value texts(const std::map<std::string, std::string, std::less<>>& map) {
  json::Value out = json::Object();
  for (const auto& [key, value] : map) out.add(key, value);
  return out;
}

// Reads members by name; the first that is not there, or is of another kind, is remembered.
class Fields {
 public:
  explicit Fields(const json::Value& object) : object_(object) {}

  std::int64_t number(std::string_view name) {
    const json::Value* value = object_.find(name);
    const auto out =
        value && value->is_number() ? json::to_int64(value->number_text()) : std::nullopt;
    if (!out) note(name);
    return out.value_or(0);
  }
  std::chrono::seconds seconds(std::string_view name) { return std::chrono::seconds(number(name)); }
  std::string text(std::string_view name) {
    const json::Value* value = object_.find(name);
    if (value && value->is_string()) return value->as_string();
    note(name);
    return {};
  }
  std::map<std::string, std::string, std::less<>> texts(std::string_view name) {
    std::map<std::string, std::string, std::less<>> out;
    const json::Value* value = object_.find(name);
    if (!value || !value->is_object()) {
      note(name);
      return out;
    }
    for (const auto& [key, member] : value->members()) {
      if (!member.is_string())
        note(name);
      else
        out.emplace(key, member.as_string());
    }
    return out;
  }
  const std::string& bad() const { return bad_; }

 private:
  void note(std::string_view name) {
    if (bad_.empty()) bad_ = name;
  }
  const json::Value& object_;
  std::string bad_;
};

}  // namespace

std::string encode_resource(const Identity& identity, const QueueInfo& info) {
  json::Value out = json::Object();
  out.add("version", kVersion);
  out.add("id", static_cast<std::int64_t>(identity.id));
  out.add("account", identity.scope.account);
  out.add("region", identity.scope.region);
  out.add("name", identity.name);
  out.add("created_ms", to_millis(identity.created_at));
  out.add("modified_ms", to_millis(info.modified_at));
  out.add("delay_seconds", info.settings.delay.count());
  out.add("message_size_bytes_max",
          static_cast<std::int64_t>(info.settings.message_size_bytes_max));
  out.add("retention_seconds", info.settings.retention.count());
  out.add("receive_wait_seconds", info.settings.receive_wait.count());
  out.add("visibility_seconds", info.settings.visibility.count());
  out.add("extras", texts(info.settings.extras));
  out.add("tags", texts(info.tags));
  return json::write(out);
}

Result<std::pair<Identity, QueueInfo>> decode_resource(std::string_view bytes) {
  RIALTO_TRY(const json::Value document, json::parse(bytes));
  Fields fields(document);
  if (const std::int64_t version = fields.number("version"); version != kVersion) {
    return fail(Code::Corruption,
                "A stored queue has the unknown version " + std::to_string(version) + ".");
  }
  Identity identity;
  QueueInfo info;
  identity.id = static_cast<store::QueueId>(fields.number("id"));
  identity.scope = {.account = fields.text("account"), .region = fields.text("region")};
  identity.name = fields.text("name");
  identity.created_at = from_millis(fields.number("created_ms"));
  info.name = identity.name;
  info.created_at = identity.created_at;
  info.modified_at = from_millis(fields.number("modified_ms"));
  info.settings.delay = fields.seconds("delay_seconds");
  info.settings.message_size_bytes_max =
      static_cast<std::uint32_t>(fields.number("message_size_bytes_max"));
  info.settings.retention = fields.seconds("retention_seconds");
  info.settings.receive_wait = fields.seconds("receive_wait_seconds");
  info.settings.visibility = fields.seconds("visibility_seconds");
  info.settings.extras = fields.texts("extras");
  info.tags = fields.texts("tags");
  if (!fields.bad().empty()) {
    return fail(Code::Corruption, "A stored queue lacks the member " + fields.bad() + ".");
  }
  return std::pair(std::move(identity), std::move(info));
}

}  // namespace rialto::queue
