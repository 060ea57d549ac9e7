// The front: a request's way from HTTP to a handler and back. It does for every operation, from its
// row of the table, what all have in common; it knows no engine.
//
// One port serves every service: AWS's protocols (docs/spec/09 §1), `/health/*` for whoever runs
// the server, `/metrics` for Prometheus, and `/_rialto/*` for commands and test suites.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/operation.h"
#include "aws/binding.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "front/gate.h"
#include "front/metrics.h"
#include "http/egress.h"
#include "http/message.h"
#include "json/value.h"
#include "net/task.h"

namespace rialto::front {

// Our own endpoints, implemented where everything is known.
class RialtoPort {
 public:
  virtual ~RialtoPort() = default;

  // Puts whole envelopes on a bus (name, ARN, or empty for the default one); answers how many.
  virtual Task<Result<std::size_t>> put_envelopes(api::Caller caller, std::string bus,
                                                  std::vector<json::Value> envelopes) = 0;
  // Which rules of a bus an event matches and which it nearly matches.
  virtual Task<Result<json::Value>> explain(api::Caller caller, std::string bus,
                                            json::Value event) = 0;
  // Begins a replay of an archive, and tells of one (server/replay_request.h).
  virtual Task<Result<json::Value>> start_replay(api::Caller caller, json::Value request) = 0;
  virtual Result<json::Value> describe_replay(const api::Caller& caller,
                                              const std::string& name) = 0;
  // Copies all that is kept into a directory of the server's machine, as a data directory.
  virtual Task<Result<>> backup(std::string directory) = 0;
  // Empties everything.
  virtual Task<Result<>> reset() = 0;
  // Moves the server's clock forward; answers what it shows then. Error: InvalidArgument, too far.
  virtual Result<TimePoint> advance_clock(std::chrono::seconds by) = 0;
  // What the server is doing: version, process, counts.
  virtual json::Value status() = 0;
  // The same and more, as a page that Prometheus reads.
  virtual std::string metrics() = 0;
  // What is known of one event, by its id. Errors: NotFound; Unsupported when nothing is traced.
  virtual Result<json::Value> trace(std::string event_id) = 0;
  // The target types, and the endpoints in force for the caller.
  virtual Task<json::Value> targets(api::Caller caller) = 0;
  // The events that a bus accepts from now on, those that match `pattern` if there is one, as JSON
  // lines without end.
  virtual Task<Result<std::shared_ptr<http::BodyStream>>> tail(
      api::Caller caller, std::string bus, std::optional<std::string> pattern) = 0;
};

struct FrontOptions {
  bool is_dev = true;
  // Listening beyond this machine, names other than loopback are expected in Host.
  bool takes_any_host = false;
  Gate::Services gate;
  // Who may read /metrics, besides this machine, where signatures are checked.
  std::vector<http::EgressRule> metrics_allow;
};

class OwnEndpoints;

// Safe to call from any thread. The services and the port must outlive it.
class Front {
 public:
  Front(std::vector<api::Service*> services, RialtoPort& port, Ids& ids, FrontOptions options);
  ~Front();

  Task<http::Response> handle(http::Request request);

  // What a client is told that sent no readable request.
  http::Response refuse(int status) const;

  // Until it is told so, /health/ready says no.
  void set_ready(bool is_ready) { is_ready_ = is_ready; }

  const Metrics& metrics() const { return metrics_; }

 private:
  Task<http::Response> handle_aws(http::Request request);
  Task<Result<json::Value>> call(const aws::Route* route, const aws::Request* request,
                                 std::string request_id);
  http::Response show_metrics(const http::Request& request) const;
  bool may_read_metrics(const std::string& peer) const;
  http::Response health(const http::Request& request) const;

  std::vector<api::Service*> services_;
  std::vector<const api::ServiceFacts*> facts_;
  Metrics metrics_;
  RialtoPort& port_;
  Ids& ids_;
  const FrontOptions options_;
  const Gate gate_;
  std::unique_ptr<OwnEndpoints> own_;
  std::atomic<bool> is_ready_{false};
};

}  // namespace rialto::front
