#include "watch/step.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <limits>

#include "base/ids.h"

namespace rialto::watch {
namespace {

// In memory only and never shown: in the machine's own byte order.
struct Head {
  std::uint64_t key;
  std::int64_t at_ms;
  std::int64_t next_ms;  // kNever
  std::uint32_t took_us;
  std::uint32_t count;
  std::uint16_t size_bytes;  // with the head
  std::uint8_t kind;
};
constexpr std::int64_t kNever = -1;

constexpr std::size_t kTextsMax = 6;
using Texts = std::array<std::string_view, kTextsMax>;

bool is_receipt(StepKind kind) {
  return kind == StepKind::Received || kind == StepKind::UnknownBus;
}

std::uint32_t clamp_micros(std::chrono::microseconds took) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(took.count(), 0, std::numeric_limits<std::uint32_t>::max()));
}

Head read_head(std::string_view steps) {
  Head head;
  std::memcpy(&head, steps.data(), sizeof head);
  return head;
}

std::string_view take_text(std::string_view& rest) {
  std::uint16_t size = 0;
  if (rest.size() < sizeof size) return {};
  std::memcpy(&size, rest.data(), sizeof size);
  const std::string_view out = rest.substr(sizeof size, size);
  rest.remove_prefix(std::min(rest.size(), sizeof size + size));
  return out;
}

}  // namespace

std::string UuidBytes::text_of(std::string_view bytes) {
  std::array<std::uint64_t, 2> numbers{};
  if (bytes.size() != sizeof numbers) return {};
  std::memcpy(numbers.data(), bytes.data(), sizeof numbers);
  return uuid_text(numbers[0], numbers[1]);
}

std::uint64_t step_key(std::string_view id) { return std::hash<std::string_view>()(id); }

void append_step(std::string& steps, std::string_view id, const Step& step) {
  // The last ones of a step are mostly empty, and then not written.
  const Texts texts = is_receipt(step.kind) ? Texts{id, step.region, step.account, step.bus}
                                            : Texts{step.rule_arn, step.target_id, step.target_arn,
                                                    step.extra,    step.code,      step.message};
  std::size_t used = kTextsMax;
  while (used > 0 && texts[used - 1].empty()) --used;
  std::array<std::uint16_t, kTextsMax> sizes{};
  std::size_t size = sizeof(Head) + used * sizeof(std::uint16_t);
  for (std::size_t i = 0; i < used; ++i) {
    const auto room = kStepBytesMax - size;
    sizes[i] = static_cast<std::uint16_t>(std::min({texts[i].size(), kStepTextMax, room}));
    size += sizes[i];
  }
  Head head{};
  head.key = step_key(id);
  head.at_ms = to_millis(step.at);
  head.next_ms = step.next_at ? to_millis(*step.next_at) : kNever;
  head.took_us = clamp_micros(step.took);
  head.count = step.count;
  head.size_bytes = static_cast<std::uint16_t>(size);
  head.kind = static_cast<std::uint8_t>(step.kind);
  // Most calls' steps fit at once.
  if (steps.empty()) steps.reserve(4'096);
  steps.append(reinterpret_cast<const char*>(&head), sizeof head);
  for (std::size_t i = 0; i < used; ++i) {
    steps.append(reinterpret_cast<const char*>(&sizes[i]), sizeof sizes[i]);
    steps.append(texts[i].data(), sizes[i]);
  }
}

std::size_t step_size(std::string_view steps) { return read_head(steps).size_bytes; }

std::uint64_t first_key(std::string_view steps) { return read_head(steps).key; }

StoredStep decode_step(std::string_view steps) {
  const Head head = read_head(steps);
  std::string_view rest = steps.substr(0, head.size_bytes);
  rest.remove_prefix(sizeof head);
  StoredStep out;
  out.key = head.key;
  Step& step = out.step;
  step.kind = static_cast<StepKind>(head.kind);
  step.at = from_millis(head.at_ms);
  step.count = head.count;
  step.took = std::chrono::microseconds(head.took_us);
  if (head.next_ms != kNever) step.next_at = from_millis(head.next_ms);
  if (is_receipt(step.kind)) {
    for (auto* text : {&out.id, &step.region, &step.account, &step.bus}) *text = take_text(rest);
  } else {
    for (auto* text : {&step.rule_arn, &step.target_id, &step.target_arn, &step.extra, &step.code,
                       &step.message}) {
      *text = take_text(rest);
    }
  }
  return out;
}

}  // namespace rialto::watch
