// A story as JSON: what /_rialto/trace answers.
#include "model/arn.h"
#include "watch/trace.h"

namespace rialto::watch {
namespace {

std::string_view word_of(StepKind kind) {
  switch (kind) {
    case StepKind::Received: return "received";
    case StepKind::UnknownBus: return "unknown-bus";
    case StepKind::Queued: return "queued";
    case StepKind::Owed: return "owed";
    case StepKind::Delivered: return "delivered";
    case StepKind::Failed: return "failed";
    case StepKind::DeadLettered: return "dead-lettered";
    case StepKind::Dropped: return "dropped";
  }
  return "?";
}

void add_text(json::Object& out, const char* name, std::string_view text) {
  if (!text.empty()) out.push_back({name, text});
}

void add_count(json::Object& out, const char* name, std::uint32_t count) {
  out.push_back({name, static_cast<std::int64_t>(count)});
}

// Milliseconds, to the microsecond.
json::Value millis(std::chrono::microseconds duration) {
  const auto micros = duration.count();
  std::string fraction = std::to_string(micros % 1'000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return json::Number{std::to_string(micros / 1'000) + "." + fraction};
}

const char* extra_name(StepKind kind) {
  switch (kind) {
    case StepKind::Queued: return "MessageId";
    case StepKind::DeadLettered: return "DeadLetterQueue";
    default: return "Why";
  }
}

json::Value to_json(const Step& step) {
  json::Object out{{"Time", to_iso_millis(step.at)}, {"Step", word_of(step.kind)}};
  if (!step.bus.empty()) {
    out.push_back({"Bus", model::bus_arn(step.region, step.account, step.bus)});
    out.push_back({"Account", step.account});
  }
  if (step.kind == StepKind::Received) add_count(out, "MatchedRules", step.count);
  add_text(out, "Rule", step.rule_arn);
  add_text(out, "TargetId", step.target_id);
  add_text(out, "Target", step.target_arn);
  if (step.kind == StepKind::Delivered || step.kind == StepKind::Failed) {
    add_count(out, "Attempt", step.count);
    out.push_back({"DurationMs", millis(step.took)});
  }
  if (step.kind == StepKind::DeadLettered || step.kind == StepKind::Dropped) {
    add_count(out, "Retries", step.count);
  }
  add_text(out, "Code", step.code);
  add_text(out, "Message", step.message);
  add_text(out, extra_name(step.kind),
           step.kind == StepKind::Queued ? UuidBytes::text_of(step.extra) : step.extra);
  if (step.next_at) out.push_back({"NextAttempt", to_iso_millis(*step.next_at)});
  return out;
}

}  // namespace

json::Value to_json(std::string_view id, const Story& story) {
  json::Array steps;
  for (const std::string& step : story.steps) steps.push_back(to_json(decode_step(step).step));
  json::Object out{{"EventId", id}, {"Steps", std::move(steps)}};
  if (story.is_cut) out.push_back({"IsCut", true});
  return out;
}

}  // namespace rialto::watch
