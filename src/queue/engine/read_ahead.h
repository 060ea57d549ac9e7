// Messages of one queue that were read from the store before anybody received them, because their
// neighbours were: a backlog is read in rows and not one by one.
//
// A message never changes, so what is here can only be of a message that is gone. `forget` must be
// told of everyone whose erasing is durable; that includes the time in which a row is being read.
//
// Nothing here locks, except that the pool may be used by any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/keys.h"

namespace rialto::queue {

// The bytes of a message, and what keeps them.
struct MessageBytes {
  std::shared_ptr<const std::string> owner;
  std::string_view view;
};

// Bounds the memory of all rows of all queues.
class RowPool : public std::enable_shared_from_this<RowPool> {
 public:
  RowPool(std::size_t rows_max, std::size_t row_bytes) : row_bytes_(row_bytes), left_(rows_max) {}

  // An empty row of `row_bytes` at most; it counts until the last pointer to it is gone. Nothing
  // when there are too many.
  std::shared_ptr<std::string> make();
  std::size_t row_bytes() const { return row_bytes_; }

 private:
  const std::size_t row_bytes_;
  std::atomic<std::size_t> left_;
};

// One reading of a row. Of the thread that reads.
class Row {
 public:
  explicit Row(std::shared_ptr<RowPool> pool) : pool_(std::move(pool)) {}

  // In order of the numbers. False when it has no room.
  bool add(store::Sequence sequence, std::string_view bytes);
  bool empty() const { return slots_.empty(); }

 private:
  friend class ReadAhead;
  struct Slot {
    store::Sequence sequence = 0;
    std::string_view bytes;
    bool is_gone = false;
  };

  std::shared_ptr<RowPool> pool_;
  std::shared_ptr<std::string> bytes_;
  std::vector<Slot> slots_;
};

class ReadAhead {
 public:
  explicit ReadAhead(std::shared_ptr<RowPool> pool) : pool_(std::move(pool)) {}

  std::optional<MessageBytes> find(store::Sequence sequence);
  // Whether there is something left that may be received after `sequence`.
  bool reaches_beyond(store::Sequence sequence) const;

  // Around the reading of a row, one at a time: it takes the place of the row that was here.
  Row begin();
  void end(Row row);
  void cancel();

  void forget(store::Sequence sequence);
  void clear();
  // Gives up a row that nobody asked for since the last call.
  void tidy();

 private:
  const std::shared_ptr<RowPool> pool_;
  std::shared_ptr<const std::string> bytes_;
  std::vector<Row::Slot> slots_;
  bool is_used_ = false;
  bool is_reading_ = false;
  std::vector<store::Sequence> gone_;  // while a row is read
};

}  // namespace rialto::queue
