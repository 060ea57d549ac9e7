// The bounds of the built-in queues. Plain values.
#pragma once

#include <chrono>
#include <cstddef>

namespace rialto::queue {

struct Options {
  // Per queue, how many ready messages are known in memory (eight bytes each); the rest waits on
  // disk and is read in pages.
  std::size_t window_max = 100'000;
  std::size_t page_max = 1'000;
  std::size_t in_flight_max = 120'000;  // SQS's quota for a standard queue
  std::size_t delayed_max = 100'000;    // delayed messages known in memory beyond the window
  std::size_t sweep_max = 1'000;        // expired messages removed at a time
  // How many messages of a FIFO queue are known: SQS looks at as many for groups that may go on.
  std::size_t fifo_window_max = 120'000;
  // Deduplication ids that a FIFO queue remembers, a hundred bytes each, before it throttles: those
  // of 10,000 messages a second.
  std::size_t deduplication_max = 3'000'000;
  std::chrono::milliseconds sweep_interval{1'000};
  // A backlog of a standard queue is read in rows of so many bytes, from so many ready messages on;
  // all queues together hold 64 MiB of them, and what finds no room is read one by one.
  std::size_t row_bytes = 256U << 10;
  std::size_t row_messages_min = 32;
  std::size_t rows_max = 256;
};

}  // namespace rialto::queue
