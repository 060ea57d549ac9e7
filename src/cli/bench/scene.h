// What a measurement happens on: a rule of the default bus, and what it leads to.
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
  // Of a name of its own in the account, emptied if it is there already. `sink_url`: of an HTTP
  // target.
  static Task<Result<Scene>> make(BenchOptions options, std::string sink_url = {});
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
  std::string arn(const std::string& service, const std::string& resource) const;
  std::string role_arn() const;
  Task<Result<>> make_queue();
  Task<Result<>> make_destination(std::string url);
  Task<Result<>> make_rule();

  BenchOptions options_;
  ApiClient client_;
  std::string account_;
  std::string queue_url_;
  json::Object target_;
};

// The body of a call of PutEvents, each entry with room for a stamp (stamp.h).
std::string make_put_body(std::size_t entries, std::size_t entry_bytes);

}  // namespace rialto::cli
