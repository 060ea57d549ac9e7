// What queues say to each other when a message goes from one to another. Plain values.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "queue/queues.h"
#include "store/batch.h"

namespace rialto::queue {

// Where a receive brings what was received too often.
struct DeadLetters {
  std::shared_ptr<Queue> queue;
  std::uint32_t receive_count_max = 0;
};

// A message on its way from one queue to another queue.
struct Move {
  store::Sequence sequence = 0;
  Pending arrival;
};

// What a move task is to commit.
struct Moves {
  store::Batch batch;
  std::vector<Move> moves;
  bool is_dry = false;         // there is nothing more to take
  std::optional<Error> error;  // of `find_destination`
};

using FindDestination =
    std::function<Result<std::shared_ptr<Queue>>(std::string_view dead_letter_source)>;

// What becomes of a message that moves to another queue.
struct Moved {
  bool is_new = false;               // a new id and time, and no past
  std::string dead_letter_source{};  // else
  std::uint32_t receives = 0;
};

}  // namespace rialto::queue
