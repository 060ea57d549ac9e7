#include "queue/engine/resource.h"

#include <limits>

#include "json/number.h"
#include "json/read.h"
#include "json/write.h"
#include "queue/engine/fields.h"

namespace rialto::queue {
namespace {

// The first form is that of queues without `redrive` and `fifo`.
constexpr std::int64_t kPlainVersion = 1;
constexpr std::int64_t kVersion = 2;

json::Value texts(const std::map<std::string, std::string, std::less<>>& map) {
  json::Value out = json::Object();
  for (const auto& [key, value] : map) out.add(key, value);
  return out;
}

json::Value encode_redrive(const RedrivePolicy& redrive) {
  json::Value out = json::Object();
  out.add("dead_letter_arn", redrive.dead_letter_arn);
  out.add("receive_count_max", static_cast<std::int64_t>(redrive.receive_count_max));
  return out;
}

json::Value encode_fifo(const FifoSettings& fifo) {
  json::Value out = json::Object();
  out.add("deduplicates_content", fifo.deduplicates_content);
  out.add("deduplicates_by_group", fifo.deduplicates_by_group);
  out.add("is_limited_by_group", fifo.is_limited_by_group);
  return out;
}

// Answers the first member that is bad.
std::string decode_newer(const json::Value& document, Settings& settings) {
  std::string bad;
  if (const json::Value* redrive = document.find("redrive")) {
    Fields fields(*redrive);
    settings.redrive.emplace(fields.text("dead_letter_arn"),
                             static_cast<std::uint32_t>(fields.number("receive_count_max")));
    bad = fields.bad();
  }
  if (const json::Value* fifo = document.find("fifo")) {
    Fields fields(*fifo);
    settings.fifo.emplace(fields.flag("deduplicates_content"), fields.flag("deduplicates_by_group"),
                          fields.flag("is_limited_by_group"));
    if (bad.empty()) bad = fields.bad();
  }
  return bad;
}

}  // namespace

std::string encode_resource(const Identity& identity, const QueueInfo& info) {
  json::Value out = json::Object();
  const bool is_plain = !info.settings.redrive && !info.settings.fifo;
  out.add("version", is_plain ? kPlainVersion : kVersion);
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
  if (info.settings.redrive) out.add("redrive", encode_redrive(*info.settings.redrive));
  if (info.settings.fifo) out.add("fifo", encode_fifo(*info.settings.fifo));
  return json::write(out);
}

Result<std::pair<Identity, QueueInfo>> decode_resource(std::string_view bytes) {
  RIALTO_TRY(const json::Value document, json::parse(bytes));
  Fields fields(document);
  if (const std::int64_t version = fields.number("version");
      version != kPlainVersion && version != kVersion) {
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
  std::string bad = fields.bad();
  if (bad.empty()) bad = decode_newer(document, info.settings);
  if (!bad.empty()) {
    return fail(Code::Corruption, "A stored queue lacks the member " + bad + ".");
  }
  return std::pair(std::move(identity), std::move(info));
}

}  // namespace rialto::queue
