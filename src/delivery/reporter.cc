#include "delivery/reporter.h"

#include "base/log.h"

namespace rialto::delivery {
namespace {

std::chrono::microseconds micros(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration);
}

std::string_view code_of(const Error& error) {
  return error.reason.empty() ? "UNKNOWN" : error.reason;
}

}  // namespace

void Reporter::attempting(const Delivery& delivery) {
  ++metrics_.attempts;
  if (delivery.attempts == 1) {
    metrics_.to_first_attempt.observe(clock_.now() - delivery.accepted_at);
  }
}

void Reporter::delivered(const Delivery& delivery, std::chrono::nanoseconds took) {
  ++metrics_.delivered;
  metrics_.to_success.observe(clock_.now() - delivery.accepted_at);
  if (!is_traced()) return;
  watch::Step step;
  step.kind = watch::StepKind::Delivered;
  step.took = micros(took);
  trace(delivery, step);
}

void Reporter::failed(const Delivery& delivery, const Error& error, std::chrono::nanoseconds took,
                      std::optional<TimePoint> next_at) {
  if (next_at) ++metrics_.retried;
  metrics_.failed_attempts.add(code_of(error));
  if (!is_traced()) return;
  watch::Step step;
  step.kind = watch::StepKind::Failed;
  step.took = micros(took);
  step.code = code_of(error);
  step.message = error.message;
  step.next_at = next_at;
  trace(delivery, step);
}

void Reporter::opened(const Destination& destination, const Error& error) {
  ++metrics_.breakers_opened;
  log::warn("delivery.target_dead", {{"rule", destination.rule_arn},
                                     {"target", destination.target.arn},
                                     {"code", code_of(error)},
                                     {"error", error.message}});
}

void Reporter::closed(const Destination& destination) {
  log::info("delivery.target_alive",
            {{"rule", destination.rule_arn}, {"target", destination.target.arn}});
}

void Reporter::given_up(const Delivery& delivery, const GivenUp& given_up, bool is_dead_lettered) {
  ++(is_dead_lettered ? metrics_.dead_lettered : metrics_.dropped);
  metrics_.given_up.add(code_of(given_up.error));
  if (!is_traced()) return;
  watch::Step step = give_up_step(*delivery.destination, given_up, is_dead_lettered);
  step.at = clock_.now();
  std::string steps;
  append_step(steps, delivery.event->id, step);
  watch_->trace.record(steps, step.at);
}

void Reporter::trace(const Delivery& delivery, watch::Step step) {
  step.at = clock_.now();
  step.count = static_cast<std::uint32_t>(delivery.attempts);
  step.rule_arn = delivery.destination->rule_arn;
  step.target_id = delivery.destination->target.id;
  step.target_arn = delivery.destination->target.arn;
  std::string steps;
  append_step(steps, delivery.event->id, step);
  watch_->trace.record(steps, step.at);
}

watch::Step give_up_step(const Destination& destination, const GivenUp& given_up,
                         bool is_dead_lettered) {
  watch::Step step;
  step.kind = is_dead_lettered ? watch::StepKind::DeadLettered : watch::StepKind::Dropped;
  step.count = static_cast<std::uint32_t>(given_up.retries);
  step.rule_arn = destination.rule_arn;
  step.target_id = destination.target.id;
  step.target_arn = destination.target.arn;
  step.code = code_of(given_up.error);
  step.message = given_up.error.message;
  if (is_dead_lettered) {
    step.extra = *destination.target.dead_letter_arn;
  } else {
    step.extra = destination.target.dead_letter_arn ? "the dead-letter queue cannot be written to"
                                                    : "the target has no dead-letter queue";
  }
  return step;
}

}  // namespace rialto::delivery
