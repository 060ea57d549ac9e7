// `rialto replay`: archived events once more, with what AWS's StartReplay cannot say.
#include <cstdio>

#include "cli/api_client.h"
#include "cli/commands.h"
#include "json/write.h"
#include "net/runtime.h"

namespace rialto::cli {
namespace {

constexpr std::chrono::milliseconds kPoll{100};

json::Value to_request(const ReplayOptions& options) {
  json::Value out{json::Object()};
  out.add("Archive", options.archive);
  if (options.name) out.add("Name", *options.name);
  if (options.from) out.add("StartTime", *options.from);
  if (options.to) out.add("EndTime", *options.to);
  if (options.event) out.add("EventId", *options.event);
  if (options.events_per_second) out.add("EventsPerSecond", *options.events_per_second);
  if (options.keeps_pace) out.add("OriginalPace", true);
  if (!options.rules.empty()) {
    json::Array rules;
    for (const std::string& rule : options.rules) rules.emplace_back(rule);
    out.add("Rules", std::move(rules));
  }
  return out;
}

std::string text_of(const json::Value& answer, std::string_view member) {
  const json::Value* value = answer.find(member);
  if (value == nullptr) return {};
  return value->is_string() ? value->as_string() : json::write(*value);
}

bool has_ended(const json::Value& replay) {
  const std::string state = text_of(replay, "State");
  return state == "COMPLETED" || state == "CANCELLED" || state == "FAILED";
}

void print(const json::Value& replay) {
  const std::string reason = text_of(replay, "StateReason");
  std::printf("%s %s, %s events%s%s\n", text_of(replay, "Name").c_str(),
              text_of(replay, "State").c_str(), text_of(replay, "Replayed").c_str(),
              reason.empty() ? "" : ": ", reason.c_str());
}

Task<Result<json::Value>> replay_events(ReplayOptions options) {
  RIALTO_CO_TRY(auto client, ApiClient::make(options.connection));
  const std::string path = "/_rialto/replay?region=" + options.connection.region;
  std::string request = json::write(to_request(options));
  RIALTO_CO_TRY(auto replay, co_await client.ask("POST", path, std::move(request)));
  const std::string one = path + "&name=" + text_of(replay, "Name");
  while (!options.is_detached && !has_ended(replay)) {
    co_await net::sleep_for(kPoll);
    RIALTO_CO_TRY(replay, co_await client.ask("GET", one, {}));
  }
  co_return replay;
}

Task<int> replay_and_report(ReplayOptions options) {
  const auto replay = co_await replay_events(options);
  if (!replay.ok()) {
    std::fprintf(stderr, "rialto replay: %s\n", replay.error().message.c_str());
    co_return 2;
  }
  print(*replay);
  if (options.is_detached) co_return 0;
  if (text_of(*replay, "State") != "COMPLETED") co_return 1;
  if (!options.event || text_of(*replay, "Replayed") != "0") co_return 0;
  std::fprintf(stderr, "rialto replay: The archive has no event of that id there.\n");
  co_return 1;
}

}  // namespace

int replay(const ReplayOptions& options) { return run(replay_and_report(options)); }

}  // namespace rialto::cli
