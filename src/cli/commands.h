// The commands of `rialto` but for `serve`: clients of a running server, and pure ones. Each prints
// its results to standard output and what went wrong to standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws/sigv4.h"

namespace rialto::cli {

// Where a command's server is, and as whom to ask: as the account that is given, where signatures
// are not checked or the keys are an admin's; else as the keys say; else as nobody in particular.
struct Connection {
  std::string endpoint = "http://127.0.0.1:1591";
  std::optional<std::string> account{};
  aws::Keys keys{};  // maybe none
  std::string region = "us-east-1";
  std::string ca_file{};  // PEM, whom to believe beyond TLS; empty: whom the system believes
};

struct PutOptions {
  Connection connection;
  std::optional<std::string> bus;
  // One entry from these three, or entries and envelopes from `file` ("-": standard input): one,
  // an array, or one a line.
  std::optional<std::string> source;
  std::optional<std::string> detail_type;
  std::optional<std::string> detail;
  std::string file = "-";
};

struct ExplainOptions {
  std::string pattern;  // JSON text, or @FILE; without one, a server's rules are asked about
  std::optional<std::string> bus;  // of that server
  Connection connection;
  std::string event;  // JSON text, or @FILE
  bool is_json = false;
};

struct TailOptions {
  Connection connection;
  std::string bus;
  std::optional<std::string> pattern;  // JSON text, or @FILE
  std::size_t count = 0;               // events to show; 0: without end
  bool is_json = false;
};

struct TraceOptions {
  Connection connection;
  std::string event_id;
  bool is_json = false;
};

struct TargetsOptions {
  Connection connection;
  bool is_json = false;
};

struct ReplayOptions {
  Connection connection;
  std::string archive;
  std::optional<std::string> name;  // the server's choice if not given
  std::optional<std::string> from;  // ISO 8601; the whole archive if not given
  std::optional<std::string> to;
  std::optional<std::string> event;  // its id: only that one
  std::vector<std::string> rules;    // who may see the events; all if not given
  std::optional<std::int64_t> events_per_second;
  bool keeps_pace = false;   // as far apart as they were accepted
  bool is_detached = false;  // does not wait for the end
};

enum class BenchFormat { Text, Json, Csv };

// What events are delivered to: a built-in queue; or the command itself, which plays an HTTP
// target, SQS or Kinesis.
enum class BenchTarget { Queue, Http, Sqs, Kinesis };

struct BenchOptions {
  Connection connection;
  std::chrono::seconds duration{10};
  std::size_t connections = 64;
  std::size_t entries = 10;
  std::size_t entry_bytes = 1024;
  std::optional<double> rate{};      // events a second; as fast as the server answers if not given
  std::size_t consumers = 16;        // calls in flight that receive or delete
  std::uint64_t messages = 100'000;  // that `deliver` receives
  BenchFormat format = BenchFormat::Text;
  // Only send the same requests and count the answers: for a server that is no Rialto.
  bool is_yardstick = false;
  bool is_unmatched = false;  // no rule matches what is put
  BenchTarget to = BenchTarget::Queue;
  std::uint16_t port = 0;  // of the command's own target; 0: a free one
};

struct MatchOptions {
  // Files, one item a line; "-": standard input.
  std::optional<std::string> patterns;
  std::optional<std::string> events;   // "-" if not given
  std::optional<std::string> cases;    // instead of both
  std::optional<std::size_t> threads;  // 1 if not given; 0: one for each core
  bool is_count = false;
  bool is_explain = false;
  bool is_quiet = false;  // no progress
};

struct BackupOptions {
  Connection connection;
  std::string directory;
};

// Each answers the exit code of the process: 0 for success; 1 for "no" (a pattern that does not
// match, an entry that failed, a line that is no event); 2 for a command that could not do its
// work.
int put(const PutOptions& options);
int explain(const ExplainOptions& options);
// Has a running server copy all that it keeps into a directory on its machine.
int backup(const BackupOptions& options);
int match(const MatchOptions& options);
int tail(const TailOptions& options);
int trace(const TraceOptions& options);
int targets(const TargetsOptions& options);
// Lists AWS's operations with their state; asks no server.
int operations();
int replay(const ReplayOptions& options);
int bench_put(const BenchOptions& options);
int bench_deliver(const BenchOptions& options);
int bench_end_to_end(const BenchOptions& options);
// The target that the command plays, alone, until it is interrupted: for other load generators.
// Prints its URL, and in the end how many events came within how many seconds.
int bench_sink(std::uint16_t port);

}  // namespace rialto::cli
