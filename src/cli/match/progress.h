// How far a long run is, for whoever waits at standard error. Private to cli.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace rialto::cli {

// `1,234,567 events, 456,789 events/s`.
std::string progress_text(std::uint64_t events, std::chrono::nanoseconds elapsed);

// On a terminal one line that is written over each second; elsewhere a line every five. A run that
// is over before the first says nothing. One thread at a time.
class Progress {
 public:
  explicit Progress(bool is_quiet);

  // So many events are done. To be called often.
  void tell(std::uint64_t events);

  // Makes room for another message.
  void hide();

  // The run is over; its total is told when anything was.
  void finish(std::uint64_t events);

 private:
  void print(std::uint64_t events);

  Stopwatch watch_;
  bool is_quiet_;
  bool is_terminal_;
  bool is_shown_ = false;  // on the terminal's last line
  bool was_told_ = false;
  std::chrono::nanoseconds next_;
};

}  // namespace rialto::cli
