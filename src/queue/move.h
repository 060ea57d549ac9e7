// Move tasks: bringing the messages of a dead-letter queue back to where they came from, or to
// another queue. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "store/keys.h"

namespace rialto::queue {

enum class MoveStatus : std::uint8_t { Running, Completed, Cancelling, Cancelled, Failed };

// SQS's word: RUNNING and so on.
std::string_view word_of(MoveStatus status);

struct MoveTask {
  std::string id;  // a UUID
  store::Scope scope;
  std::string source;                        // name of the queue
  std::optional<std::string> destination{};  // ARN; absent: each message's own source
  std::optional<int> per_second_max{};       // absent: as fast as it goes
  MoveStatus status = MoveStatus::Running;
  TimePoint started_at{};
  std::int64_t moved = 0;
  std::int64_t to_move = 0;  // when it started
  std::string failure{};     // FailureReason

  bool is_active() const {
    return status == MoveStatus::Running || status == MoveStatus::Cancelling;
  }
};

// The stored form (docs/internals/storage.md). `queue` is the id of the source, so that a task is
// not taken for one of a later queue of the same name. Error of decoding: Corruption.
std::string encode_task(const MoveTask& task, store::QueueId queue);
Result<std::pair<MoveTask, store::QueueId>> decode_task(std::string_view bytes);

// Names the task to whoever cancels it: base64 of a JSON text, as SQS's.
std::string task_handle(const MoveTask& task);
struct TaskName {
  std::string id;
  std::string source_arn;
};
std::optional<TaskName> decode_task_handle(std::string_view handle);

}  // namespace rialto::queue
