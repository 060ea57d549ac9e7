// `rialto trace`: what became of one event.
#include <cstdio>

#include "cli/api_client.h"
#include "cli/commands.h"
#include "json/write.h"

namespace rialto::cli {
namespace {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// "rule/builds/security" of a rule's ARN: what its owner knows it by.
std::string rule_of(const json::Value& step) {
  const std::string arn = text_of(step, "Rule");
  const std::size_t at = arn.rfind(':');
  return at == arn.npos ? arn : arn.substr(at + 1);
}

std::string counted(const std::string& count, const std::string& what) {
  return count + " " + what + (count == "1" ? "" : "s");
}

std::string retries_of(const std::string& count) {
  return count + (count == "1" ? " retry" : " retries");
}

std::string problem_of(const json::Value& step) {
  return text_of(step, "Code") + ", " + text_of(step, "Message");
}

std::string outcome_of(const json::Value& step) {
  const std::string word = text_of(step, "Step");
  const std::string attempt =
      "attempt " + json_of(step, "Attempt") + ", " + json_of(step, "DurationMs") + " ms: ";
  if (word == "queued") return "message " + text_of(step, "MessageId") + " is in the queue";
  if (word == "owed") return "stored, to be delivered";
  if (word == "delivered") return attempt + "delivered";
  if (word == "failed") {
    const std::string next = text_of(step, "NextAttempt");
    return attempt + problem_of(step) + (next.empty() ? "" : "; next attempt at " + next);
  }
  const std::string retries = " after " + retries_of(json_of(step, "Retries"));
  if (word == "dead-lettered") {
    return "given up" + retries + ": " + problem_of(step) + "; dead letter in " +
           text_of(step, "DeadLetterQueue");
  }
  if (word == "dropped") {
    return "lost" + retries + ": " + problem_of(step) + "; " + text_of(step, "Why");
  }
  return word;
}

std::string to_text(const json::Value& step) {
  const std::string word = text_of(step, "Step");
  std::string out = text_of(step, "Time") + "  ";
  if (word == "received") {
    const std::string rules = json_of(step, "MatchedRules");
    out += "received by " + text_of(step, "Bus") + ", matches " +
           (rules == "0" ? "no rule" : counted(rules, "rule"));
  } else if (word == "unknown-bus") {
    out += "accepted and dropped: there is no " + text_of(step, "Bus");
  } else {
    out += "  " + rule_of(step) + " -> " + text_of(step, "Target") + ": " + outcome_of(step);
  }
  return out + "\n";
}

std::string story_of(const json::Value& answer) {
  std::string out;
  const json::Array& steps = list_of(answer, "Steps");
  if (!steps.empty() && text_of(steps.front(), "Step") != "received" &&
      text_of(steps.front(), "Step") != "unknown-bus") {
    out += "(How it began is not kept any more.)\n";
  }
  for (const json::Value& step : steps) out += to_text(step);
  if (answer.find("IsCut") != nullptr) out += "(There is more than is shown.)\n";
  return out;
}

Task<Result<>> ask(const TraceOptions* options) {
  RIALTO_CO_TRY(auto client, ApiClient::make(options->connection));
  RIALTO_CO_TRY(
      const auto answer,
      co_await client.ask("GET", "/_rialto/trace?id=" + encode_query(options->event_id), ""));
  print(options->is_json ? json::write(answer) + "\n" : story_of(answer));
  co_return Result<>();
}

Task<int> ask_and_report(const TraceOptions* options) {
  const Result<> outcome = co_await ask(options);
  if (outcome.ok()) co_return 0;
  std::fprintf(stderr, "rialto trace: %s\n", outcome.error().message.c_str());
  co_return 2;
}

}  // namespace

int trace(const TraceOptions& options) { return run(ask_and_report(&options)); }

}  // namespace rialto::cli
