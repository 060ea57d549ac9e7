#include "targets/types/logs.h"

#include <map>
#include <mutex>

#include "json/read.h"
#include "json/write.h"
#include "targets/aws/row.h"

namespace rialto::targets {
namespace {

// Streams that are known; beyond that all are forgotten, and new ones made when they are needed.
constexpr std::size_t kStreamsMax = 10'000;

// `log-group:NAME` or `log-group:NAME:*`.
std::string group_of(const model::Arn& arn) {
  std::string name = resource_name(arn);
  if (name.ends_with(":*")) name.resize(name.size() - 2);
  return name;
}

struct LogEvent {
  std::string message;
  std::int64_t timestamp_ms;
};

// Of what a transformer made, both are its own.
Result<LogEvent> read_log_event(const Invocation& invocation) {
  const std::int64_t at = to_millis(model::time_of(*invocation.event));
  if (!invocation.is_transformed) return LogEvent{invocation.payload, at};
  const auto payload = json::parse(invocation.payload);
  const json::Value* message = payload.ok() ? payload->find("message") : nullptr;
  const json::Value* timestamp = payload.ok() ? payload->find("timestamp") : nullptr;
  if (message == nullptr || !message->is_string() || timestamp == nullptr ||
      !timestamp->is_number()) {
    return fail(Code::InvalidArgument,
                "The transformed input must be an object with a timestamp, in milliseconds, and a "
                "message.",
                "INVALID_JSON");
  }
  return LogEvent{message->as_string(), std::stoll(timestamp->number_text())};
}

class LogsType final : public TargetType {
 public:
  LogsType(std::shared_ptr<AwsClient> client, Ids& ids) : client_(std::move(client)), ids_(ids) {}

  std::string_view name() const override { return "logs"; }
  bool serves(const model::Arn& arn) const override { return is_log_group(arn); }

  Task<Outcome> invoke(Invocation invocation) override {
    RIALTO_CO_TRY(const auto event, read_log_event(invocation));
    const std::string group = invocation.target.text();
    std::optional<std::string> stream = find_stream(group);
    if (!stream) {
      stream = ids_.uuid();
      RIALTO_CO_TRY_VOID(co_await create_stream(invocation.target, *stream));
      remember(group, *stream);
    }
    const json::Value body{
        json::Object{{"logGroupName", group_of(invocation.target)},
                     {"logStreamName", *stream},
                     {"logEvents", json::Array{json::Object{{"timestamp", event.timestamp_ms},
                                                            {"message", event.message}}}}}};
    auto answer = co_await client_->send(make(invocation.target, "PutLogEvents", body));
    if (answer.ok()) co_return Outcome();
    // Somebody removed the stream; the next attempt makes another one.
    if (answer.error().code == Code::NotFound && forget(group, *stream)) {
      co_return fail(Code::Unavailable, answer.error().message, answer.error().reason);
    }
    co_return std::move(answer).error();
  }

 private:
  static AwsCall make(const model::Arn& target, std::string_view operation,
                      const json::Value& body) {
    AwsCall call;
    call.service = "logs";
    call.account = target.account;
    call.region = target.region;
    set_json(call, "1.1", "Logs_20140328." + std::string(operation), json::write(body));
    return call;
  }

  Task<Result<>> create_stream(model::Arn target, std::string stream) {
    const json::Value body{
        json::Object{{"logGroupName", group_of(target)}, {"logStreamName", stream}}};
    RIALTO_CO_TRY_VOID(co_await client_->send(make(target, "CreateLogStream", body)));
    co_return Result<>();
  }

  std::optional<std::string> find_stream(const std::string& group) {
    const std::lock_guard guard(mutex_);
    const auto found = streams_.find(group);
    if (found == streams_.end()) return std::nullopt;
    return found->second;
  }

  void remember(const std::string& group, const std::string& stream) {
    const std::lock_guard guard(mutex_);
    if (streams_.size() >= kStreamsMax) streams_.clear();
    streams_.insert_or_assign(group, stream);
  }

  // Whether it was known.
  bool forget(const std::string& group, const std::string& stream) {
    const std::lock_guard guard(mutex_);
    const auto found = streams_.find(group);
    if (found == streams_.end() || found->second != stream) return false;
    streams_.erase(found);
    return true;
  }

  const std::shared_ptr<AwsClient> client_;
  Ids& ids_;
  std::mutex mutex_;                            // a leaf
  std::map<std::string, std::string> streams_;  // by log group; guarded by mutex_
};

}  // namespace

bool is_log_group(const model::Arn& arn) {
  return arn.service == "logs" && arn.resource.starts_with("log-group:");
}

std::unique_ptr<TargetType> make_logs_type(std::shared_ptr<AwsClient> client, Ids& ids) {
  return std::make_unique<LogsType>(std::move(client), ids);
}

}  // namespace rialto::targets
