// A target to measure against: an HTTP one, SQS and Kinesis in one, for it answers every request
// with a success. Says how many events came, and how long those whose stamp can be seen were on
// their way.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/bench/histogram.h"
#include "http/server.h"
#include "net/runtime.h"

namespace rialto::cli {

// On a thread of its own; safe to call from any other.
class Sink {
 public:
  // On loopback. Port 0 takes a free one. Error: Unavailable.
  static Result<std::unique_ptr<Sink>> open(std::uint16_t port = 0);
  ~Sink();

  std::string url() const;
  // From now on: the stamps of what comes were read from `watch`.
  void read_stamps(const Stopwatch& watch);

  struct Seen {
    std::uint64_t events = 0;
    double seconds = 0;  // from the first to the last of them
    Histogram micros{};  // from the stamp to here
  };
  Seen seen() const;

 private:
  Sink();
  Task<http::Response> take(http::Request request);

  mutable std::mutex mutex_;  // a leaf
  Stopwatch watch_;           // guarded by mutex_
  Stopwatch since_first_;     // guarded by mutex_; once there was one
  Seen seen_;                 // guarded by mutex_
  std::uint16_t port_ = 0;
  net::Runtime runtime_{1};
  http::Server server_;
};

}  // namespace rialto::cli
