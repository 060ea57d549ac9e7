#include "targets/types/logs.h"

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>

#include "json/number.h"
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

std::optional<std::int64_t> find_integer(const json::Value& object, std::string_view name) {
  const json::Value* found = object.find(name);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return json::to_int64(found->number_text());
}

struct LogEvent {
  std::string message;
  std::int64_t timestamp_ms = 0;
  std::size_t place = 0;  // of its invocation, among those of a call
};

// Of what a transformer made, both are its own.
Result<LogEvent> read_log_event(const Invocation& invocation) {
  if (!invocation.is_transformed) {
    return LogEvent{invocation.payload, to_millis(model::time_of(*invocation.event))};
  }
  const auto payload = json::parse(invocation.payload);
  const json::Value* message = payload.ok() ? payload->find("message") : nullptr;
  const auto timestamp = payload.ok() ? find_integer(*payload, "timestamp") : std::nullopt;
  if (message == nullptr || !message->is_string() || !timestamp) {
    return fail(Code::InvalidArgument,
                "The transformed input must be an object with a timestamp, in milliseconds, and a "
                "message.",
                "INVALID_JSON");
  }
  return LogEvent{message->as_string(), *timestamp};
}

// The events of a call have to be in order of time.
json::Array to_array(const std::vector<LogEvent>& events) {
  json::Array out;
  for (const LogEvent& each : events) {
    out.push_back(json::Object{{"timestamp", each.timestamp_ms}, {"message", each.message}});
  }
  return out;
}

// Which of the events a success did not take: too new ones are at the end, too old ones and those
// past the group's retention at the beginning.
class Refusals {
 public:
  explicit Refusals(const std::string& body) {
    auto answer = json::parse(body);
    const json::Value* info = answer.ok() ? answer->find("rejectedLogEventsInfo") : nullptr;
    if (info == nullptr) return;
    first_too_new_ = find_integer(*info, "tooNewLogEventStartIndex").value_or(first_too_new_);
    end_of_too_old_ = std::max(find_integer(*info, "tooOldLogEventEndIndex").value_or(0),
                               find_integer(*info, "expiredLogEventEndIndex").value_or(0));
  }

  Outcome outcome(std::int64_t place) const {
    if (place >= first_too_new_) return refused("too new");
    if (place < end_of_too_old_) return refused("too old");
    return {};
  }

 private:
  static Outcome refused(std::string_view why) {
    return fail(Code::InvalidArgument,
                "logs did not take the event: it is " + std::string(why) + ".",
                "EVENTS_IN_BATCH_REQUEST_REJECTED");
  }

  std::int64_t first_too_new_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t end_of_too_old_ = 0;
};

class LogsType final : public TargetType {
 public:
  LogsType(std::shared_ptr<AwsClient> client, Ids& ids) : client_(std::move(client)), ids_(ids) {}

  std::string_view name() const override { return "logs"; }
  bool serves(const model::Arn& arn) const override { return is_log_group(arn); }

  Task<Outcome> invoke(Invocation invocation) override {
    std::vector<Invocation> one;
    one.push_back(std::move(invocation));
    auto outcomes = co_await invoke_batch(std::move(one));
    co_return std::move(outcomes.front());
  }

  Batching batching() const override {
    return {.count_max = 1'000, .bytes_max = 1U << 20, .bytes_each = 26};
  }

  Task<std::vector<Outcome>> invoke_batch(std::vector<Invocation> invocations) override {
    std::vector<Outcome> outcomes(invocations.size());
    std::vector<LogEvent> events;
    for (std::size_t i = 0; i < invocations.size(); ++i) {
      auto event = read_log_event(invocations[i]);
      if (event.ok()) {
        event->place = i;
        events.push_back(std::move(event).value());
      } else {
        outcomes[i] = std::move(event).error();
      }
    }
    if (events.empty()) co_return outcomes;
    std::ranges::sort(
        events, {}, [](const LogEvent& each) { return std::pair(each.timestamp_ms, each.place); });
    const auto body = co_await put(invocations.front().target, to_array(events));
    // What is refused as a whole may be the fault of one (of a day's distance, say): each says for
    // itself.
    if (!body.ok() && body.error().code == Code::InvalidArgument && invocations.size() > 1) {
      co_return co_await TargetType::invoke_batch(std::move(invocations));
    }
    const Refusals refusals(body.ok() ? *body : "");
    for (std::size_t i = 0; i < events.size(); ++i) {
      outcomes[events[i].place] =
          body.ok() ? refusals.outcome(static_cast<std::int64_t>(i)) : Outcome(body.error());
    }
    co_return outcomes;
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

  // The answer's body.
  Task<Result<std::string>> put(model::Arn target, json::Array events) {
    const std::string group = target.text();
    std::optional<std::string> stream = find_stream(group);
    if (!stream) {
      stream = ids_.uuid();
      RIALTO_CO_TRY_VOID(co_await create_stream(target, *stream));
      remember(group, *stream);
    }
    const json::Value body{json::Object{{"logGroupName", group_of(target)},
                                        {"logStreamName", *stream},
                                        {"logEvents", std::move(events)}}};
    auto answer = co_await client_->send(make(target, "PutLogEvents", body));
    // Somebody removed the stream; the next attempt makes another one.
    if (!answer.ok() && answer.error().code == Code::NotFound && forget(group, *stream)) {
      co_return fail(Code::Unavailable, answer.error().message, answer.error().reason);
    }
    co_return answer;
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
