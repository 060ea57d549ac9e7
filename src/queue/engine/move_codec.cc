// The stored form of move tasks, and their handles.
#include <algorithm>
#include <array>

#include "base/crypto/digest.h"
#include "json/number.h"
#include "json/read.h"
#include "json/write.h"
#include "model/arn.h"
#include "queue/engine/fields.h"
#include "queue/move.h"

namespace rialto::queue {
namespace {

constexpr std::int64_t kVersion = 1;
// In the order of the enumeration.
constexpr std::array<std::string_view, 5> kWords = {"RUNNING", "COMPLETED", "CANCELLING",
                                                    "CANCELLED", "FAILED"};

std::string source_arn(const MoveTask& task) {
  return model::queue_arn(task.scope.region, task.scope.account, task.source);
}

}  // namespace

std::string_view word_of(MoveStatus status) { return kWords[static_cast<std::size_t>(status)]; }

std::string encode_task(const MoveTask& task, store::QueueId queue) {
  json::Value out = json::Object();
  out.add("version", kVersion);
  out.add("id", task.id);
  out.add("account", task.scope.account);
  out.add("region", task.scope.region);
  out.add("queue", task.source);
  out.add("queue_id", static_cast<std::int64_t>(queue));
  if (task.destination) out.add("destination_arn", *task.destination);
  if (task.per_second_max) {
    out.add("per_second_max", static_cast<std::int64_t>(*task.per_second_max));
  }
  out.add("status", std::string(word_of(task.status)));
  out.add("started_ms", to_millis(task.started_at));
  out.add("moved", task.moved);
  out.add("to_move", task.to_move);
  if (!task.failure.empty()) out.add("failure", task.failure);
  return json::write(out);
}

Result<std::pair<MoveTask, store::QueueId>> decode_task(std::string_view bytes) {
  RIALTO_TRY(const json::Value document, json::parse(bytes));
  Fields fields(document);
  if (fields.number("version") != kVersion) {
    return fail(Code::Corruption, "A stored move task has an unknown version.");
  }
  MoveTask task;
  task.id = fields.text("id");
  task.scope = {.account = fields.text("account"), .region = fields.text("region")};
  task.source = fields.text("queue");
  const auto queue = static_cast<store::QueueId>(fields.number("queue_id"));
  if (document.find("destination_arn")) task.destination = fields.text("destination_arn");
  if (document.find("per_second_max")) {
    task.per_second_max = static_cast<int>(fields.number("per_second_max"));
  }
  const std::string status = fields.text("status");
  const auto* word = std::ranges::find(kWords, status);
  task.started_at = from_millis(fields.number("started_ms"));
  task.moved = fields.number("moved");
  task.to_move = fields.number("to_move");
  if (document.find("failure")) task.failure = fields.text("failure");
  if (!fields.bad().empty() || word == kWords.end()) {
    return fail(Code::Corruption, "A stored move task cannot be read: " + fields.bad() + ".");
  }
  task.status = static_cast<MoveStatus>(word - kWords.begin());
  return std::pair(std::move(task), queue);
}

std::string task_handle(const MoveTask& task) {
  json::Value out = json::Object();
  out.add("taskId", task.id);
  out.add("sourceArn", source_arn(task));
  return crypto::base64(json::write(out));
}

std::optional<TaskName> decode_task_handle(std::string_view handle) {
  const std::optional<std::string> text = crypto::from_base64(handle);
  if (!text) return std::nullopt;
  const auto document = json::parse(*text);
  if (!document.ok() || !document->is_object()) return std::nullopt;
  Fields fields(*document);
  TaskName out{.id = fields.text("taskId"), .source_arn = fields.text("sourceArn")};
  if (!fields.bad().empty()) return std::nullopt;
  return out;
}

}  // namespace rialto::queue
