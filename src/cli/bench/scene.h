// What a measurement happens on: a queue, and a rule of the default bus that leads to it.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/api_client.h"
#include "cli/commands.h"
#include "net/task.h"

namespace rialto::cli {

class Scene {
 public:
  // Of a name of its own in the account, emptied if it is there already.
  static Task<Result<Scene>> make(BenchOptions options);
  // Removes all of it.
  Task<Result<>> remove();

  const std::string& queue_url() const { return queue_url_; }
  // A call of PutEvents with as many entries as the options say, of their size.
  http::Request put_request() const;
  // Of the server's process, since its start.
  Task<Result<double>> cpu_seconds();
  // In the queue, to be received.
  Task<Result<std::int64_t>> messages();

 private:
  Scene(BenchOptions options, ApiClient client)
      : options_(std::move(options)), client_(std::move(client)) {}
  Task<Result<>> prepare();

  BenchOptions options_;
  ApiClient client_;
  std::string queue_url_;
};

// The body of a call of PutEvents. In each entry's detail stands the member "sent" with kStampSize
// digits, for who wants to say when it was sent.
std::string make_put_body(std::size_t entries, std::size_t entry_bytes);
inline constexpr std::size_t kStampSize = 16;
inline constexpr std::string_view kStampBefore = R"(\"sent\":\")";  // as JSON in JSON

}  // namespace rialto::cli
